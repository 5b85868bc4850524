package doc

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/sealvet/sealvet/internal/parse/text"
	"github.com/tailscale/hujson"
)

// JSON reads JSON, and JSON with comments and trailing commas as editors and
// MCP clients write it. A byte order mark is passed over.
//
// On broken input the node holds the fields or items of the outermost value
// that stand whole before the break (nil if not even that is there), and the
// error joins *text.Error values. A key given twice is such an error too,
// since readers differ in which one they take; all else is read.
func JSON(src *text.Source) (*Node, error) {
	r := jsonReader{problems: problems{source: src}, base: markSize(src.Data())}
	if !r.checkUTF8() || !r.checkDepth() {
		return nil, r.err()
	}
	value, err := hujson.Parse(endedLine(src.Data()[r.base:]))
	if err != nil {
		r.syntax(err)
	}
	return r.node(value), r.err()
}

type jsonReader struct {
	problems
	base int // offset in the file of what hujson was given
}

// endedLine ends a comment on the last line, which hujson wants to be ended.
func endedLine(data []byte) []byte {
	if lastLine := data[bytes.LastIndexByte(data, '\n')+1:]; bytes.Contains(lastLine, []byte("//")) {
		return append(data[:len(data):len(data)], '\n')
	}
	return data
}

// node is the tree of one value, nil for a value that hujson could not read.
func (r *jsonReader) node(value hujson.Value) *Node {
	start, end := r.base+value.StartOffset, r.base+value.EndOffset
	if end <= start { // broken off: hujson gives no end
		end = r.source.Len()
	}
	n := &Node{source: r.source, start: int32(start), end: int32(end)}
	switch v := value.Value.(type) {
	case *hujson.Object:
		n.Kind, n.Fields = Map, make([]Field, 0, len(v.Members))
		for _, member := range v.Members {
			name := r.node(member.Name)
			if n.add(name.Text, r.node(member.Value)) {
				r.add(int(name.start), int(name.end), "key %q is given twice; the last one is read", name.Text.Value)
			}
		}
	case *hujson.Array:
		n.Kind, n.Items = List, make([]*Node, 0, len(v.Elements))
		for _, element := range v.Elements {
			n.Items = append(n.Items, r.node(element))
		}
	case hujson.Literal:
		n.Kind, n.Text = jsonScalar(r.source.Text(start, end))
	default:
		return nil
	}
	return n
}

func jsonScalar(raw text.Text) (Kind, text.Text) {
	switch raw.Value[0] {
	case '"':
		return String, jsonString(raw)
	case 't', 'f':
		return Bool, raw
	case 'n':
		return Null, raw
	}
	return Number, raw
}

// syntax notes what hujson says, at the place that it names in its text only.
func (r *jsonReader) syntax(err error) {
	data := r.source.Data()
	var line, column int
	at := r.base
	if n, _ := fmt.Sscanf(err.Error(), "hujson: line %d, column %d:", &line, &column); n == 2 {
		for ; line > 1; line-- {
			at += bytes.IndexByte(data[at:], '\n') + 1
		}
		at += column - 1 // in bytes
	}
	if cause := errors.Unwrap(err); cause != nil {
		err = cause
	}
	r.add(at, min(at+1, len(data)), "%v", err)
}

// checkDepth refuses a nesting that hujson, which recurses, might not survive.
// It reads brackets outside strings and comments and nothing else.
func (r *jsonReader) checkDepth() bool {
	data := r.source.Data()
	depth := 0
	for at := r.base; at < len(data); at++ {
		switch data[at] {
		case '[', '{':
			if depth++; depth > maxDepth {
				r.add(at, at+1, "nested more than %d levels deep", maxDepth)
				return false
			}
		case ']', '}':
			depth--
		case '"':
			at = stringEnd(data, at)
		case '/':
			at = commentEnd(data, at)
		}
	}
	return true
}

// stringEnd is the offset of the quote that closes the string opened at at.
func stringEnd(data []byte, at int) int {
	for at++; at < len(data) && data[at] != '"'; at++ {
		if data[at] == '\\' {
			at++
		}
	}
	return at
}

// commentEnd is the offset of the last byte of the comment opened at at, or at
// where no comment is.
func commentEnd(data []byte, at int) int {
	opening, closing := data[at:min(at+2, len(data))], ""
	switch string(opening) {
	case "//":
		closing = "\n"
	case "/*":
		closing = "*/"
	default:
		return at
	}
	if n := bytes.Index(data[at+2:], []byte(closing)); n >= 0 {
		return at + 2 + n + len(closing) - 1
	}
	return len(data)
}
