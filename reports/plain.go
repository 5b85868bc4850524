package reports

import (
	"fmt"
	"strings"
	"unicode"
)

// Plain makes text from a repository safe to print on a terminal and in a build
// log: what would move the cursor, change the direction of reading or be
// invisible is shown by its code point, a line stays one line, and what a runner
// would take for a command ("::" first in a line, "##[" anywhere) is broken up.
func Plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteByte(' ')
		case hidden(r):
			fmt.Fprintf(&b, `\u{%04X}`, r)
		default:
			b.WriteRune(r)
		}
	}
	out := strings.ReplaceAll(b.String(), "##[", "## [")
	if strings.HasPrefix(strings.TrimLeft(out, " "), "::") {
		out = strings.Replace(out, "::", ": :", 1)
	}
	return out
}

// hidden says whether a character is not seen as itself: controls, format
// characters (bidirectional overrides, zero-width joiners, tags), private use,
// line and paragraph separators, and variation selectors.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || r == '\uFFFD' || unicode.Is(unicode.Variation_Selector, r)
}
