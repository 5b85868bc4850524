package shell

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// scope is what a statement inherits from where it stands.
type scope struct {
	dir      string
	dirs     []string // pushd
	errexit  bool
	pipefail bool
	within   int   // 1 + the command in one of whose words this stands
	input    int   // 1 + the command whose output comes in
	guards   []int // 1 + the commands whose success this needs
	function string
}

// walker turns the statements of one unit into commands, in source order.
type walker struct {
	*reader
	unit
	scope
	base      int // offset of the chunk in the unit
	depth     int
	vars      variables
	constants map[string]string // what a function may rely on, wherever it is called
	enders    map[string]bool   // programs and functions that end the script
}

func (r *reader) walker(u unit, sc scope) *walker {
	return &walker{reader: r, unit: u, scope: sc, vars: newVariables(r.env)}
}

// outcome names the commands that are known to have succeeded once a statement
// has succeeded, has failed, or has let the script go on behind it. Of a test,
// either end is known.
type outcome struct{ success, failure, after []int }

func (w *walker) stmts(list []*syntax.Stmt) outcome {
	var last outcome
	for _, stmt := range list {
		last = w.stmt(stmt)
		if w.errexit && len(last.success) > 0 {
			w.guards = last.success
			w.fatal(last.success)
		} else if len(last.after) > 0 {
			w.guards = last.after
		}
		w.fatal(last.after)
	}
	return last
}

func (w *walker) stmt(s *syntax.Stmt) outcome {
	if w.depth >= maxDepth {
		at := w.offset(s.Pos())
		w.problem(w.text.Slice(at, at).Errorf("shell nested more than %d deep is not read", maxDepth))
		return outcome{}
	}
	w.depth++
	defer func() { w.depth-- }()
	if len(s.Redirs) > 0 {
		if _, simple := s.Cmd.(*syntax.CallExpr); !simple {
			defer w.restore(w.scope)
			w.redirected(s.Redirs)
		}
	}
	got := w.kind(s)
	if s.Background {
		return outcome{}
	}
	if s.Negated {
		got.success, got.failure = got.failure, got.success
	}
	return got
}

func (w *walker) kind(s *syntax.Stmt) outcome {
	switch x := s.Cmd.(type) {
	case *syntax.CallExpr:
		return w.call(s, x)
	case *syntax.BinaryCmd:
		return w.binary(x)
	case *syntax.IfClause:
		return w.ifClause(x)
	case *syntax.Block:
		return w.stmts(x.Stmts)
	case *syntax.Subshell:
		var got outcome
		w.apart(func() { got = w.stmts(x.Stmts) })
		got.after = nil // exit ends the subshell only
		return got
	case *syntax.WhileClause:
		w.branch(func() {
			cond := w.condition(x.Cond)
			w.guarded(cond.success)
			w.stmts(x.Do)
		})
	case *syntax.ForClause:
		w.forClause(x)
	case *syntax.CaseClause:
		w.values(x.Word, w.within)
		for _, item := range x.Items {
			w.branch(func() { w.stmts(item.Stmts) })
		}
	case *syntax.FuncDecl:
		name := ""
		if x.Name != nil {
			name = x.Name.Value
		}
		w.body(name, x.Body)
	case *syntax.TestDecl:
		w.body("@test", x.Body)
	case *syntax.TimeClause:
		if x.Stmt != nil {
			first := len(w.script.Commands)
			got := w.stmt(x.Stmt)
			if first < len(w.script.Commands) {
				timed := &w.script.Commands[first]
				timed.Via = append([]string{"time"}, timed.Via...)
			}
			return got
		}
	case *syntax.CoprocClause:
		w.apart(func() { w.stmt(x.Stmt) })
	case *syntax.DeclClause:
		return w.declare(x)
	case *syntax.TestClause:
		return w.test(x)
	}
	return outcome{}
}

// body walks that of a function where it is written. Nobody knows yet where and
// after what it is called, so it may rely on constants only.
func (w *walker) body(name string, body *syntax.Stmt) {
	scope, vars := w.scope, w.vars
	w.vars = newVariables(w.constants)
	w.guards, w.input, w.function = nil, 0, name
	w.stmt(body)
	w.scope, w.vars = scope, vars
}

// redirected puts what comes in from a redirection of a compound command in
// the place of a pipe: while read x; do ...; done < <(list).
func (w *walker) redirected(redirs []*syntax.Redirect) {
	for _, redir := range redirs {
		before := len(w.script.Commands)
		w.redirect(redir, w.within)
		if last := w.last(before); redir.Op == syntax.RdrIn && last > 0 {
			w.input = last
		}
	}
}

// last is 1 + the last command, from an index on, that stands where the walk
// is, not in a word of another; 0 if there is none.
func (w *walker) last(from int) int {
	for i := len(w.script.Commands) - 1; i >= from; i-- {
		if w.script.Commands[i].Within == w.within {
			return i + 1
		}
	}
	return 0
}

func (w *walker) offset(p syntax.Pos) int {
	return min(w.base+int(p.Offset()), len(w.text.Value))
}

func (w *walker) slice(from, to int) text.Text {
	return w.text.Slice(from, min(max(from, to), len(w.text.Value)))
}

func (w *walker) span(node syntax.Node) evidence.Location {
	return w.slice(w.offset(node.Pos()), w.offset(node.End())).At()
}

// reserve keeps the place of a command before those in its words.
func (w *walker) reserve(at evidence.Location) int {
	w.script.Commands = append(w.script.Commands, evidence.Command{
		At: at, Within: w.within, Input: w.input, Guards: w.guards, Func: w.function, Dir: w.dir,
	})
	return len(w.script.Commands) - 1
}
