package shell

import (
	"strings"
)

// readCmd reads batch files, line by line: what is joined by &, && and ||, and
// what call starts. Blocks and jumps are passed over.
func (r *reader) readCmd(u unit, sc scope) {
	w := r.walker(u, sc)
	w.vars = newVariables(nil)
	for at := 0; at < len(w.masked); {
		end := at
		for { // ^ at the end of a line joins the next
			end = lineEnd(w.masked, end)
			if line := strings.TrimSuffix(w.masked[at:end], "\r"); end == len(w.masked) || !strings.HasSuffix(line, "^") {
				break
			}
			end++
		}
		w.cmdLine(at, end)
		at = end + 1
	}
}

// cmdSkipped start lines that run no program.
var cmdSkipped = map[string]bool{
	"rem": true, "set": true, "setlocal": true, "endlocal": true, "goto": true, "if": true, "for": true, "else": true,
	"echo": true, "pause": true, "title": true, "shift": true,
}

func (w *walker) cmdLine(at, end int) {
	input, guards := 0, w.guards
	defer func() { w.input, w.guards = 0, guards }()
	for at < end {
		list, next, op := w.cmdWords(at, end)
		at = next
		index := -1
		if len(list) > 0 && strings.EqualFold(list[0].text.Value, "call") {
			list = list[1:]
		}
		if len(list) > 0 && !strings.HasPrefix(list[0].text.Value, ":") && !cmdSkipped[strings.ToLower(list[0].text.Value)] {
			first, last := list[0].text.At(), list[len(list)-1].text.At()
			first.EndLine, first.EndColumn = last.EndLine, last.EndColumn
			w.input = input
			index = w.reserve(first)
			w.command(index, list, nil, nil)
		}
		input = 0
		switch {
		case op == "|":
			input = index + 1
		case op == "&&" && index >= 0:
			w.guards = []int{index + 1}
		}
	}
}

// cmdWords reads up to the next operator.
func (w *walker) cmdWords(at, end int) (list []word, next int, op string) {
	var f fields
	defer func() {
		f.split()
		list = f.done
	}()
	s := w.masked
	for at < end {
		switch c := s[at]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '(' || c == ')' || c == '@' && !f.open:
			f.split()
			at++
		case c == '&' || c == '|':
			if at+1 < end && s[at+1] == c {
				return nil, at + 2, s[at : at+2]
			}
			return nil, at + 1, s[at : at+1]
		case c == '>' || c == '<':
			if f.builder.Len() == 1 && '0' <= s[at-1] && s[at-1] <= '9' {
				f = fields{done: f.done} // the descriptor
			}
			f.split()
			at = wordEnd(s, skipBlank(s, at+1, end), end)
		case c == '^':
			if at++; at < end && s[at] != '\r' && s[at] != '\n' {
				f.add(w.text.Value[at:at+1], w.slice(at, at+1))
				at++
			}
		case c == '"':
			close := at + 1
			for close < end && s[close] != '"' {
				close++
			}
			f.builder.Append("", w.slice(at, at))
			w.cmdText(&f, at+1, close)
			at = min(close+1, end)
		default:
			start := at
			for at < end && strings.IndexByte(" \t\r\n&|<>^\"()", s[at]) < 0 {
				at++
			}
			w.cmdText(&f, start, at)
		}
	}
	return nil, end, ""
}

// cmdText adds text in which only %variables% are left to the run.
func (w *walker) cmdText(f *fields, from, to int) {
	f.open = true
	w.literal(f, from, to, raw)
	if strings.ContainsAny(w.masked[from:to], "%!*") {
		f.current.unknown = true
	}
}

func skipBlank(s string, at, end int) int {
	for at < end && (s[at] == ' ' || s[at] == '\t' || s[at] == '&' || s[at] == '>') {
		at++
	}
	return at
}

func wordEnd(s string, at, end int) int {
	for at < end && strings.IndexByte(" \t\r\n|&", s[at]) < 0 {
		at++
	}
	return at
}
