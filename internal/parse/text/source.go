// Package text holds strings that remember where they came from.
//
// A Source is one file; a Text is a string as the reading program sees it
// (unquoted, unescaped, joined), together with where each of its bytes stands
// in that file. A parser that reads a Text hands out slices of it, so shell
// inside YAML, or a launch line inside JSON inside a link, gives exact places
// however deep the nesting.
//
// The package knows bytes, lines and columns. It must not know any language.
package text

import (
	"bytes"
	"sort"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/sealvet/sealvet/internal/evidence"
)

const byteOrderMark = "\uFEFF"

// Source is the bytes of one file with an index of its lines. Nobody can change
// it after NewSource, so many goroutines may read it. A file must be smaller
// than 2 GiB: offsets are kept as int32.
type Source struct {
	path string
	data []byte

	// The index is made when the first place is asked for: most files that a
	// reader looks into hold nothing of interest.
	indexed sync.Once
	lines   []int32      // byte offset at which each line starts
	marks   []checkpoint // nil when every byte is one column
}

// NewSource makes a source of data. The caller must not change data afterwards:
// the source and every Text cut from it share its memory.
//
// A line ends with \n or \r\n; a \r alone is an ordinary character. A byte
// order mark at the start is no column, and each byte that is not valid UTF-8
// is a column of its own.
func NewSource(path string, data []byte) *Source { return &Source{path: path, data: data} }

// index finds the lines and columns.
func (s *Source) index() {
	data := s.data
	s.lines = make([]int32, 1, bytes.Count(data, []byte{'\n'})+1)
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		s.lines[0] = int32(len(byteOrderMark))
	}
	for at := 0; ; {
		n := bytes.IndexByte(data[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
		s.lines = append(s.lines, int32(at))
	}
	if !isASCII(data) {
		s.marks = checkpoints(data)
	}
}

// Path is the path given to NewSource.
func (s *Source) Path() string { return s.path }

// Data is the file, byte for byte. It must not be changed.
func (s *Source) Data() []byte { return s.data }

// String is the file, byte for byte, in the same memory as Data.
func (s *Source) String() string {
	return unsafe.String(unsafe.SliceData(s.data), len(s.data)) // sound: nobody writes to data
}

// Len is the size of the file in bytes.
func (s *Source) Len() int { return len(s.data) }

// Location turns the byte offsets [start, end) into lines and columns.
// Offsets outside the file count as its nearest end, and an end before start
// counts as start.
func (s *Source) Location(start, end int) evidence.Location {
	s.indexed.Do(s.index)
	line, column := s.position(start)
	endLine, endColumn := line, column
	if end > start {
		endLine, endColumn = s.position(end)
	}
	return evidence.Location{Path: s.path, Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

// Offset is the byte offset of a line and column, both counted from 1. A
// column past the end of the line counts as the end of the line, before its
// \n or \r\n; a line outside the file counts as the nearest end of the file.
func (s *Source) Offset(line, column int) int {
	s.indexed.Do(s.index)
	if line < 1 {
		return int(s.lines[0])
	}
	if line > len(s.lines) {
		return len(s.data)
	}
	start, end := int(s.lines[line-1]), s.lineEnd(line-1)
	if column <= 1 {
		return start
	}
	if s.marks == nil {
		return min(start+column-1, end)
	}
	return min(s.offsetOfRune(s.runesBefore(start)+column-1), end)
}

// Text is the bytes [start, end) of the file as they are.
func (s *Source) Text(start, end int) Text {
	return Text{Value: s.String()[start:end], source: s, start: int32(start), end: int32(end)}
}

// position is the line and column of a byte offset.
func (s *Source) position(offset int) (line, column int) {
	offset = min(max(offset, int(s.lines[0])), len(s.data))
	index := sort.Search(len(s.lines), func(i int) bool { return int(s.lines[i]) > offset }) - 1
	start := int(s.lines[index])
	offset = min(offset, s.lineEnd(index)) // the end of line is no column
	if s.marks == nil {
		return index + 1, offset - start + 1
	}
	return index + 1, s.runesBefore(offset) - s.runesBefore(start) + 1
}

// lineEnd is the offset at which the text of a line (counted from 0) ends,
// before its \n or \r\n.
func (s *Source) lineEnd(index int) int {
	if index+1 == len(s.lines) {
		return len(s.data)
	}
	end := int(s.lines[index+1]) - 1
	if end > int(s.lines[index]) && s.data[end-1] == '\r' {
		end--
	}
	return end
}

func isASCII(data []byte) bool {
	for _, b := range data {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
