package doc

import "strings"

// plain reads a scalar without quotes. It ends where the value does.
func (s *scalarReader) plain() {
	for s.Len() < len(s.want) && s.rest() != "" {
		if n := s.blanks(); n > 0 {
			s.fold(n)
			continue
		}
		n := plainLength(s.rest(), " \t")
		if n = min(n, len(s.want)-s.Len()); n == 0 {
			return
		}
		s.take(n)
	}
}

// quoted reads a scalar in quotes, to the closing one.
func (s *scalarReader) quoted(quote byte) {
	stops := string(quote) + " \t"
	if quote == '"' {
		stops += `\`
	}
	s.at++
	s.takeAs("", 0) // an empty string stands between its quotes
	for s.rest() != "" {
		rest := s.rest()
		switch n := s.blanks(); {
		case n > 0:
			s.fold(n)
		case quote == '\'' && strings.HasPrefix(rest, "''"):
			s.takeAs("'", 2)
		case rest[0] == quote:
			s.at++
			return
		case rest[0] == '\\' && quote == '"':
			s.escape()
		default:
			s.take(plainLength(rest, stops))
		}
	}
}

// blanks is the size of the blanks and line ends that come next.
func (s *scalarReader) blanks() int {
	rest := s.rest()
	n := 0
	for n < len(rest) {
		if rest[n] == ' ' || rest[n] == '\t' {
			n++
		} else if size := breakSize(rest[n:]); size > 0 {
			n += size
		} else {
			break
		}
	}
	return n
}

// fold reads n bytes of blanks and line ends: blanks within a line are kept,
// one line end is a space, and of more all but the first are kept.
func (s *scalarReader) fold(n int) {
	end := s.at + n
	first := plainLength(s.rest()[:n], "")
	if first == n {
		s.take(n)
		return
	}
	s.at += first
	size := breakSize(s.rest())
	after := s.lines.file[s.at+size : end]
	switch value := breakValue(s.rest()); {
	case value != "\n":
		s.takeAs(value, size)
	case plainLength(after, "") == len(after):
		s.takeAs(" ", size)
	default:
		s.at += size
	}
	s.breaks(end)
}

// breaks keeps the line ends up to an offset and drops the blanks.
func (s *scalarReader) breaks(end int) {
	for s.at < end {
		if size := breakSize(s.rest()); size > 0 {
			s.takeAs(breakValue(s.rest()), size)
		} else {
			s.at++
		}
	}
}

// escape reads the escape sequence that comes next.
func (s *scalarReader) escape() {
	rest := s.rest()
	if size := breakSize(rest[1:]); size > 0 { // joins two lines without a space
		s.takeAs("", 1+size)
		s.breaks(s.at + s.blanks())
		return
	}
	if len(rest) < 2 {
		s.at++
		return
	}
	digits := 0
	switch rest[1] {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	}
	if digits > 0 {
		s.takeAs(hexEscape(rest, digits))
		return
	}
	if value, found := yamlEscapes[rest[1]]; found {
		s.takeAs(value, 2)
		return
	}
	s.takeAs(rest[1:2], 2)
}

// yamlEscapes are the escapes of one letter that are not the letter itself.
var yamlEscapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b",
	'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}
