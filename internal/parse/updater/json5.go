package updater

import (
	"bytes"
	"strings"
)

// plainJSON rewrites what JSON5 has over JSON with comments: names without
// quotes and strings in single quotes. It keeps the lines.
func plainJSON(data []byte) []byte {
	var out bytes.Buffer
	for at := 0; at < len(data); {
		end := at + token(data[at:])
		part := data[at:end]
		switch {
		case part[0] == '\'':
			out.Write(doubleQuoted(part))
		case isName(part[0]) && isKey(data[end:]):
			out.WriteString(`"` + string(part) + `"`)
		default:
			out.Write(part)
		}
		at = end
	}
	return out.Bytes()
}

// token is the size of the string, comment, name or single byte at the start.
func token(data []byte) int {
	switch c := data[0]; {
	case c == '"' || c == '\'':
		return stringSize(data)
	case bytes.HasPrefix(data, []byte("//")):
		return sizeUntil(data, "\n")
	case bytes.HasPrefix(data, []byte("/*")):
		return sizeUntil(data, "*/")
	case isName(c):
		n := 1
		for n < len(data) && (isName(data[n]) || '0' <= data[n] && data[n] <= '9') {
			n++
		}
		return n
	}
	return 1
}

func stringSize(data []byte) int {
	for n := 1; n < len(data); n++ {
		switch data[n] {
		case '\\':
			n++
		case data[0]:
			return n + 1
		}
	}
	return len(data)
}

func sizeUntil(data []byte, mark string) int {
	if n := bytes.Index(data, []byte(mark)); n >= 0 {
		return n + len(mark)
	}
	return len(data)
}

func isName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '$'
}

// isKey tells whether a colon follows.
func isKey(rest []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(":"))
}

// doubleQuoted changes the quotes of a string in single ones.
func doubleQuoted(part []byte) []byte {
	inner := strings.TrimSuffix(string(part[1:]), "'")
	inner = strings.NewReplacer(`\'`, "'", `\"`, `\"`, `"`, `\"`).Replace(inner)
	return []byte(`"` + inner + `"`)
}
