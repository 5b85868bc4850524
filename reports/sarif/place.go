package sarif

import (
	"net/url"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

// srcRoot is the name by which readers know the root of the repository.
const srcRoot = "%SRCROOT%"

// tree knows which places exist. GitHub refuses an upload with a result that has
// no file, so what stands in no file of the tree (a setting, a policy given by a
// flag) is shown at its anchor.
type tree struct {
	files  map[string]evidence.File
	anchor string
}

func newTree(files []evidence.File) tree {
	t := tree{files: make(map[string]evidence.File, len(files))}
	workflow, first := "", ""
	for _, file := range files {
		if file.Link != "" || file.Submodule {
			continue // the files behind it have names of their own
		}
		t.files[file.Path] = file
		if first == "" {
			first = file.Path
		}
		if ok, _ := path.Match(".github/workflows/*.y*ml", file.Path); ok && workflow == "" {
			workflow = file.Path
		}
	}
	for _, candidate := range []string{policy.Name, "README.md", workflow, first} {
		if _, known := t.files[candidate]; known {
			t.anchor = candidate
			return t
		}
	}
	t.anchor = "README.md" // an empty tree; nothing can be found in it
	return t
}

// place is where a result is shown; real is false where that is only the anchor.
func (t tree) place(at evidence.Location) (shown evidence.Location, real bool) {
	if _, known := t.files[at.Path]; known {
		return at, true
	}
	return evidence.Location{Path: t.anchor}, false
}

// lineHash is what GitHub follows an alert by, where the collector has it.
func (t tree) lineHash(at evidence.Location) string {
	return t.files[at.Path].LineHashes[max(at.Line, 1)]
}

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
