package sarif

import (
	"net/url"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// srcRoot is the name by which readers know the root of the repository.
const srcRoot = "%SRCROOT%"

func physical(at evidence.Location) physicalLocation {
	return physicalLocation{Artifact: artifactLocation{URI: uri(at.Path), BaseID: srcRoot}, Region: whole(at)}
}

// whole fills in all four corners, which GitHub wants. A file as a whole is
// shown at its first character.
func whole(at evidence.Location) region {
	r := region{max(at.Line, 1), max(at.Column, 1), at.EndLine, at.EndColumn}
	if r.EndLine < r.StartLine || r.EndLine == r.StartLine && r.EndColumn <= r.StartColumn {
		r.EndLine, r.EndColumn = r.StartLine, r.StartColumn+1
	}
	r.EndColumn = max(r.EndColumn, 1)
	return r
}

// uri turns a path of the tree into a relative reference. A colon would make the
// part before it a scheme.
func uri(path string) string {
	return strings.ReplaceAll((&url.URL{Path: path}).EscapedPath(), ":", "%3A")
}
