package reports

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// EncodeJSON writes a value as indented JSON that is safe to print in a build
// log and to paste into a page. Nothing is lost: what would be invisible, turn
// the direction of reading or be taken for a runner's command is written by the
// escapes of JSON itself.
func EncodeJSON(w io.Writer, value any) error {
	buffered := bufio.NewWriter(w)
	encoder := json.NewEncoder(&escaper{w: buffered})
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err
	}
	return buffered.Flush()
}

// escaper rewrites valid JSON. Outside of strings there is only ASCII, and a
// newline inside of them is escaped already, so it need not know where it is.
// The encoder hands over each document whole.
type escaper struct{ w *bufio.Writer }

func (e *escaper) Write(document []byte) (int, error) {
	rest := document
	for len(rest) > 0 {
		n := bytes.IndexFunc(rest, suspect)
		if n < 0 {
			n = len(rest)
		}
		e.w.Write(rest[:n])
		rest = rest[n:]
		if len(rest) == 0 {
			break
		}
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == '#' && bytes.HasPrefix(rest, []byte("##")):
			e.w.WriteString(`#\u0023`) // ##[error], ##vso[...]
			size = 2
		case r == '#' || r == '\n':
			e.w.WriteRune(r)
		default:
			e.escape(r)
		}
		rest = rest[size:]
	}
	return len(document), nil
}

func suspect(r rune) bool { return r == '#' || r != '\n' && hidden(r) }

func (e *escaper) escape(r rune) {
	if high, low := utf16.EncodeRune(r); high != '\uFFFD' {
		fmt.Fprintf(e.w, `\u%04x\u%04x`, high, low)
		return
	}
	fmt.Fprintf(e.w, `\u%04x`, r)
}
