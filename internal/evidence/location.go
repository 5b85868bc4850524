package evidence

import (
	"cmp"
	"fmt"
)

// Location is a span of one file of the repository under audit.
//
// Path is relative to the root, with forward slashes. Lines and columns count
// from 1; a column counts Unicode code points (SARIF's unicodeCodePoints). The
// end is exclusive: EndColumn is the column after the last character. Line 0
// means the file as a whole.
type Location struct {
	Path      string `json:"path"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"endLine,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"`
}

// String reads as compilers print a place: path:line:column.
func (l Location) String() string {
	switch {
	case l.Line == 0:
		return l.Path
	case l.Column == 0:
		return fmt.Sprintf("%s:%d", l.Path, l.Line)
	}
	return fmt.Sprintf("%s:%d:%d", l.Path, l.Line, l.Column)
}

// Compare orders locations by path, then by where they start and end.
func (l Location) Compare(other Location) int {
	return cmp.Or(
		cmp.Compare(l.Path, other.Path),
		cmp.Compare(l.Line, other.Line),
		cmp.Compare(l.Column, other.Column),
		cmp.Compare(l.EndLine, other.EndLine),
		cmp.Compare(l.EndColumn, other.EndColumn),
	)
}

// Text is a value as the program that reads the file sees it (unquoted,
// unescaped, joined), and where it stands.
type Text struct {
	Value string   `json:"value"`
	At    Location `json:"at"`
}
