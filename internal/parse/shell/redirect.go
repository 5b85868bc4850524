package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/sealvet/sealvet/internal/evidence"
)

// redirect is a redirection under work.
type redirect struct {
	op     string
	target word
}

func (w *walker) redirect(x *syntax.Redirect, within int) redirect {
	got := redirect{op: x.Op.String()}
	switch x.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		got.op = "<<"
		got.target = w.heredoc(x, within)
	default:
		got.target = w.value(x.Word, bare, within)
	}
	if x.N != nil && x.N.Value != "1" && x.N.Value != "0" {
		got.op = x.N.Value + got.op
	}
	return got
}

// heredoc is the body of a here-document. The parser counts the line of the
// delimiter in.
func (w *walker) heredoc(x *syntax.Redirect, within int) word {
	delimiter, quoted := unquoted(x.Word)
	mode := here
	switch {
	case quoted:
		mode = raw
	case x.Op == syntax.DashHdoc:
		mode = hereTab
	}
	body := w.value(x.Hdoc, mode, within)
	value := body.text.Value
	if start := strings.LastIndexByte(value, '\n') + 1; strings.TrimLeft(value[start:], "\t") == delimiter {
		body.text = body.text.Slice(0, start)
	}
	return body
}

// unquoted is the delimiter of a here-document and whether it is quoted, which
// keeps the body as it is.
func unquoted(x *syntax.Word) (delimiter string, quoted bool) {
	for _, part := range x.Parts {
		switch p := part.(type) {
		case *syntax.Lit:
			delimiter += strings.ReplaceAll(p.Value, `\`, "")
			quoted = quoted || strings.Contains(p.Value, `\`)
		case *syntax.SglQuoted:
			delimiter, quoted = delimiter+p.Value, true
		case *syntax.DblQuoted:
			quoted = true
			for _, inner := range p.Parts {
				if lit, ok := inner.(*syntax.Lit); ok {
					delimiter += lit.Value
				}
			}
		}
	}
	return delimiter, quoted
}

func (w *walker) keep(index int, redir redirect) {
	command := &w.script.Commands[index]
	command.Redir = append(command.Redir, evidence.Redirect{Op: redir.op, Target: redir.target.evidence()})
}
