package doc

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// maxDepth is how many levels of lists and maps a document may have. No
// configuration comes near it; it keeps a hostile file off the stack of this
// package and of everybody who walks the tree.
const maxDepth = 1000

// maxProblems is how many problems one file reports before the rest is only
// counted.
const maxProblems = 50

// problems collects what could not be read of one file, in the order met.
type problems struct {
	source *text.Source
	list   []error
	more   int
}

// add notes a problem with the byte offsets [start, end).
func (p *problems) add(start, end int, format string, args ...any) {
	if len(p.list) == maxProblems {
		p.more++
		return
	}
	p.list = append(p.list, p.source.Errorf(start, end, format, args...))
}

// err joins the problems, nil when there are none.
func (p *problems) err() error {
	if p.more > 0 {
		return errors.Join(append(p.list, &text.Error{Msg: fmt.Sprintf("%d more problems", p.more)})...)
	}
	return errors.Join(p.list...)
}

// checkUTF8 notes the first byte that is not UTF-8 and tells whether all are.
func (p *problems) checkUTF8() bool {
	data := p.source.Data()
	if utf8.Valid(data) {
		return true
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	p.add(at, at+1, "byte %#02x is not valid UTF-8", data[at])
	return false
}

// markSize is the size of the byte order mark in front of data.
func markSize(data []byte) int {
	if bytes.HasPrefix(data, []byte("\uFEFF")) {
		return 3
	}
	return 0
}
