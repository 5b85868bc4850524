package doc

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// jsonString decodes a string that hujson found well formed. Each escape is
// one run, so that every character of the string has its exact place.
func jsonString(raw text.Text) text.Text {
	inner := raw.Slice(1, len(raw.Value)-1)
	if !strings.Contains(inner.Value, `\`) {
		return inner
	}
	return unescape(inner, jsonEscape)
}

// unescape decodes a string by its format's way to decode the escape at the start
// of a text. Each escape is one run.
func unescape(inner text.Text, decode func(string) (value string, size int)) text.Text {
	var b text.Builder
	for rest := inner; rest.Value != ""; {
		plain := strings.IndexByte(rest.Value, '\\')
		if plain < 0 {
			plain = len(rest.Value)
		}
		if plain > 0 {
			b.Append(rest.Value[:plain], rest.Slice(0, plain))
			rest = rest.Slice(plain, len(rest.Value))
			continue
		}
		value, size := decode(rest.Value)
		b.Append(value, rest.Slice(0, size))
		rest = rest.Slice(size, len(rest.Value))
	}
	return b.Text()
}

// jsonEscape decodes the escape at the start of s: its value and its size. Half
// a surrogate pair is the replacement character, as in encoding/json.
func jsonEscape(s string) (value string, size int) {
	if s[1] != 'u' {
		if i := strings.IndexByte("bfnrt", s[1]); i >= 0 {
			return "\b\f\n\r\t"[i : i+1], 2
		}
		return s[1:2], 2
	}
	r := hexRune(s[2:6])
	if !utf16.IsSurrogate(r) {
		return string(r), 6
	}
	if len(s) >= 12 && s[6:8] == `\u` {
		if pair := utf16.DecodeRune(r, hexRune(s[8:12])); pair != utf8.RuneError {
			return string(pair), 12
		}
	}
	return string(utf8.RuneError), 6
}

// hexRune is the code point that hexadecimal digits name.
func hexRune(digits string) rune {
	value, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return utf8.RuneError
	}
	return rune(value)
}
