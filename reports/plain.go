package reports

import (
	"fmt"
	"strings"
	"unicode"
)

// Plain makes text from a repository safe to print on a terminal and in a build
// log: what would move the cursor, change the direction of reading or be
// invisible is shown by its code point, a line stays one line, and what a runner
// would take for a command ("::" first in a line, "##[" and "##vso[" anywhere)
// is broken up. A report may start a line with any word of it.
func Plain(s string) string {
	var b strings.Builder
	wordStart := true
	for i, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteByte(' ')
		case hidden(r):
			fmt.Fprintf(&b, `\u{%04X}`, r)
		case r == ':' && wordStart && strings.HasPrefix(s[i+1:], ":"), r == '#' && strings.HasPrefix(s[i+1:], "#"):
			b.WriteRune(r)
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
		wordStart = unicode.IsSpace(r)
	}
	return b.String()
}

// Cut shortens a text to so many characters and shows that it did.
func Cut(s string, most int) string {
	shown := 0
	for i := range s {
		if shown == most {
			return s[:i] + "…"
		}
		shown++
	}
	return s
}

// hidden says whether a character is not seen as itself: controls, format
// characters (bidirectional overrides, zero-width joiners, tags), private use,
// line and paragraph separators, and variation selectors.
func hidden(r rune) bool {
	if r < 0x7F {
		return r < ' ' // almost all that is ever asked
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || r == '\uFFFD' || unicode.Is(unicode.Variation_Selector, r)
}
