package text

import (
	"iter"
	"strings"
)

// TrimSpace is the text without white space at either end.
func (t Text) TrimSpace() Text {
	trimmed := strings.TrimLeft(t.Value, asciiSpace)
	start := len(t.Value) - len(trimmed)
	return t.Slice(start, start+len(strings.TrimRight(trimmed, asciiSpace)))
}

const asciiSpace = " \t\r\n\v\f"

// Cut is strings.Cut with places: the text before and after the first
// separator, or the whole text and an empty one at its end.
func (t Text) Cut(separator string) (before, after Text, found bool) {
	i := strings.Index(t.Value, separator)
	if i < 0 {
		return t, t.Slice(len(t.Value), len(t.Value)), false
	}
	return t.Slice(0, i), t.Slice(i+len(separator), len(t.Value)), true
}

// Lines yields the lines of the text without their \n or \r\n. A text that
// ends with a line end has no empty line after it.
func (t Text) Lines() iter.Seq[Text] {
	return func(yield func(Text) bool) {
		for rest := t; rest.Value != ""; {
			line, after, _ := rest.Cut("\n")
			if !yield(line.Slice(0, len(strings.TrimSuffix(line.Value, "\r")))) {
				return
			}
			rest = after
		}
	}
}

// Fields yields the words between ASCII white space.
func (t Text) Fields() iter.Seq[Text] {
	return func(yield func(Text) bool) {
		for rest := t.TrimSpace(); rest.Value != ""; {
			end := strings.IndexAny(rest.Value, asciiSpace)
			if end < 0 {
				end = len(rest.Value)
			}
			if !yield(rest.Slice(0, end)) {
				return
			}
			rest = rest.Slice(end, len(rest.Value)).TrimSpace()
		}
	}
}
