package dockerfile

import (
	"encoding/json"
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// jsonStrings are the strings of a JSON array that the parser has accepted.
func jsonStrings(array text.Text) []text.Text {
	var words []text.Text
	s := array.Value
	for i := 0; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		var b text.Builder
		b.Append("", array.Slice(i+1, i+1))
		for i++; i < len(s) && s[i] != '"'; {
			size := jsonPiece(s[i:])
			piece := array.Slice(i, i+size)
			b.Append(unescaped(piece.Value), piece)
			i += size
		}
		words = append(words, b.Text())
	}
	return words
}

// jsonPiece is the size of what stands before the next escape or quote, or of
// one escape; two \u escapes in a row may be one character.
func jsonPiece(s string) int {
	if s[0] != '\\' {
		if end := strings.IndexAny(s, `"\`); end >= 0 {
			return end
		}
		return len(s)
	}
	size := 2
	if len(s) > 1 && s[1] == 'u' {
		size = 6
		if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' && (s[2] == 'd' || s[2] == 'D') {
			size = 12
		}
	}
	return min(size, len(s))
}

func unescaped(piece string) string {
	if piece[0] != '\\' {
		return piece
	}
	var value string
	if json.Unmarshal([]byte(`"`+piece+`"`), &value) != nil {
		return piece
	}
	return value
}
