package doc

import (
	"strings"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// yamlLines finds the bytes of a line and column as the YAML library counts
// them: its lines also end at a lone \r and at the Unicode line ends.
type yamlLines struct {
	source *text.Source
	file   string  // the source up to the end of the stream
	starts []int32 // of each line; a byte order mark is no part of the first
}

func newYAMLLines(src *text.Source, end int) yamlLines {
	start := markSize(src.Data())
	l := yamlLines{source: src, file: src.String()[:end], starts: []int32{int32(start)}}
	for at := start; at < end; {
		n := breakSize(l.file[at:])
		at += max(n, 1)
		if n > 0 {
			l.starts = append(l.starts, int32(at))
		}
	}
	return l
}

// offset is the byte offset of a line and column, both counted from 1.
func (l *yamlLines) offset(line, column int) int {
	if line > len(l.starts) {
		return len(l.file)
	}
	start := int(l.starts[max(line, 1)-1])
	return min(l.source.Advance(start, column-1), len(l.file))
}

// lineEnd is the offset at which the text of the line around at ends.
func (l *yamlLines) lineEnd(at int) int {
	for at < len(l.file) && breakSize(l.file[at:]) == 0 {
		at++
	}
	return at
}

// breakSize is the size of the line end at the start of s, 0 if there is none.
func breakSize(s string) int {
	if s == "" {
		return 0
	}
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

// breakValue is what the line end at the start of s is read as where it is
// kept: \n, or itself for the two Unicode separators.
func breakValue(s string) string {
	if s[0] == '\xE2' {
		return s[:len("\u2028")]
	}
	return "\n"
}
