package shell

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// pythonCalls start a program. The value says whether the argument is a line
// for the shell.
var pythonCalls = map[string]bool{
	"subprocess.run": false, "subprocess.call": false, "subprocess.check_call": false, "subprocess.check_output": false,
	"subprocess.Popen": false, "subprocess.getoutput": true, "subprocess.getstatusoutput": true,
	"os.system": true, "os.popen": true,
}

// readPython finds the calls that start a program with arguments that stand in
// the text: a list of strings, or one string for the shell. Everything else of
// the language is passed over.
func (r *reader) readPython(u unit, sc scope) {
	w := r.walker(u, sc)
	s := w.masked
	for at := 0; at < len(s); {
		switch c := s[at]; {
		case c == '#':
			at = lineEnd(s, at)
		case c == '\'' || c == '"':
			_, at, _ = w.pythonString(at)
		case isLetter(c) || c == '_':
			end := at
			for end < len(s) && (isLetter(s[end]) || '0' <= s[end] && s[end] <= '9' || s[end] == '_' || s[end] == '.') {
				end++
			}
			if shell, ok := pythonCalls[s[at:end]]; ok && end < len(s) && s[end] == '(' {
				at = w.pythonCall(at, end+1, shell)
			} else if end < len(s) && (s[end] == '\'' || s[end] == '"') && end-at <= 2 {
				_, at, _ = w.pythonString(end) // r"..." and f"..."
			} else {
				at = end
			}
		default:
			at++
		}
	}
}

// pythonCall reads the first argument of a call.
func (w *walker) pythonCall(start, at int, shell bool) int {
	at = skipSpace(w.masked, at)
	if at >= len(w.masked) {
		return at
	}
	if quote := w.masked[at]; quote == '\'' || quote == '"' {
		line, end, ok := w.pythonString(at)
		if call := w.masked[end:lineEnd(w.masked, end)]; ok && (shell || strings.Contains(strings.ReplaceAll(call, " ", ""), "shell=True")) {
			index := w.reserve(w.slice(start, end).At())
			name := strings.TrimRight(w.masked[start:at], "( \t\r\n")
			w.script.Commands[index].Words = []evidence.Word{
				{Value: name, Known: true, At: w.slice(start, start+len(name)).At()}, line.evidence(),
			}
			w.nest(index, line, evidence.POSIX, false)
		}
		return end
	}
	if w.masked[at] != '[' {
		return at
	}
	var list []word
	first := at
	for at++; ; {
		at = skipSpace(w.masked, at)
		if at >= len(w.masked) {
			return at
		}
		switch c := w.masked[at]; c {
		case ']':
			if len(list) > 0 {
				w.command(w.reserve(w.slice(first, at+1).At()), list, nil, nil)
			}
			return at + 1
		case ',':
			at++
		case '\'', '"':
			one, end, ok := w.pythonString(at)
			if !ok {
				return end
			}
			list, at = append(list, one), end
		default:
			end := at
			depth := 0
			for end < len(w.masked) && (depth > 0 || w.masked[end] != ',' && w.masked[end] != ']') && w.masked[end] != '\n' {
				switch w.masked[end] {
				case '(', '[':
					depth++
				case ')', ']':
					depth--
				}
				end++
			}
			if end == at || len(list) == 0 && w.masked[at] != 's' {
				return max(end, at+1)
			}
			list, at = append(list, pythonValue(w.slice(at, end).TrimSpace())), end
		}
	}
}

// pythonValue is an argument that is no literal.
func pythonValue(t text.Text) word {
	if t.Value == "sys.executable" {
		var b text.Builder
		b.Append("python", t)
		return word{text: b.Text()}
	}
	return word{text: t, unknown: true, opaque: []span{{start: 0, end: len(t.Value)}}}
}

func skipSpace(s string, at int) int {
	for at < len(s) && (s[at] == ' ' || s[at] == '\t' || s[at] == '\r' || s[at] == '\n') {
		at++
	}
	return at
}

// pythonString reads a literal; one with escapes is not taken for constant.
func (w *walker) pythonString(at int) (got word, end int, ok bool) {
	s := w.masked
	quote := s[at : at+1]
	if strings.HasPrefix(s[at:], quote+quote+quote) {
		quote = s[at : at+3]
	}
	from := at + len(quote)
	for i := from; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case len(quote) == 1 && s[i] == '\n':
			return word{}, i, false
		case strings.HasPrefix(s[i:], quote):
			f := fields{open: true}
			f.builder.Append("", w.slice(from, from))
			w.literal(&f, from, i, raw)
			f.split()
			return f.done[0], i + len(quote), !strings.Contains(s[from:i], `\`)
		}
	}
	return word{}, len(s), false
}
