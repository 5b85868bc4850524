package shell

import (
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// unit is one text to parse as a whole: a script, or the argument of sh -c.
type unit struct {
	text   text.Text
	masked string // the text with every opaque span written over, byte for byte
	opaque []span // in order, apart
}

// span is a part of a text that no shell parser may look into: something that
// is filled in before the shell starts, or that an outer shell expands.
type span struct {
	start, end int
	known      bool
	value      string // when known
	runs       []int  // commands inside it, read already
}

// whole masks what the script's own place fills in.
func (r *reader) whole(src text.Text) unit {
	var spans []span
	for _, given := range r.filling {
		if 0 <= given[0] && given[0] < given[1] && given[1] <= len(src.Value) {
			spans = append(spans, span{start: given[0], end: given[1]})
		}
	}
	return mask(src, merge(spans, r.expressions(src.Value)))
}

// expressions finds ${{ ... }}. One that names a constant variable of the
// environment has its value.
func (r *reader) expressions(s string) []span {
	var spans []span
	for at := 0; ; {
		start := strings.Index(s[at:], "${{")
		if start < 0 {
			return spans
		}
		start += at
		end := expressionEnd(s, start+3)
		if end < 0 {
			return spans
		}
		one := span{start: start, end: end}
		name, isEnv := strings.CutPrefix(strings.TrimSpace(s[start+3:end-2]), "env.")
		if value, ok := r.env[name]; isEnv && ok {
			one.known, one.value = true, value
		}
		spans = append(spans, one)
		at = end
	}
}

// expressionEnd is the offset after the }} that ends an expression; one inside
// a quoted string of the expression does not.
func expressionEnd(s string, at int) int {
	quoted := false
	for i := at; i+1 < len(s); i++ {
		switch {
		case s[i] == '\'':
			quoted = !quoted
		case s[i] == '\n' && quoted:
			quoted = false // a stray apostrophe, not a string
		case !quoted && s[i] == '}' && s[i+1] == '}':
			return i + 2
		}
	}
	return -1
}

// merge puts two ordered lists of spans into one; of two that overlap the
// first to start stays.
func merge(a, b []span) []span {
	if len(a) == 0 {
		return b
	}
	merged := make([]span, 0, len(a)+len(b))
	for end := 0; len(a)+len(b) > 0; {
		next := &b
		if len(b) == 0 || len(a) > 0 && a[0].start <= b[0].start {
			next = &a
		}
		if one := (*next)[0]; one.start >= end {
			merged = append(merged, one)
			end = one.end
		}
		*next = (*next)[1:]
	}
	return merged
}

// mask writes over the spans with a character that is part of any word.
func mask(src text.Text, spans []span) unit {
	if len(spans) == 0 {
		return unit{text: src, masked: src.Value}
	}
	masked := []byte(src.Value)
	for _, one := range spans {
		for i := one.start; i < one.end; i++ {
			masked[i] = '_'
		}
	}
	return unit{text: src, masked: string(masked), opaque: spans}
}

// opaqueFrom is the index of the first span that ends after the offset.
func (u unit) opaqueFrom(at int) int {
	low, high := 0, len(u.opaque)
	for low < high {
		if middle := (low + high) / 2; u.opaque[middle].end <= at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}
