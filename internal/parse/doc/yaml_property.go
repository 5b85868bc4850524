package doc

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// contentStart is the offset of a value after its properties (&anchor, !tag),
// where the library counts them in. bare tells of a null of which nothing else
// is written.
func (r *yamlReader) contentStart(y *yaml.Node) (at int, bare bool) {
	file := r.lines.file
	at = r.lines.offset(y.Line, y.Column)
	bare = y.Kind == yaml.ScalarNode && y.Value == "" && y.Style&^yaml.TaggedStyle == 0
	properties := 2
	if bare || y.Kind != yaml.ScalarNode { // more of them would belong to what comes next
		properties = 0
		if y.Anchor != "" {
			properties++
		}
		if y.Style&yaml.TaggedStyle != 0 {
			properties++
		}
	}
	for ; properties > 0 && isProperty(file[at:]); properties-- {
		end := at + propertySize(file[at:])
		at = skipSpace(file, end)
		if bare && (properties == 1 || !isProperty(file[at:])) {
			return end, true
		}
	}
	return at, bare
}

func isProperty(s string) bool {
	return strings.HasPrefix(s, "&") || strings.HasPrefix(s, "!")
}

// propertySize is the size of the anchor or tag at the start of s, as far as
// the library reads it.
func propertySize(s string) int {
	if s[0] == '!' {
		return plainLength(s, " \t")
	}
	size := 1
	for size < len(s) && isAnchorByte(s[size]) {
		size++
	}
	return size
}

func isAnchorByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '-' || b == '_'
}

// skipSpace passes over blanks, line ends and comments.
func skipSpace(file string, at int) int {
	for at < len(file) {
		switch n := breakSize(file[at:]); {
		case n > 0:
			at += n
		case file[at] == ' ' || file[at] == '\t':
			at++
		case file[at] == '#':
			at += plainLength(file[at:], "")
		default:
			return at
		}
	}
	return at
}

// closeFlow moves the cursor behind the bracket that closes a list or map.
func (r *yamlReader) closeFlow() {
	file := r.lines.file
	at := r.cursor
	for {
		if at = skipSpace(file, at); at >= len(file) {
			return
		}
		switch file[at] {
		case ',', ':', '?', '[', '{': // the opening one where nothing is inside
			at++
		case ']', '}':
			r.cursor = at + 1
			return
		default:
			return
		}
	}
}
