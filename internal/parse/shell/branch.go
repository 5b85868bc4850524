package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

func (r *reader) fatal(commands []int) {
	for _, one := range commands {
		r.script.Commands[one-1].Fatal = true
	}
}

func (w *walker) binary(x *syntax.BinaryCmd) outcome {
	// a && b && c leans to the left: walk down it without recursion
	chain := []*syntax.BinaryCmd{x}
	for len(x.X.Redirs) == 0 && !x.X.Negated && !x.X.Background {
		left, ok := x.X.Cmd.(*syntax.BinaryCmd)
		if !ok {
			break
		}
		chain = append(chain, left)
		x = left
	}
	defer func(guards []int) { w.guards = guards }(w.guards)
	input := w.input
	var got outcome
	first := true
	for i := len(chain) - 1; i >= 0; i-- {
		one := chain[i]
		piped := one.Op == syntax.Pipe || one.Op == syntax.PipeAll
		if first {
			if piped {
				w.apart(func() { got = w.stmt(one.X) })
			} else {
				got = w.stmt(one.X)
			}
			first = false
		}
		switch {
		case piped:
			got = w.pipe(got, one.Y)
		case one.Op == syntax.AndStmt:
			got = w.and(got, one.Y)
		default:
			got = w.or(got, one.Y)
		}
	}
	w.input = input
	return got
}

// pipe walks the right side of left | right.
func (w *walker) pipe(left outcome, right *syntax.Stmt) outcome {
	last := w.last(0)
	var got outcome
	w.apart(func() {
		if last > 0 {
			w.input = last
		}
		got = w.stmt(right)
	})
	if w.pipefail {
		got.success = append(got.success[:len(got.success):len(got.success)], left.success...)
	}
	got.after = nil
	return got
}

func (w *walker) and(left outcome, right *syntax.Stmt) outcome {
	guards := w.guards
	if w.guarded(left.success); w.ends(right) {
		w.stmt(right)
		w.guards = guards
		return outcome{after: left.failure}
	}
	got := w.stmt(right)
	w.guards = guards
	return outcome{success: got.success}
}

func (w *walker) or(left outcome, right *syntax.Stmt) outcome {
	guards := w.guards
	w.guarded(left.failure)
	w.stmt(right)
	w.guards = guards
	if w.ends(right) {
		return outcome{success: left.success, after: left.success}
	}
	return outcome{}
}

func (w *walker) ifClause(x *syntax.IfClause) outcome {
	var cond outcome
	guards := w.guards
	w.quiet(func() { cond = w.condition(x.Cond) })
	w.branch(func() {
		w.guarded(cond.success)
		w.stmts(x.Then)
	})
	var after []int
	if other := x.Else; other != nil {
		w.branch(func() {
			w.guarded(cond.failure)
			if other.ThenPos.IsValid() {
				w.depth++
				if w.depth < maxDepth {
					w.ifClause(other)
				}
				w.depth--
			} else {
				w.stmts(other.Then)
			}
		})
		if !other.ThenPos.IsValid() && w.endsIn(other.Then) {
			after = cond.success
		}
	} else if w.endsIn(x.Then) {
		after = cond.failure
	}
	w.guards = guards
	return outcome{after: after}
}

func (w *walker) condition(list []*syntax.Stmt) outcome {
	var got outcome
	w.quiet(func() { got = w.stmts(list) })
	return got
}

func (w *walker) forClause(x *syntax.ForClause) {
	if loop, ok := x.Loop.(*syntax.WordIter); ok {
		for _, item := range loop.Items {
			w.values(item, w.within)
		}
	}
	w.branch(func() {
		if loop, ok := x.Loop.(*syntax.WordIter); ok {
			w.vars.forget(loop.Name.Value)
		}
		w.stmts(x.Do)
	})
}

// quiet walks something whose failure does not end the script.
func (w *walker) quiet(walk func()) {
	defer func(errexit bool) { w.errexit = errexit }(w.errexit)
	w.errexit = false
	walk()
}

// apart walks something that runs in a shell of its own: what it sets is gone
// afterwards.
func (w *walker) apart(walk func()) {
	scope, mark := w.scope, w.vars.mark()
	walk()
	w.vars.undo(mark)
	w.scope = scope
}

// branch walks something that may or may not run: what it sets is unknown
// afterwards.
func (w *walker) branch(walk func()) {
	scope, mark := w.scope, w.vars.mark()
	walk()
	w.vars.blur(mark)
	w.scope = scope
}

func (w *walker) restore(sc scope) { w.scope = sc }

func (w *walker) guarded(by []int) {
	if len(by) > 0 {
		w.guards = by
	}
}

// ends says whether a statement ends the script, the function or the turn.
func (w *walker) ends(s *syntax.Stmt) bool {
	switch x := s.Cmd.(type) {
	case *syntax.CallExpr:
		return len(x.Args) > 0 && w.enders[x.Args[0].Lit()]
	case *syntax.Block:
		return w.endsIn(x.Stmts)
	case *syntax.BinaryCmd:
		return x.Op == syntax.AndStmt && w.ends(x.Y) && strings.HasPrefix(w.name(x.X), "echo")
	}
	return false
}

func (w *walker) endsIn(list []*syntax.Stmt) bool {
	return len(list) > 0 && w.ends(list[len(list)-1])
}

func (w *walker) name(s *syntax.Stmt) string {
	if call, ok := s.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 {
		return call.Args[0].Lit()
	}
	return ""
}
