package compose

import "strings"

// maxNesting is how deep defaults are followed into defaults.
const maxNesting = 20

// interpolate puts the defaults of variables in, as compose does where the
// environment sets none. open is the first variable that has no default; it
// stays as written.
func interpolate(s string) (filled, open string) {
	return interpolateAt(s, 0)
}

func interpolateAt(s string, depth int) (filled, open string) {
	var b strings.Builder
	for s != "" {
		before, rest, found := strings.Cut(s, "$")
		b.WriteString(before)
		if !found {
			break
		}
		var size int
		var value, name string
		switch {
		case strings.HasPrefix(rest, "$"): // $$ is a dollar
			size, value = 1, "$"
		case strings.HasPrefix(rest, "{"):
			size = closing(rest)
			value, name = variable(rest[:size], depth)
		default:
			for size < len(rest) && nameByte(rest[size]) {
				size++
			}
			value, name = "$"+rest[:size], rest[:size]
		}
		b.WriteString(value)
		if open == "" {
			open = name
		}
		s = rest[size:]
	}
	return b.String(), open
}

// variable is what {NAME}, {NAME-default} or {NAME:-default} becomes; the others
// need a value from outside.
func variable(braced string, depth int) (value, open string) {
	inner := strings.TrimSuffix(strings.TrimPrefix(braced, "{"), "}")
	end := 0
	for end < len(inner) && nameByte(inner[end]) {
		end++
	}
	name, operator := inner[:end], strings.TrimPrefix(inner[end:], ":")
	switch {
	case strings.HasPrefix(operator, "-") && depth < maxNesting:
		return interpolateAt(operator[1:], depth+1)
	case strings.HasPrefix(operator, "+"):
		return "", "" // only a set variable puts anything here
	}
	return "$" + braced, name
}

// closing is the size of a braced expression.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

func nameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
