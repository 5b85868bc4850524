package codeowners

import (
	"iter"
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// contents yields the lines of a file, without the mark that an editor may put in
// front of all.
func contents(src *text.Source) iter.Seq[text.Text] {
	start := 0
	if strings.HasPrefix(string(src.Data()[:min(3, src.Len())]), "\ufeff") {
		start = 3
	}
	return src.Text(start, src.Len()).Lines()
}

// split parts a line at white space; one behind a backslash belongs to the word.
func split(line text.Text) []text.Text {
	var words []text.Text
	s, start := line.Value, -1
	for i := 0; i < len(s); i++ {
		switch blank := s[i] == ' ' || s[i] == '\t'; {
		case blank && start >= 0:
			words = append(words, line.Slice(start, i))
			start = -1
		case blank:
		default:
			if start < 0 {
				start = i
			}
			if s[i] == '\\' {
				i++
			}
		}
	}
	if start >= 0 {
		words = append(words, line.Slice(start, len(s)))
	}
	return words
}

// unescape takes away the backslashes before spaces and #.
func unescape(s string) string {
	return strings.NewReplacer(`\ `, " ", `\#`, "#").Replace(s)
}
