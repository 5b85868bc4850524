package doc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// Each case is one scalar, at the key k of a map or whole, and for some pieces
// of its value the place, as line:column-line:column.
func TestYAMLPlaces(t *testing.T) {
	for _, c := range []struct {
		name, file, value string
		places            []string // piece, place, piece, place
	}{
		{"plain", "k: go build", "go build", []string{"go build", "1:4-1:12", "build", "1:7-1:12"}},
		{"plain with a comment", "k: go   build  # fast", "go   build", []string{"build", "1:9-1:14"}},
		{"plain over lines", "k: go\n  build\n\n  now", "go build\nnow", []string{"build", "2:3-2:8", " ", "1:6-2:1", "\n", "3:1-4:1", "now", "4:3-4:6"}},
		{"plain over CRLF lines", "k: go \r\n  build\r\n\r\n  now\r\n", "go build\nnow", []string{"build", "2:3-2:8", "now", "4:3-4:6"}},
		{"plain in a flow list", "k: [go\n  build, x]", "", nil},
		{"plain after an anchor and a tag", "k: &a !!str go", "go", []string{"go", "1:13-1:15"}},
		{"plain after a property on its own line", "k: &a\n  # c\n  go", "go", []string{"go", "3:3-3:5"}},
		{"not ASCII", "é: x\nk: \u4e16 go", "\u4e16 go", []string{"go", "2:6-2:8"}},
		{"single quoted", "k: 'it''s  on'", "it's  on", []string{"it", "1:5-1:7", "'", "1:7-1:9", "on", "1:12-1:14"}},
		{"single quoted over lines", "k: 'a \n\n  b\n  c '", "a\nb c ", []string{"b", "3:3-3:4", "c ", "4:3-4:5"}},
		{"double quoted", `k: "go \"x\" \u00e9\x41\U0001F600\N"`, "go \"x\" éA\U0001F600\u0085", []string{"go", "1:5-1:7", "x", "1:10-1:11", "é", "1:14-1:20", "A", "1:20-1:24", "\U0001F600", "1:24-1:34", "\u0085", "1:34-1:36"}},
		{"double quoted over lines", "k: \"a\n  b \\\n   c\\\n  \\ d\"", "a b c d", []string{"b", "2:3-2:4", "c", "3:4-3:5", " d", "4:3-4:6"}},
		{"double quoted with empty lines", "k: \"a\n\n\n  b\"", "a\n\nb", []string{"b", "4:3-4:4"}},
		{"escaped white space at a fold", "k: \"a\\n\n  \\tb\"", "a\n \tb", []string{"b", "2:5-2:6"}},
		{"empty double quoted", `k: ""`, "", []string{"", "1:5-1:5"}},
		{"empty single quoted", `k: ''`, "", []string{"", "1:5-1:5"}},
		{"nothing", "k:\n", "", []string{"", "1:3-1:3"}},
		{"nothing but properties", "k: &a !!str\nj: 1", "", []string{"", "1:12-1:12"}},
		{"nothing but an anchor before a key with one", "k: &a\n&b j: 1", "", []string{"", "1:6-1:6"}},
		{"literal", "k: |\n  go build\n   x\n\n  y\n", "go build\n x\n\ny\n", []string{"build", "2:6-2:11", " x", "3:3-3:5", "y\n", "5:3-6:1"}},
		{"literal CRLF", "k: |\r\n  go\r\n  build\r\n", "go\nbuild\n", []string{"go\n", "2:3-3:1", "build", "3:3-3:8"}},
		{"literal, stripped", "k: |-\n  go\n  build\n\nj: 1", "go\nbuild", []string{"build", "3:3-3:8"}},
		{"literal, kept", "k: |+ # c\n  go\n\n \nj: 1", "go\n\n\n", []string{"go\n\n\n", "2:3-5:1"}},
		{"literal, indented by itself", "k: |2\n    go\n  x\n", "  go\nx\n", []string{"go", "2:5-2:7", "x", "3:3-3:4"}},
		{"literal, indented by itself, stripped", "a:\n  k: |-2\n      go\n    x", "", nil},
		{"literal after empty lines", "k: |\n\n \n  go\n", "\n\ngo\n", []string{"go", "4:3-4:5"}},
		{"literal of empty lines", "k: |+\n\n\nj: 1", "\n\n", nil},
		{"literal of nothing", "k: |\nj: 1", "", []string{"", "2:1-2:1"}},
		{"literal to the end of the file", "k: |\n  go", "go", []string{"go", "2:3-2:5"}},
		{"literal after an anchor", "k: &a |\n  go\n", "go\n", []string{"go", "2:3-2:5"}},
		{"literal not ASCII", "k: |\n  \u4e16 go\n", "\u4e16 go\n", []string{"go", "2:5-2:7"}},
		{"folded", "k: >\n  go\n  build\n\n  x\n", "go build\nx\n", []string{"build", "3:3-3:8", " ", "2:5-3:1", "x", "5:3-5:4"}},
		{"folded, stripped", "k: >-\n  go\n  build\n", "go build", []string{"build", "3:3-3:8"}},
		{"folded with indented lines", "k: >\n  a\n    b\n    c\n  d\n  e\n", "a\n  b\n  c\nd e\n", []string{"b", "3:5-3:6", "c", "4:5-4:6", "d", "5:3-5:4", "e", "6:3-6:4"}},
		{"folded with empty lines around an indented one", "k: >\n  a\n\n   b\n\n  c\n", "a\n\n b\n\nc\n", []string{"b", "4:4-4:5", "c", "6:3-6:4"}},
		{"folded, kept", "k: >+\n  a\n\n\nj: 1", "a\n\n\n", []string{"a", "2:3-2:4"}},
		{"folded after empty lines", "k: >\n\n\n  a\n  b\n", "\n\na b\n", []string{"a", "4:3-4:4", "b", "5:3-5:4"}},
		{"whole document", "--- |\n go\n", "", nil},
		{"Unicode line end", "k: a\u2028  b", "a\u2028b", nil},
		{"byte order mark", "\uFEFFk: go", "go", []string{"go", "1:4-1:6"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := text.NewSource("f", []byte(c.file))
			r := newYAMLReader(src, src.Len())
			documents, err := r.stream()
			if err != nil || r.coarse > 0 {
				t.Fatalf("err %v, coarse %d", err, r.coarse)
			}
			for _, n := range documents {
				checkPlaces(t, src, n)
			}
			value := documents[0].Get("k")
			if c.value == "" && c.places == nil {
				return
			}
			if value.Text.Value != c.value {
				t.Fatalf("value %q, want %q", value.Text.Value, c.value)
			}
			for i := 0; i < len(c.places); i += 2 {
				at := strings.Index(c.value, c.places[i])
				place := value.Text.Span(at, at+len(c.places[i]))
				got := fmt.Sprintf("%d:%d-%d:%d", place.Line, place.Column, place.EndLine, place.EndColumn)
				if got != c.places[i+1] {
					t.Errorf("%q stands at %s, want %s", c.places[i], got, c.places[i+1])
				}
			}
		})
	}
}

// checkPlaces fails where a place of the tree is outside the file, or where a
// character of a scalar is read from something that cannot be that character.
func checkPlaces(t *testing.T, src *text.Source, n *Node) {
	t.Helper()
	seen := make(map[*Node]bool)
	var walk func(n *Node)
	walk = func(n *Node) {
		if n == nil || seen[n] {
			return
		}
		seen[n] = true
		if n.start < 0 || n.start > n.end || int(n.end) > src.Len() {
			t.Errorf("a value stands at bytes %d to %d of %d", n.start, n.end, src.Len())
		}
		checkText(t, src, n.Text)
		for _, field := range n.Fields {
			checkText(t, src, field.Name)
			walk(field.Value)
		}
		for _, item := range n.Items {
			walk(item)
		}
	}
	walk(n)
}

func checkText(t *testing.T, src *text.Source, value text.Text) {
	t.Helper()
	if value.IsZero() {
		return
	}
	for i, r := range value.Value {
		char := string(r)
		place := value.Span(i, i+len(char))
		start, end := src.Offset(place.Line, place.Column), src.Offset(place.EndLine, place.EndColumn)
		written := src.String()[start:end]
		blank := strings.TrimSpace(char) == "" && strings.TrimSpace(written) == ""
		if written != char && !blank && !strings.HasPrefix(written, `\`) && written != "''" {
			t.Errorf("%q of %q is read from %q", char, value.Value, written)
		}
	}
}
