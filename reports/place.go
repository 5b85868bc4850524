package reports

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

// Tree knows which places exist. Code hosts refuse a report with a result that has
// no file, so what stands in no file of the tree (a setting, a policy given by a
// flag) is shown at its anchor.
type Tree struct {
	files  map[string]evidence.File
	anchor string
}

// NewTree knows the places in these files.
func NewTree(files []evidence.File) Tree {
	t := Tree{files: make(map[string]evidence.File, len(files))}
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

// Place is where a finding is shown; real is false where that is only the anchor.
func (t Tree) Place(at evidence.Location) (shown evidence.Location, real bool) {
	if _, known := t.files[at.Path]; known {
		return at, true
	}
	return evidence.Location{Path: t.anchor}, false
}

// LineHash names a line by its content, where the collector has it: GitHub follows
// an alert by it.
func (t Tree) LineHash(at evidence.Location) string {
	return t.files[at.Path].LineHashes[max(at.Line, 1)]
}

// PageOf is the address of a check's page.
func PageOf(check *audit.Check) string {
	return Home + "/blob/main/checks/" + string(check.Family) + "/" + strings.ReplaceAll(check.ID, "-", "_") + ".md"
}

// Elsewhere says in brackets, at the end of a message, that what it is about stands
// in no file of the tree. It is not yet safe to print.
func Elsewhere(at evidence.Location) string {
	if at.Path == "" {
		return " (a setting; it stands in no file)"
	}
	return " (in " + at.String() + ", which is no file of this tree)"
}
