package shell

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// ends says whether the statement ends here.
func (p *powerShell) ends() bool {
	return p.at >= len(p.masked) || strings.IndexByte("\n;|)}#", p.peek(0)) >= 0
}

// skip passes over the rest of an expression. Commands in brackets are read.
func (p *powerShell) skip() {
	for !p.ends() {
		switch c := p.peek(0); {
		case c == '\'' || c == '"':
			var f fields
			p.text(&f, p.within)
		case c == '@' && (p.peek(1) == '\'' || p.peek(1) == '"'):
			p.hereString(&fields{}, p.within)
		case c == '(':
			p.at++
			p.statements(')')
		case c == '{':
			p.block(0)
		case c == '`':
			p.at = min(p.at+2, len(p.masked))
		case c == '<' && p.peek(1) == '#':
			p.skipTo("#>")
		default:
			p.at++
		}
	}
}

// group passes over brackets without reading what is in them as commands.
func (p *powerShell) group() {
	depth := 0
	for p.at < len(p.masked) {
		switch c := p.peek(0); c {
		case '(', '[', '{':
			depth++
			p.at++
		case ')', ']', '}':
			depth--
			p.at++
			if depth <= 0 {
				return
			}
		case '\'', '"':
			p.text(&fields{}, p.within)
		case '#':
			p.at = lineEnd(p.masked, p.at)
		default:
			p.at++
		}
	}
}

// expression reads (...) at the start of a statement, and the two methods by
// which .NET downloads.
func (p *powerShell) expression() int {
	before := len(p.script.Commands)
	p.at++
	p.statements(')')
	last := -1
	if len(p.script.Commands) > before {
		last = len(p.script.Commands) - 1
	}
	if index := p.method(); index >= 0 {
		return index
	}
	p.skip()
	return last
}

// method reads .DownloadFile(...) and .DownloadString(...) as a command.
func (p *powerShell) method() int {
	for _, name := range []string{"DownloadFile", "DownloadString"} {
		end := p.at + 1 + len(name)
		if p.peek(0) != '.' || end >= len(p.masked) || !strings.EqualFold(p.masked[p.at+1:end], name) || p.masked[end] != '(' {
			continue
		}
		index := p.reserve(p.slice(p.at+1, end).At())
		words := []evidence.Word{{Value: "WebClient." + name, Known: true, At: p.slice(p.at+1, end).At()}}
		p.at = end + 1
		var f fields
		for p.at < len(p.masked) && p.peek(0) != ')' {
			if p.blank(true); p.peek(0) == ',' {
				p.at++
				continue
			}
			before := p.at
			p.word(&f, index+1)
			f.split()
			if p.at == before {
				break
			}
		}
		if p.peek(0) == ')' {
			p.at++
		}
		for _, one := range f.done {
			words = append(words, one.evidence())
		}
		p.script.Commands[index].Words = words
		return index
	}
	return -1
}

// command reads a program and its arguments.
func (p *powerShell) command(start int) int {
	p.at = start
	first := p.masked[start:bareEnd(p.masked, start)]
	next := start + len(first)
	for next < len(p.masked) && (p.masked[next] == ' ' || p.masked[next] == '\t') {
		next++
	}
	if strings.Contains(first, "::") || next < len(p.masked) && p.masked[next] == '=' && (next+1 >= len(p.masked) || p.masked[next+1] != '=') {
		p.at = next
		p.skip() // an entry of a table, a member of a class
		return -1
	}
	index := p.reserve(p.slice(start, start).At())
	var f fields
	var redirs []redirect
	end := start
	for {
		p.blank(false)
		if p.ends() || p.peek(0) == '&' {
			break
		}
		from := p.at
		if op := redirection(p.masked[p.at:]); op != "" {
			p.at += len(op)
			if strings.HasSuffix(op, "&1") {
				continue
			}
			p.blank(false)
			target := fields{whole: true, open: true}
			p.word(&target, index+1)
			target.split()
			redirs = append(redirs, redirect{op: strings.TrimPrefix(op, "*"), target: target.done[0]})
		} else {
			p.argument(&f, index+1)
		}
		if p.at == from {
			p.at++
		}
		end = p.at
	}
	f.split()
	for i := range redirs {
		if redirs[i].target.text.IsZero() {
			redirs[i].target.text = p.slice(end, end)
		}
	}
	p.script.Commands[index].At = p.slice(start, end).At()
	if len(f.done) == 0 {
		f.done = []word{{text: p.slice(start, end), unknown: true}}
	}
	p.walker.command(index, f.done, nil, redirs)
	return index
}

func redirection(s string) string {
	for _, op := range []string{"2>&1", "*>&1", "2>>", "2>", "*>>", "*>", ">>", ">"} {
		if strings.HasPrefix(s, op) {
			return op
		}
	}
	return ""
}

// argument reads one argument; a comma separates two.
func (p *powerShell) argument(f *fields, within int) {
	switch c := p.peek(0); {
	case c == ',':
		p.at++
	case c == '{':
		start := p.at
		before := len(p.script.Commands)
		old := p.within
		p.within = within
		p.block(0)
		p.within = old
		f.addUnknown(p.slice(start, p.at), p.since(before, within))
	default:
		p.word(f, within)
	}
	f.split()
}
