package doc

import (
	"strings"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// yamlLines finds the bytes of a line and column as the YAML library counts
// them: its lines also end at \r, NEL, LS and PS.
type yamlLines struct {
	source     *text.Source
	start, end int
	starts     []int32
}

func newYAMLLines(src *text.Source, start, end int) yamlLines {
	l := yamlLines{source: src, start: start, end: end, starts: []int32{int32(start)}}
	s := src.String()[:end]
	for at := start; at < end; {
		n := breakSize(s[at:])
		if n == 0 {
			at++
			continue
		}
		at += n
		l.starts = append(l.starts, int32(at))
	}
	return l
}

// offset is the byte offset of a line and column, both counted from 1.
func (l *yamlLines) offset(line, column int) int {
	if line > len(l.starts) {
		return l.end
	}
	return min(l.source.Advance(int(l.starts[max(line, 1)-1]), column-1), l.end)
}

// lineEnd is the offset at which the text of the line around at ends.
func (l *yamlLines) lineEnd(at int) int {
	s := l.source.String()[:l.end]
	for at < l.end && breakSize(s[at:]) == 0 {
		at++
	}
	return at
}

// breakSize is the size of the line end at the start of s, 0 if there is none.
func breakSize(s string) int {
	switch s[0] {
	case '\n':
		return 1
	case '\r':
		if strings.HasPrefix(s, "\r\n") {
			return 2
		}
		return 1
	case '\xC2', '\xE2':
		switch r, size := utf8.DecodeRuneInString(s); r {
		case '\u0085', '\u2028', '\u2029':
			return size
		}
	}
	return 0
}
