package makefile

import (
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// values holds the variables that one line of the file sets to plain text.
type values struct {
	known  map[string]string
	filled int // bytes put into recipes so far
}

const (
	maxValue  = 4 << 10
	maxFilled = 1 << 20
	maxDepth  = 10
)

// assignments collects the variables. One that is set twice, or under a
// condition, is known to the run only; NAME ?= value counts as its value.
func (f *file) assignments() values {
	v := values{known: make(map[string]string)}
	times := make(map[string]int)
	written := make(map[string]string)
	var order []string
	for _, one := range f.lines {
		if one.kind != assignment {
			continue
		}
		name, op, value := assigned(one.text.Value)
		times[name]++
		if one.deep || op == "+=" || op == "!=" {
			times[name]++
		}
		order = append(order, name)
		written[name] = value
		anchor := "variables/" + name
		if op == "!=" {
			f.shells = append(f.shells, expansion{text: one.text.Slice(len(one.text.Value)-len(value), len(one.text.Value)), anchor: anchor})
		} else {
			f.shells = append(f.shells, calls(one.text, anchor)...)
		}
	}
	for name, n := range times {
		if n > 1 {
			delete(written, name)
		}
	}
	r := resolver{written: written, known: v.known, seen: make(map[string]bool)}
	for _, name := range order {
		r.resolve(name, 0)
	}
	return v
}

// resolver puts the values of constants into each other, each once.
type resolver struct {
	written, known map[string]string
	seen           map[string]bool
}

func (r *resolver) resolve(name string, depth int) (string, bool) {
	if value, ok := r.known[name]; ok {
		return value, true
	}
	value, ok := r.written[name]
	if !ok || r.seen[name] || depth > maxDepth {
		return "", false
	}
	r.seen[name] = true
	var b strings.Builder
	for at := 0; at < len(value) && b.Len() <= maxValue; {
		i := strings.IndexByte(value[at:], '$')
		if i < 0 {
			b.WriteString(value[at:])
			break
		}
		b.WriteString(value[at : at+i])
		inner, end := reference(value, at+i)
		if inner == "$" {
			b.WriteByte('$')
		} else {
			other, known := r.resolve(inner, depth+1)
			if !known {
				return "", false
			}
			b.WriteString(other)
		}
		at = end
	}
	if b.Len() > maxValue {
		return "", false
	}
	r.known[name] = b.String()
	return b.String(), true
}

// reference reads $(name), ${name}, $n or $$ at an offset: what is inside, and
// where it ends.
func reference(s string, at int) (inner string, end int) {
	if at+1 >= len(s) {
		return "", len(s)
	}
	var close byte
	switch s[at+1] {
	case '(':
		close = ')'
	case '{':
		close = '}'
	default:
		return s[at+1 : at+2], at + 2
	}
	depth := 0
	for i := at + 1; i < len(s); i++ {
		switch s[i] {
		case s[at+1]:
			depth++
		case close:
			if depth--; depth == 0 {
				return s[at+2 : i], i + 1
			}
		}
	}
	return s[at+2:], len(s)
}

// expansion is a text as the shell gets it from make.
type expansion struct {
	text   text.Text
	opaque [][2]int // what only make knows
	anchor string
	shells []expansion // the $(shell ...) in it
}

// expand puts in what is known and doubles no dollar.
func (v *values) expand(t text.Text, r *rule) expansion {
	if strings.IndexByte(t.Value, '$') < 0 {
		return expansion{text: t}
	}
	got := expansion{anchor: r.anchor}
	var b text.Builder
	for at := 0; at < len(t.Value); {
		i := strings.IndexByte(t.Value[at:], '$')
		if i < 0 {
			b.Append(t.Value[at:], t.Slice(at, len(t.Value)))
			break
		}
		if i > 0 {
			b.Append(t.Value[at:at+i], t.Slice(at, at+i))
			at += i
		}
		inner, end := reference(t.Value, at)
		whole := t.Slice(at, end)
		value, known := v.value(inner, r)
		switch {
		case inner == "$":
			b.Append("$", whole)
		case known && v.filled+len(value) <= maxFilled:
			v.filled += len(value)
			b.Append(value, whole)
		default:
			if calls := calls(whole, r.anchor); len(calls) > 0 {
				got.shells = append(got.shells, calls...)
			}
			start := b.Len()
			b.Append(whole.Value, whole)
			got.opaque = append(got.opaque, [2]int{start, b.Len()})
		}
		at = end
	}
	got.text = b.Text()
	return got
}

func (v *values) value(name string, r *rule) (string, bool) {
	switch name {
	case "@":
		return r.name, r.name != "" && !strings.ContainsAny(r.name, "%$ ")
	case "MAKE":
		return "make", true
	case "CURDIR":
		return ".", true
	case "SHELL":
		if _, set := v.known[name]; !set {
			return "/bin/sh", true
		}
	}
	value, known := v.known[name]
	return value, known
}

// calls finds the $(shell ...) in a text. Its own references stay as written.
func calls(t text.Text, anchor string) []expansion {
	var found []expansion
	for at := 0; ; {
		i := strings.Index(t.Value[at:], "shell ")
		if i < 0 {
			return found
		}
		at += i + len("shell ")
		start := at - len("shell ") - 2
		if start < 0 || t.Value[start] != '$' || t.Value[start+1] != '(' && t.Value[start+1] != '{' {
			continue
		}
		_, end := reference(t.Value, start)
		inside := t.Slice(at, max(at, end-1))
		found = append(found, command(inside, anchor))
		at = max(at, end)
	}
}

// command is the text of a $(shell ...) with its $$ resolved.
func command(t text.Text, anchor string) expansion {
	v := values{}
	got := v.expand(t, &rule{})
	got.anchor, got.shells = anchor, nil
	return got
}
