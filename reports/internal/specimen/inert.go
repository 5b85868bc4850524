package specimen

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Inert fails where a report, printed in a build log or on a terminal, would do
// anything but be read. color allows the colours of our own.
func Inert(t *testing.T, what string, report []byte, color bool) {
	t.Helper()
	text := string(report)
	if color {
		text = ours.Replace(text)
	}
	if !utf8.ValidString(text) {
		t.Errorf("%s: not valid UTF-8", what)
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			t.Errorf("%s: a runner takes this line for a command: %.100q", what, line)
		}
		if strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
			t.Errorf("%s: a runner finds a command in this line: %.100q", what, line)
		}
		for _, r := range line {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Variation_Selector) {
				t.Errorf("%s: %U stands raw in %.100q", what, r, line)
				break
			}
		}
	}
}

var ours = strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[4m", "", "\x1b[31m", "", "\x1b[1;31m", "", "\x1b[32m", "", "\x1b[33m", "", "\x1b[36m", "", "\x1b[90m", "")
