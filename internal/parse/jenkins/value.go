package jenkins

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// value is a string of the program: pieces of text, and between them what it
// fills in when it runs.
type value struct{ pieces []piece }

type piece struct {
	value string
	from  text.Text
	// expression is what stands in ${...}; the piece then is a hole as written.
	expression string
	hole       bool
}

// style says how a string of Groovy is delimited, and what its text may hold.
type style struct {
	open, close string
	fills       bool // $name and ${...}
	escapes     bool // \n and the like, and not \/ alone
	lines       bool // may go over several lines
}

var styles = []style{
	{`'''`, `'''`, false, true, true},
	{`"""`, `"""`, true, true, true},
	{`'`, `'`, false, true, false},
	{`"`, `"`, true, true, false},
	{`$/`, `/$`, true, false, true},
	{`/`, `/`, true, false, true},
}

// string reads one string.
func (t *tokenizer) string() *text.Error {
	rest := t.data[t.at:]
	var s style
	for _, s = range styles {
		if strings.HasPrefix(rest, s.open) {
			break
		}
	}
	var v value
	at := t.at + len(s.open)
	from := at // of the plain piece that is being read
	flush := func() {
		if from < at {
			v.pieces = append(v.pieces, piece{value: t.data[from:at], from: t.src.Text(from, at)})
		}
	}
	for at < len(t.data) {
		switch c := t.data[at]; {
		case strings.HasPrefix(t.data[at:], s.close):
			flush()
			return t.add(token{kind: quoted, value: v}, at+len(s.close)-t.at)
		case c == '\n' && !s.lines:
			return t.src.Errorf(t.at, at, "the string is never closed")
		case c == '\\' && s.escapes, c == '\\' && strings.HasPrefix(t.data[at:], `\/`) && s.open == "/":
			flush()
			size, decoded := unescape(t.data[at:])
			v.pieces = append(v.pieces, piece{value: decoded, from: t.src.Text(at, at+size)})
			at += size
			from = at
		case c == '$' && s.open == "$/" && at+1 < len(t.data) && (t.data[at+1] == '$' || t.data[at+1] == '/'):
			flush()
			v.pieces = append(v.pieces, piece{value: t.data[at+1 : at+2], from: t.src.Text(at, at+2)})
			at += 2
			from = at
		case c == '$' && s.fills:
			size, expression := hole(t.data[at:])
			switch {
			case size == 0 && strings.HasPrefix(t.data[at:], "${"):
				return t.src.Errorf(at, at+2, "${ is never closed")
			case size == 0:
				at++
				continue
			}
			flush()
			v.pieces = append(v.pieces, piece{value: t.data[at : at+size], from: t.src.Text(at, at+size), expression: expression, hole: true})
			at += size
			from = at
		default:
			at++
		}
	}
	return t.src.Errorf(t.at, t.at+len(s.open), "the string is never closed")
}

// unescape decodes what begins with a backslash.
func unescape(s string) (size int, decoded string) {
	if len(s) < 2 {
		return 1, `\`
	}
	switch c := s[1]; c {
	case 'n':
		return 2, "\n"
	case 't':
		return 2, "\t"
	case 'r':
		return 2, "\r"
	case 'b', 'f', 's', '0':
		return 2, " "
	case '\n':
		return 2, "" // the line goes on
	case '\r':
		if strings.HasPrefix(s, "\\\r\n") {
			return 3, ""
		}
	case 'u':
		if len(s) >= 6 {
			if code, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
				return 6, string(rune(code))
			}
		}
	}
	_, width := utf8.DecodeRuneInString(s[1:])
	return 1 + width, s[1 : 1+width]
}

const maxHole = 4 << 10 // bytes of one ${...}

// hole reads $name.name or ${...}.
func hole(s string) (size int, expression string) {
	if strings.HasPrefix(s, "${") {
		depth := 0
		for i := 1; i < min(len(s), maxHole); i++ {
			switch s[i] {
			case '{':
				depth++
			case '}':
				if depth--; depth == 0 {
					return i + 1, strings.TrimSpace(s[2:i])
				}
			}
		}
		return 0, ""
	}
	end := 1
	for end < len(s) && (isNameByte(s[end]) && s[end] != '$' || s[end] == '.' && end+1 < len(s) && isLetter(s[end+1])) {
		end++
	}
	if end == 1 || !isLetter(s[1]) {
		return 0, ""
	}
	return end, s[1:end]
}

func isLetter(c byte) bool { return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// constants are variables of known value, and where that is written.
type constants map[string]evidence.Text

// values are the constants as package shell takes them.
func (c constants) values() map[string]string {
	values := make(map[string]string, len(c))
	for name, one := range c {
		values[name] = one.Value
	}
	return values
}

// filled is a string with constants put in.
type filled struct {
	text   text.Text
	opaque [][2]int        // byte ranges that only the run knows
	holes  []evidence.Text // what fills them
	used   []evidence.Text // constants that were put in
	open   string          // the first expression that has no value here
}

func (f filled) known() bool { return f.open == "" }

const maxFilled = 1 << 20 // bytes of constants in one file

// fill joins strings, with the constants that their holes name.
func (r *reader) fill(parts []value, env constants) filled {
	var b text.Builder
	var f filled
	for _, part := range parts {
		for _, p := range part.pieces {
			one, is := r.valueOf(p.expression, env)
			switch {
			case !p.hole:
				b.Append(p.value, p.from)
			case is && r.filled+len(one.Value) <= maxFilled:
				r.filled += len(one.Value)
				b.Append(one.Value, p.from)
				f.used = append(f.used, one)
			default:
				start := b.Len()
				b.Append(p.value, p.from)
				f.opaque = append(f.opaque, [2]int{start, b.Len()})
				f.holes = append(f.holes, evidence.Text{Value: p.expression, At: p.from.At()})
				if f.open == "" {
					f.open = p.expression
				}
			}
		}
	}
	f.text = b.Text()
	return f
}

// valueOf is the value of a hole: a variable of the environment, else of the program.
func (r *reader) valueOf(expression string, env constants) (evidence.Text, bool) {
	word, isEnv := strings.CutPrefix(expression, "env.")
	one, is := env[word]
	if !is && !isEnv {
		one, is = r.globals[word]
	}
	return one, is
}
