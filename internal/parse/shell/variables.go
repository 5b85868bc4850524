package shell

import "mvdan.cc/sh/v3/syntax"

// variables holds the values that are known at a place of the script. It
// remembers each change, so that a subshell or a branch can be left again.
type variables struct {
	known   map[string]string
	changes []change
}

type change struct {
	name  string
	value string
	known bool
}

func newVariables(env map[string]string) variables {
	known := make(map[string]string, len(env))
	for name, value := range env {
		known[name] = value
	}
	return variables{known: known}
}

func (v *variables) set(name, value string) {
	v.note(name)
	v.known[name] = value
}

func (v *variables) forget(name string) {
	v.note(name)
	delete(v.known, name)
}

func (v *variables) note(name string) {
	value, known := v.known[name]
	v.changes = append(v.changes, change{name, value, known})
}

func (v *variables) mark() int { return len(v.changes) }

// undo takes back every change since the mark.
func (v *variables) undo(mark int) {
	for i := len(v.changes) - 1; i >= mark; i-- {
		if c := v.changes[i]; c.known {
			v.known[c.name] = c.value
		} else {
			delete(v.known, c.name)
		}
	}
	v.changes = v.changes[:mark]
}

// blur makes unknown whatever changed since the mark.
func (v *variables) blur(mark int) {
	changed := v.changes[mark:]
	names := make([]string, len(changed))
	for i, c := range changed {
		names[i] = c.name
	}
	v.undo(mark)
	for _, name := range names {
		if _, known := v.known[name]; known {
			v.forget(name)
		}
	}
}

// enders are the programs after which the lines below do not run. The names of
// functions that scripts write for this are among them.
var enders = []string{"exit", "return", "continue", "break", "false", "die", "fail", "fatal", "abort", "error", "err", "bail", "panic"}

// survey looks over the whole unit for what must be known beforehand: the
// variables that are set once, to a constant, and the functions that end the
// script.
func (w *walker) survey(chunks []chunk) {
	w.enders = make(map[string]bool)
	for _, name := range enders {
		w.enders[name] = true
	}
	w.constants = make(map[string]string)
	for name, value := range w.env {
		w.constants[name] = value
	}
	count := make(map[string]int)
	for _, one := range chunks {
		w.base = one.base
		for _, stmt := range one.stmts {
			w.surveyed(stmt, count)
		}
	}
	for name, times := range count {
		if _, given := w.env[name]; times > 1 || given {
			delete(w.constants, name)
		}
	}
}

func (w *walker) surveyed(stmt *syntax.Stmt, count map[string]int) {
	if call, ok := stmt.Cmd.(*syntax.CallExpr); ok && len(call.Args) == 0 {
		for _, assign := range call.Assigns {
			w.constant(assign)
		}
	}
	if decl, ok := stmt.Cmd.(*syntax.DeclClause); ok {
		for _, assign := range decl.Args {
			w.constant(assign)
		}
	}
	syntax.Walk(stmt, func(node syntax.Node) bool {
		switch x := node.(type) {
		case *syntax.Assign:
			if x.Name != nil {
				count[x.Name.Value]++
			}
		case *syntax.WordIter:
			count[x.Name.Value] += 2
		case *syntax.FuncDecl:
			if x.Name != nil && x.Body != nil && w.ends(x.Body) {
				w.enders[x.Name.Value] = true
			}
		case *syntax.CallExpr:
			for _, name := range filled(x) {
				count[name] += 2
			}
		}
		return true
	})
}

// constant notes a variable of the top level whose value is plain text.
func (w *walker) constant(assign *syntax.Assign) {
	if assign.Name == nil || assign.Value == nil || assign.Append || assign.Index != nil {
		return
	}
	from, to := w.offset(assign.Value.Pos()), w.offset(assign.Value.End())
	if i := w.opaqueFrom(from); i < len(w.opaque) && w.opaque[i].start < to {
		return // filled in by another program
	}
	if value, ok := plain(assign.Value); ok && len(value) <= maxValue {
		w.constants[assign.Name.Value] = value
	}
}

// plain is the value of a word that holds nothing but literal text.
func plain(word *syntax.Word) (string, bool) {
	value := ""
	for _, part := range word.Parts {
		switch x := part.(type) {
		case *syntax.Lit:
			value += x.Value
		case *syntax.SglQuoted:
			if x.Dollar {
				return "", false
			}
			value += x.Value
		case *syntax.DblQuoted:
			for _, inner := range x.Parts {
				lit, ok := inner.(*syntax.Lit)
				if !ok {
					return "", false
				}
				value += lit.Value
			}
		default:
			return "", false
		}
	}
	for i := range len(value) {
		if value[i] == '\\' {
			return "", false
		}
	}
	return value, true
}

// filled names the variables that a builtin sets to what only the run knows.
func filled(call *syntax.CallExpr) []string {
	if len(call.Args) == 0 {
		return nil
	}
	var names []string
	switch call.Args[0].Lit() {
	case "read", "mapfile", "readarray", "unset", "getopts":
		for _, arg := range call.Args[1:] {
			names = append(names, arg.Lit())
		}
	case "printf":
		if len(call.Args) > 2 && call.Args[1].Lit() == "-v" {
			names = append(names, call.Args[2].Lit())
		}
	}
	return names
}
