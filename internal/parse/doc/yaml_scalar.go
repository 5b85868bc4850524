package doc

import (
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
	"go.yaml.in/yaml/v3"
)

// The YAML library gives the value of a scalar and the place where it starts.
// Where each byte of the value stands is found by reading the file once more
// from that place; the result is then held against the value, so that a
// mistake here can make a place coarse but never a value wrong.

// scalar fills n with the text of a scalar, and moves the cursor to its end.
// bare tells that nothing but properties is written of it.
func (r *yamlReader) scalar(n *Node, y *yaml.Node, bare bool) {
	n.Kind = yamlKind(y.Tag)
	start := int(n.start)
	if bare {
		n.Text = r.source.Text(start, start)
		return
	}
	s := scalarReader{lines: &r.lines, at: start, want: y.Value}
	s.read(y.Style)
	if n.Text = s.Text(); n.Text.Value == y.Value && !n.Text.IsZero() {
		r.cursor = max(r.cursor, s.at)
		return
	}
	r.coarse++
	nearby := r.lines.file[start:min(start+len(y.Value), len(r.lines.file))]
	nearby = nearby[:plainLength(nearby, "")]
	var whole text.Builder
	whole.Append(y.Value, r.source.Text(start, start+len(nearby)))
	n.Text = whole.Text()
	r.cursor = max(r.cursor, start+len(nearby))
}

func yamlKind(tag string) Kind {
	switch tag {
	case "!!null":
		return Null
	case "!!bool":
		return Bool
	case "!!int", "!!float":
		return Number
	}
	return String
}

// scalarReader reads one scalar from the file.
type scalarReader struct {
	text.Builder
	lines *yamlLines
	at    int    // what is read next
	want  string // the value that the library read
}

func (s *scalarReader) read(style yaml.Style) {
	switch {
	case style&yaml.DoubleQuotedStyle != 0:
		s.quoted('"')
	case style&yaml.SingleQuotedStyle != 0:
		s.quoted('\'')
	case style&yaml.LiteralStyle != 0:
		s.block(false)
	case style&yaml.FoldedStyle != 0:
		s.block(true)
	default:
		s.plain()
	}
}

// rest is the file from here.
func (s *scalarReader) rest() string { return s.lines.file[s.at:] }

// take reads the next n bytes of the file as they are.
func (s *scalarReader) take(n int) { s.takeAs(s.rest()[:n], n) }

// takeAs reads the next n bytes of the file as value.
func (s *scalarReader) takeAs(value string, n int) {
	s.Append(value, s.lines.source.Text(s.at, s.at+n))
	s.at += n
}

// plainLength is how many bytes of s stand before any of the characters, or
// before a line end.
func plainLength(s, stops string) int {
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(stops, s[i]) >= 0 || breakSize(s[i:]) > 0 {
			return i
		}
	}
	return len(s)
}
