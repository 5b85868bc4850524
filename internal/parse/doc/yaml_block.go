package doc

import (
	"math"
	"strings"
)

// block reads a scalar after | or >, to the end of its value.
func (s *scalarReader) block(folded bool) {
	s.at = s.lines.lineEnd(s.at) // past the header, and a comment behind it
	s.at += breakSize(s.rest())
	s.takeAs("", 0) // an empty block stands below its header
	indent := s.blockIndent()

	var ends []lineEnd // since the last text; the first one ends the line of that text
	var text, blank bool
	for s.Len() < len(s.want) && s.rest() != "" {
		n := indentation(s.rest(), indent)
		if size := breakSize(s.rest()[n:]); size > 0 {
			ends = append(ends, lineEnd{s.at + n, size})
			s.at += n + size
			continue
		}
		if n < indent || n == len(s.rest()) {
			break
		}
		start := s.at + n
		wasBlank := blank
		blank = strings.IndexByte(" \t", s.rest()[n]) >= 0
		s.join(ends, folded && text && !blank && !wasBlank) // an indented line is not folded
		s.at = start
		s.take(min(plainLength(s.rest(), ""), len(s.want)-s.Len()))
		ends, text = ends[:0], true
		if size := breakSize(s.rest()); size > 0 {
			ends = append(ends, lineEnd{s.at, size})
			s.at += size
		}
	}
	if len(ends) > 0 {
		s.at = ends[0].at
		s.join(ends, false)
	}
}

// lineEnd is where one stands in the file, and its size.
type lineEnd struct{ at, size int }

// join reads line ends, as many as the value still has: that is how many the
// header keeps at the end. Folding makes one of them a space, and drops the
// first of several.
func (s *scalarReader) join(ends []lineEnd, fold bool) {
	for i, end := range ends {
		if s.Len() >= len(s.want) {
			return
		}
		s.at = end.at
		value := breakValue(s.rest())
		if fold && i == 0 && value == "\n" {
			if len(ends) > 1 {
				continue
			}
			value = " "
		}
		s.takeAs(value, end.size)
	}
}

// blockIndent is the indentation of the block: the spaces that the file has
// more than the value at the start of the first line with text.
func (s *scalarReader) blockIndent() int {
	want, file := s.want, s.rest()
	for breakSize(want) > 0 {
		want = want[breakSize(want):]
		end := plainLength(file, "")
		file = file[end+breakSize(file[end:]):]
	}
	if want == "" {
		return math.MaxInt // only empty lines
	}
	return indentation(file, math.MaxInt) - indentation(want, math.MaxInt)
}

// indentation is the number of spaces at the start of s, at most limit.
func indentation(s string, limit int) int {
	n := 0
	for n < len(s) && n < limit && s[n] == ' ' {
		n++
	}
	return n
}
