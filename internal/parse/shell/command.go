package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// call reads one simple command.
func (w *walker) call(s *syntax.Stmt, x *syntax.CallExpr) outcome {
	if len(x.Args) == 0 {
		return w.assignments(s, x)
	}
	index := w.reserve(w.span(x))
	within := index + 1
	env := make([]evidence.Assign, 0, len(x.Assigns))
	for _, assign := range x.Assigns {
		if assign.Name != nil {
			env = append(env, evidence.Assign{Name: assign.Name.Value, Value: w.value(assign.Value, bare, within).evidence()})
		}
	}
	var list []word
	for _, arg := range x.Args {
		list = append(list, w.values(arg, within)...)
	}
	redirs := make([]redirect, 0, len(s.Redirs))
	for _, redir := range s.Redirs {
		redirs = append(redirs, w.redirect(redir, within))
	}
	w.command(index, list, env, redirs)
	for _, name := range filled(x) {
		w.vars.forget(name)
	}
	return w.succeeded(index)
}

// assignments keeps X=value, and makes a command without words of those that
// run one: X=$(...).
func (w *walker) assignments(s *syntax.Stmt, x *syntax.CallExpr) outcome {
	index := w.reserve(w.span(x))
	before := len(w.script.Commands)
	var env []evidence.Assign
	for _, assign := range x.Assigns {
		if one, ok := w.assign(assign, index+1); ok {
			env = append(env, one)
		}
	}
	if len(w.script.Commands) == before {
		w.script.Commands = w.script.Commands[:index]
		return outcome{}
	}
	w.script.Commands[index].Env = env
	for _, redir := range s.Redirs {
		w.keep(index, w.redirect(redir, index+1))
	}
	return w.succeeded(index)
}

func (w *walker) assign(assign *syntax.Assign, within int) (evidence.Assign, bool) {
	if assign.Name == nil {
		return evidence.Assign{}, false
	}
	name := assign.Name.Value
	if assign.Array != nil || assign.Index != nil {
		if assign.Array != nil {
			w.inside(assign.Array, within)
		}
		w.vars.forget(name)
		return evidence.Assign{}, false
	}
	value := w.value(assign.Value, bare, within)
	if assign.Naked {
		return evidence.Assign{}, false
	}
	old, known := w.vars.known[name]
	full := value.text.Value
	if assign.Append {
		full = old + full
	}
	switch {
	case value.unknown || assign.Append && !known || len(full) > maxValue || !w.affords(len(full)):
		w.vars.forget(name)
	default:
		w.vars.set(name, full)
	}
	return evidence.Assign{Name: name, Value: value.evidence()}, true
}

// declare reads export, local, readonly and the like as commands that set variables.
func (w *walker) declare(x *syntax.DeclClause) outcome {
	index := w.reserve(w.span(x))
	words := []evidence.Word{{Value: x.Variant.Value, Known: true, At: w.span(x.Variant)}}
	for _, assign := range x.Args {
		from, to := w.offset(assign.Pos()), w.offset(assign.End())
		one := evidence.Word{Value: w.slice(from, to).Value, At: w.slice(from, to).At(), Known: true}
		before := len(w.script.Commands)
		if kept, ok := w.assign(assign, index+1); ok {
			one.Value, one.Known, one.Runs = kept.Name+"="+kept.Value.Value, kept.Value.Known, kept.Value.Runs
		} else if assign.Name == nil && assign.Value != nil {
			one = w.value(assign.Value, bare, index+1).evidence()
		}
		if one.Runs == nil {
			one.Runs = w.since(before, index+1)
		}
		words = append(words, one)
	}
	w.script.Commands[index].Words = words
	return w.succeeded(index)
}

// succeeded is the outcome of one simple command.
func (w *walker) succeeded(index int) outcome {
	got := outcome{success: []int{index + 1}}
	switch w.script.Commands[index].Program() {
	case "[", "test", "[[":
		got.failure = got.success
	}
	return got
}

// command fills in a reserved command: takes off its wrappers, keeps its words,
// and reads the commands that stand inside one of them.
func (w *walker) command(index int, list []word, env []evidence.Assign, redirs []redirect) {
	inner, via, more := unwrap(list)
	command := &w.script.Commands[index]
	command.Via = via
	command.Env = append(env, more...)
	command.Words = make([]evidence.Word, 0, len(inner))
	for _, one := range inner {
		command.Words = append(command.Words, one.evidence())
	}
	for _, redir := range redirs {
		w.keep(index, redir)
	}
	if len(inner) == 0 {
		return
	}
	program := command.Program()
	w.prints(index, program, inner, redirs)
	w.nested(index, program, inner, redirs)
	w.builtin(program, inner)
}

// builtin follows the builtins that change how the script goes on.
func (w *walker) builtin(program string, list []word) {
	switch strings.ToLower(program) {
	case "set-location", "sl":
		w.changeDir("cd", afterFlags(list[1:]))
	case "push-location":
		w.changeDir("pushd", afterFlags(list[1:]))
	case "pop-location":
		w.changeDir("popd", nil)
	case "cd", "pushd", "popd", "chdir":
		w.changeDir(program, list[1:])
	case "set":
		w.options(list[1:])
	}
}

// afterFlags leaves off the parameter names of a PowerShell command.
func afterFlags(args []word) []word {
	for len(args) > 0 && strings.HasPrefix(args[0].text.Value, "-") {
		args = args[1:]
	}
	return args
}

// options follows set -e, set -o pipefail and their opposites.
func (w *walker) options(args []word) {
	for i := 0; i < len(args); i++ {
		value := args[i].text.Value
		if len(value) < 2 || value[0] != '-' && value[0] != '+' {
			return
		}
		on := value[0] == '-'
		for j := 1; j < len(value); j++ {
			switch value[j] {
			case 'e':
				w.errexit = on
			case 'o':
				if i++; i < len(args) {
					switch args[i].text.Value {
					case "errexit":
						w.errexit = on
					case "pipefail":
						w.pipefail = on
					}
				}
			}
		}
	}
}

// test reads [[ ... ]] as a command, for what it compares can guard others.
func (w *walker) test(x *syntax.TestClause) outcome {
	index := w.reserve(w.span(x))
	words := []evidence.Word{{Value: "[[", Known: true, At: w.text.Slice(w.offset(x.Left), w.offset(x.Left)).At()}}
	var add func(expr syntax.TestExpr, depth int)
	add = func(expr syntax.TestExpr, depth int) {
		if depth > maxDepth {
			return
		}
		op := func(s string, at text.Text) {
			words = append(words, evidence.Word{Value: s, Known: true, At: at.At()})
		}
		switch e := expr.(type) {
		case *syntax.Word:
			words = append(words, w.value(e, bare, index+1).evidence())
		case *syntax.UnaryTest:
			op(e.Op.String(), w.slice(w.offset(e.OpPos), w.offset(e.OpPos)))
			add(e.X, depth+1)
		case *syntax.BinaryTest:
			add(e.X, depth+1)
			op(e.Op.String(), w.slice(w.offset(e.OpPos), w.offset(e.OpPos)))
			add(e.Y, depth+1)
		case *syntax.ParenTest:
			add(e.X, depth+1)
		}
	}
	add(x.X, 0)
	w.script.Commands[index].Words = append(words, evidence.Word{Value: "]]", Known: true, At: w.slice(w.offset(x.Right), w.offset(x.Right)).At()})
	return w.succeeded(index)
}
