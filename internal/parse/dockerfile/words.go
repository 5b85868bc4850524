package dockerfile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// flags takes the --flags off the front, quotes and escapes as the parser
// understands them.
func (r rebuilder) flags(t text.Text) (flags []text.Text, rest text.Text) {
	for t = trimmed(t); strings.HasPrefix(t.Value, "--"); t = trimmed(t) {
		end := r.wordEnd(t.Value)
		flag := t.Slice(0, end)
		t = t.Slice(end, len(t.Value))
		if flag.Value == "--" {
			break
		}
		flags = append(flags, flag)
	}
	return flags, trimmed(t)
}

// quotedWords parts at white space outside of quotes. The quotes stay.
func (r rebuilder) quotedWords(t text.Text) []text.Text {
	var words []text.Text
	for t = trimmed(t); t.Value != ""; t = trimmed(t) {
		end := r.wordEnd(t.Value)
		words = append(words, t.Slice(0, end))
		t = t.Slice(end, len(t.Value))
	}
	return words
}

// wordEnd is where the word at the start of s ends.
func (r rebuilder) wordEnd(s string) int {
	var quote rune
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case c == rune(r.escape) && quote != '\'':
			_, size = utf8.DecodeRuneInString(s[i:])
			i += size
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case unicode.IsSpace(c):
			return i - size
		}
	}
	return len(s)
}

// trimmed is the text without white space around it, as strings.TrimSpace
// understands it.
func trimmed(t text.Text) text.Text {
	rest := strings.TrimLeftFunc(t.Value, unicode.IsSpace)
	start := len(t.Value) - len(rest)
	return t.Slice(start, start+len(strings.TrimRightFunc(rest, unicode.IsSpace)))
}

// after is what follows the first n bytes and the white space behind them.
func after(t text.Text, n int) text.Text {
	n = min(n, len(t.Value))
	return trimmed(t.Slice(n, len(t.Value)))
}

// cutSpace parts at the first white space.
func cutSpace(t text.Text) (before, rest text.Text, found bool) {
	end := strings.IndexFunc(t.Value, unicode.IsSpace)
	if end < 0 {
		return t, t.Slice(len(t.Value), len(t.Value)), false
	}
	return t.Slice(0, end), after(t, end), true
}

// flag is the value of --name=value where the flag has that name.
func flag(t text.Text, name string) (value text.Text, found bool) {
	key, value, found := t.Cut("=")
	if !found || key.Value != "--"+name {
		return text.Text{}, false
	}
	return unquoted(value), true
}

// unquoted takes one pair of quotes off.
func unquoted(t text.Text) text.Text {
	if n := len(t.Value); n >= 2 && (t.Value[0] == '"' || t.Value[0] == '\'') && t.Value[n-1] == t.Value[0] {
		return t.Slice(1, n-1)
	}
	return t
}
