package shell

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// powerShell reads the commands of a PowerShell script. It is no parser of the
// language: what is not plainly a command is skipped, and yields none.
type powerShell struct {
	*walker
	at    int
	depth int
	ended bool // the block read last throws, exits or returns
}

func (r *reader) readPowerShell(u unit, sc scope) {
	w := r.walker(u, sc)
	w.vars = newVariables(nil)
	for name, value := range r.env {
		w.vars.known["env:"+strings.ToLower(name)] = value
	}
	p := &powerShell{walker: w}
	for p.at < len(p.masked) {
		p.statements(0)
	}
}

func (p *powerShell) peek(n int) byte {
	if p.at+n < len(p.masked) {
		return p.masked[p.at+n]
	}
	return 0
}

// statements reads up to the closing bracket, which it takes along.
func (p *powerShell) statements(end byte) {
	if p.depth++; p.depth > maxDepth {
		p.problem(p.slice(p.at, p.at).Errorf("PowerShell nested more than %d deep is not read", maxDepth))
		p.at = len(p.masked)
	}
	defer func() { p.depth-- }()
	for {
		p.blank(true)
		switch c := p.peek(0); {
		case p.at >= len(p.masked):
			return
		case c == end && end != 0:
			p.at++
			return
		case c == ')' || c == '}' || c == ';' || c == '|' || c == ',':
			p.at++
		case c == '{':
			p.block(0)
		default:
			p.pipeline()
		}
	}
}

// blank skips white space and comments.
func (p *powerShell) blank(lines bool) {
	for p.at < len(p.masked) {
		switch c := p.peek(0); {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' && lines || c == 0:
			p.at++
		case c == '`' && (p.peek(1) == '\n' || p.peek(1) == '\r' && p.peek(2) == '\n'):
			p.at += 2
			if p.masked[p.at-1] == '\r' {
				p.at++
			}
		case c == '#':
			p.at = lineEnd(p.masked, p.at)
		case c == '<' && p.peek(1) == '#':
			p.skipTo("#>")
		default:
			return
		}
	}
}

func (p *powerShell) skipTo(mark string) {
	if i := strings.Index(p.masked[p.at:], mark); i >= 0 {
		p.at += i + len(mark)
	} else {
		p.at = len(p.masked)
	}
}

// block reads { ... }. What it sets may or may not be set afterwards. It
// belongs to a condition, or to none.
func (p *powerShell) block(condition int) {
	p.at++
	p.ended = false
	guards := p.guards
	p.branch(func() {
		p.input = 0
		if condition > 0 {
			p.guards = []int{condition}
		}
		p.statements('}')
	})
	if p.guards = guards; condition > 0 && p.ended {
		p.guards = []int{condition}
		p.fatal(p.guards)
	}
	p.ended = false
}

func (p *powerShell) pipeline() {
	guards := p.guards
	for {
		start := p.at
		index := p.element()
		p.blank(false)
		switch {
		case p.peek(0) == '|' && p.peek(1) == '|':
			p.at += 2
			p.guards = guards
		case p.peek(0) == '|':
			p.at++
			p.input = index + 1
			p.blank(true)
			continue
		case p.peek(0) == '&' && p.peek(1) == '&':
			p.at += 2
			if index >= 0 {
				p.guards = []int{index + 1}
			}
		default:
			if p.at == start {
				p.at++ // nothing that starts a command
			}
			p.input = 0
			return
		}
		p.input = 0
		p.blank(true)
	}
}

// element reads one part of a pipeline: the index of its command, or -1.
func (p *powerShell) element() int {
	p.blank(false)
	switch c := p.peek(0); {
	case c == '&' && p.peek(1) != '&':
		p.at++
		p.blank(false)
		return p.command(p.at)
	case c == '.' && (p.peek(1) == ' ' || p.peek(1) == '\t'):
		return p.command(p.at)
	case c == '$':
		return p.variable()
	case c == '(':
		return p.expression()
	case isLetter(c) || c == '.' || c == '\\' || c == '/' || c == '~' || c == '_':
		return p.keyword()
	}
	p.skip()
	return -1
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// keyword reads a statement that starts with a bare word.
func (p *powerShell) keyword() int {
	start := p.at
	word := p.masked[start:bareEnd(p.masked, start)]
	after := start + len(word)
	switch lower := strings.ToLower(word); lower {
	case "if", "elseif", "while", "switch", "until":
		return p.conditional(after)
	case "foreach", "for":
		p.at = after
		p.blank(true)
		if p.peek(0) == '(' {
			p.at++
			p.statements(')')
		}
	case "else", "try", "finally", "begin", "process", "end", "do", "dynamicparam", "catch", "trap":
		p.at = after
		for p.at < len(p.masked) && p.peek(0) != '{' && p.peek(0) != '\n' {
			p.at++
		}
	case "function", "filter", "class", "enum", "workflow", "configuration":
		p.at = after
		p.function()
	case "param":
		p.at = after
		p.blank(true)
		if p.peek(0) == '(' {
			p.group()
		}
	case "return", "throw", "exit":
		p.at = after
		p.ended = true
		if p.blank(false); lower == "return" && (isLetter(p.peek(0)) || p.peek(0) == '&') {
			index := p.element()
			p.ended = true
			return index
		}
		p.skip()
		p.ended = true
	case "break", "continue", "using", "data", "in":
		p.skip()
	default:
		return p.command(start)
	}
	return -1
}

// conditional reads (condition) { block }, and keeps the condition as a command
// named if, for what it compares guards what follows.
func (p *powerShell) conditional(after int) int {
	start := p.at
	p.at = after
	p.blank(true)
	if p.peek(0) != '(' {
		p.skip()
		return -1
	}
	index := p.reserve(p.slice(start, after).At())
	var f fields
	p.paren(&f, index+1)
	f.split()
	words := []evidence.Word{{Value: "if", Known: true, At: p.slice(start, after).At()}}
	for _, one := range f.done {
		words = append(words, one.evidence())
	}
	p.script.Commands[index].Words = words
	p.blank(true)
	if p.peek(0) == '{' {
		p.block(index + 1)
	}
	return -1
}

// function reads a body where it is written.
func (p *powerShell) function() {
	p.blank(false)
	end := bareEnd(p.masked, p.at)
	name := p.masked[p.at:end]
	for p.at = end; p.at < len(p.masked) && p.peek(0) != '{'; {
		if p.peek(0) == '(' {
			p.group()
		} else {
			p.at++
		}
	}
	if p.at >= len(p.masked) {
		return
	}
	old, guards := p.walker.function, p.guards
	p.walker.function, p.guards = name, nil
	p.block(0)
	p.walker.function, p.guards = old, guards
}

// variable reads $name = ... or an expression that starts with a variable.
func (p *powerShell) variable() int {
	start := p.at
	name, end := variableName(p.masked, p.at)
	p.at = end
	if index := p.method(); index >= 0 {
		return index
	}
	p.blank(false)
	switch {
	case name != "" && p.peek(0) == '=' && p.peek(1) != '=':
		p.at++
		p.blank(true)
		return p.assignment(name, start)
	case name != "" && p.peek(0) == '+' && p.peek(1) == '=':
		p.vars.forget(name)
		p.at += 2
	}
	p.at = end
	p.skip()
	return -1
}

// assignment keeps a constant, or the commands whose output goes in.
func (p *powerShell) assignment(name string, start int) int {
	p.vars.forget(name)
	c := p.peek(0)
	if c == '\'' || c == '"' {
		f := fields{whole: true}
		p.word(&f, p.within)
		f.split()
		p.blank(false)
		if p.ends() && len(f.done) == 1 && !f.done[0].unknown && len(f.done[0].text.Value) <= maxValue {
			p.vars.set(name, f.done[0].text.Value)
		}
		p.skip()
		return -1
	}
	if c != '(' && c != '&' && !isLetter(c) {
		p.skip()
		return -1
	}
	index := p.reserve(p.slice(start, start).At())
	from, within := p.at, p.within
	p.within = index + 1
	p.pipeline()
	p.within = within
	if len(p.script.Commands) == index+1 {
		p.script.Commands = p.script.Commands[:index]
		return -1
	}
	value := p.slice(from, p.at).TrimSpace()
	command := &p.script.Commands[index]
	command.At = p.slice(start, from+len(value.Value)).At()
	command.Env = []evidence.Assign{{Name: name, Value: evidence.Word{Value: value.Value, At: value.At(), Runs: p.since(index+1, index+1)}}}
	return index
}
