package doc

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// value is the tree of one value that is written at the offset at, and the
// offset of its end. go-toml gives no range for a list or an inline table;
// theirs is found by walking from child to child.
func (r *tomlReader) value(v *unstable.Node, at int) (n *Node, end int) {
	n = &Node{source: r.source, start: int32(at)}
	switch v.Kind {
	case unstable.Array:
		n.Kind = List
		end = at + len("[")
		for children := v.Children(); children.Next(); {
			var item *Node
			item, end = r.value(children.Node(), r.skip(end))
			n.Items = append(n.Items, item)
		}
		end = r.skip(end) + len("]")
	case unstable.InlineTable:
		n.Kind = Map
		end = at + len("{")
		for children := v.Children(); children.Next(); {
			pair := children.Node()
			r.put(n, pair)
			end = r.base + int(pair.Raw.Offset+pair.Raw.Length)
		}
		end = r.skip(end) + len("}")
	default:
		end = at + int(v.Raw.Length)
		raw := r.source.Text(at, end)
		n.Kind, n.Text = tomlKind(v.Kind), raw
		if v.Kind == unstable.String {
			n.Text = tomlString(raw, v.Data)
		}
	}
	n.end = int32(end)
	return n, end
}

// height is how many levels of lists and maps a value or a pair adds.
func height(v *unstable.Node) int {
	levels, below := 0, 0
	switch v.Kind {
	case unstable.Array, unstable.InlineTable:
		levels = 1
		for children := v.Children(); children.Next(); {
			below = max(below, height(children.Node()))
		}
	case unstable.KeyValue:
		below = height(v.Value())
		for keys := v.Key(); keys.Next(); {
			levels++
		}
		levels-- // the last key is in the map at hand
	}
	return levels + below
}

func tomlKind(kind unstable.Kind) Kind {
	switch kind {
	case unstable.Bool:
		return Bool
	case unstable.Integer, unstable.Float:
		return Number
	}
	return String
}

// header is the key of a table header and the extent of the header, brackets
// included.
func (r *tomlReader) header(header *unstable.Node) (keys []text.Text, start, end int) {
	keys, start, end = r.keys(header.Key())
	brackets := 1
	if header.Kind == unstable.ArrayTable {
		brackets = 2
	}
	data := r.source.Data()
	for data[start] != '[' {
		start--
	}
	for data[end] != ']' {
		end++
	}
	return keys, start - brackets + 1, end + brackets
}

// keys is the parts of a dotted key and the extent of them all.
func (r *tomlReader) keys(parts unstable.Iterator) (keys []text.Text, start, end int) {
	for parts.Next() {
		part := parts.Node()
		at := r.base + int(part.Raw.Offset)
		if len(keys) == 0 {
			start = at
		}
		end = at + int(part.Raw.Length)
		keys = append(keys, tomlString(r.source.Text(at, end), part.Data))
	}
	return keys, start, end
}

// skip passes over what may stand between two values: white space, line ends,
// commas and comments.
func (r *tomlReader) skip(at int) int {
	data := r.source.Data()
	for at < len(data) {
		switch data[at] {
		case ' ', '\t', '\r', '\n', ',':
			at++
		case '#':
			for at < len(data) && data[at] != '\n' {
				at++
			}
		default:
			return at
		}
	}
	return at
}

// tomlString is the string of a key or value whose raw text, quotes included,
// go-toml read as value.
func tomlString(raw text.Text, value []byte) text.Text {
	inner := raw
	quotes := 0
	if q := raw.Value[:1]; q == `"` || q == `'` {
		if quotes = 1; len(raw.Value) >= 6 && strings.HasPrefix(raw.Value, q+q+q) {
			quotes = 3
		}
		inner = raw.Slice(quotes, len(raw.Value)-quotes)
	}
	if quotes == 3 { // the line end right after the opening is not part of the string
		rest := strings.TrimPrefix(strings.TrimPrefix(inner.Value, "\r"), "\n")
		if len(rest) < len(inner.Value) {
			inner = inner.Slice(len(inner.Value)-len(rest), len(inner.Value))
		}
	}
	if inner.Value == string(value) {
		return inner
	}
	decoded := unescape(inner, tomlEscape)
	if decoded.Value != string(value) { // not known to happen: the whole stands on the whole
		var b text.Builder
		b.Append(string(value), inner)
		return b.Text()
	}
	return decoded
}

// tomlEscape decodes the escape at the start of s: its value and its size. A
// backslash at the end of a line takes all white space after it along.
func tomlEscape(s string) (value string, size int) {
	if len(s) < 2 {
		return s, len(s)
	}
	switch s[1] {
	case ' ', '\t', '\r', '\n':
		return "", len(s) - len(strings.TrimLeft(s[1:], " \t\r\n"))
	case 'x':
		return hexEscape(s, 2)
	case 'u':
		return hexEscape(s, 4)
	case 'U':
		return hexEscape(s, 8)
	}
	if i := strings.IndexByte("bfnrte", s[1]); i >= 0 {
		return "\b\f\n\r\t\x1b"[i : i+1], 2
	}
	return s[1:2], 2
}

// hexEscape decodes an escape such as \u0041 with its number of digits.
func hexEscape(s string, digits int) (value string, size int) {
	size = min(2+digits, len(s))
	return string(hexRune(s[2:size])), size
}
