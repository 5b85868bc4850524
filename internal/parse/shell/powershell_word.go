package shell

import (
	"strings"
)

// word reads one word of PowerShell: bare, quoted, with variables in it.
func (p *powerShell) word(f *fields, within int) {
	for p.at < len(p.masked) {
		switch c := p.peek(0); {
		case strings.IndexByte(" \t\r\n;|,{})", c) >= 0 || c == '&' || c == 0:
			return
		case c == '>' && f.open:
			return
		case c == '\'' || c == '"':
			p.text(f, within)
		case c == '@' && (p.peek(1) == '\'' || p.peek(1) == '"'):
			p.hereString(f, within)
		case c == '@' && (p.peek(1) == '(' || p.peek(1) == '{'):
			start := p.at
			p.at++
			p.bracket(f, start, within)
		case c == '(':
			if f.open {
				return // a call, which is no argument
			}
			p.paren(f, within)
		case c == '$':
			p.expand(f, within)
		case c == '`':
			end := min(p.at+2, len(p.masked))
			f.add(p.raw(min(p.at+1, end), end), p.slice(p.at, end))
			p.at = end
		default:
			start := p.at
			for p.at < len(p.masked) && strings.IndexByte(" \t\r\n;|,{}()'\"`$&>\x00", p.peek(0)) < 0 {
				p.at++
			}
			if p.at == start {
				p.at++
			}
			p.literal(f, start, p.at, raw)
			if strings.IndexByte(p.masked[start:p.at], '*') >= 0 || p.masked[start] == '@' {
				f.current.unknown = true
			}
		}
	}
}

func (p *powerShell) raw(from, to int) string { return p.walker.text.Value[from:to] }

// paren reads (...) as an argument: the output of what is in it.
func (p *powerShell) paren(f *fields, within int) { p.bracket(f, p.at, within) }

// bracket reads the commands inside ( ) or { } and adds it as written.
func (p *powerShell) bracket(f *fields, start, within int) {
	before := len(p.script.Commands)
	end := byte(')')
	if p.peek(0) == '{' {
		end = '}'
	}
	p.at++
	p.apart(func() {
		p.within, p.input = within, 0
		p.statements(end)
	})
	for p.at < len(p.masked) && (p.peek(0) == '.' || isLetter(p.peek(0)) || p.peek(0) == '[' || p.peek(0) == ']') {
		p.at++ // .Hash, [0]
	}
	f.addUnknown(p.slice(start, p.at), p.since(before, within))
}

// text reads a quoted string.
func (p *powerShell) text(f *fields, within int) {
	quote := p.peek(0)
	f.open = true
	f.builder.Append("", p.slice(p.at, p.at)) // "" stands somewhere too
	p.at++
	for p.at < len(p.masked) {
		c := p.peek(0)
		switch {
		case c == quote && p.peek(1) == quote:
			f.add(string(quote), p.slice(p.at, p.at+2))
			p.at += 2
		case c == quote:
			p.at++
			return
		case quote == '"' && c == '`':
			end := min(p.at+2, len(p.masked))
			f.add(backtick(p.raw(min(p.at+1, end), end)), p.slice(p.at, end))
			p.at = end
		case quote == '"' && c == '$':
			p.expand(f, within)
		default:
			start := p.at
			for p.at < len(p.masked) && p.peek(0) != quote && (quote == '\'' || p.peek(0) != '$' && p.peek(0) != '`') {
				p.at++
			}
			p.literal(f, start, p.at, raw)
		}
	}
}

func backtick(s string) string {
	switch s {
	case "n":
		return "\n"
	case "t":
		return "\t"
	case "r":
		return "\r"
	}
	return s
}

// hereString reads @' ... '@ and @" ... "@ whole.
func (p *powerShell) hereString(f *fields, within int) {
	quote := p.masked[p.at+1]
	start := min(lineEnd(p.masked, p.at)+1, len(p.masked))
	mark := "\n" + string(quote) + "@"
	end := strings.Index(p.masked[max(0, start-1):], mark)
	if end < 0 {
		p.at = len(p.masked)
		return
	}
	end += max(0, start-1)
	p.at = end + len(mark)
	body := p.slice(start, max(start, end))
	f.builder.Append("", body.Slice(0, 0))
	if quote == '"' && strings.Contains(body.Value, "$") {
		f.addUnknown(body, nil)
	} else {
		p.literal(f, start, max(start, end), raw)
	}
	f.open = true
}

// expand adds $name, ${name}, $env:name or $(...).
func (p *powerShell) expand(f *fields, within int) {
	start := p.at
	if p.peek(1) == '(' {
		p.at++
		p.bracket(f, start, within)
		return
	}
	name, end := variableName(p.masked, p.at)
	if name == "" {
		p.at++
		p.literal(f, start, p.at, raw)
		return
	}
	p.at = end
	origin := p.slice(start, end)
	if value, known := p.vars.known[name]; known && p.peek(0) != '.' && p.peek(0) != '[' && p.affords(len(value)) {
		f.add(value, origin)
		return
	}
	f.addUnknown(origin, nil)
}

// variableName reads $name: in lower case, for PowerShell does not care.
func variableName(s string, at int) (name string, end int) {
	if at+1 < len(s) && s[at+1] == '{' {
		if i := strings.IndexByte(s[at:], '}'); i > 0 {
			return strings.ToLower(s[at+2 : at+i]), at + i + 1
		}
		return "", at + 1
	}
	end = at + 1
	for end < len(s) && (isLetter(s[end]) || '0' <= s[end] && s[end] <= '9' || s[end] == '_' || s[end] == ':' && end+1 < len(s) && isLetter(s[end+1])) {
		end++
	}
	return strings.ToLower(s[at+1 : end]), end
}

// bareEnd is where a bare word ends.
func bareEnd(s string, at int) int {
	for at < len(s) && strings.IndexByte(" \t\r\n;|,{}()'\"`$&=\x00", s[at]) < 0 {
		at++
	}
	return at
}
