package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// param adds the value of ${name...} where it is known, else the expansion as
// written.
func (w *walker) param(f *fields, x *syntax.ParamExp, mode quoting, within int) {
	origin := w.slice(w.offset(x.Pos()), w.offset(x.End()))
	value, ok := w.expand(x)
	if !ok || !w.affords(len(value)) {
		f.addUnknown(origin, w.inside(x, within))
		return
	}
	if mode != bare || f.whole || !strings.ContainsAny(value, " \t\n") {
		f.add(value, origin)
		return
	}
	for i, field := range strings.Fields(value) {
		if i > 0 || value[0] == ' ' || value[0] == '\t' || value[0] == '\n' {
			f.split()
		}
		f.add(field, origin)
	}
	if last := value[len(value)-1]; last == ' ' || last == '\t' || last == '\n' {
		f.split()
	}
}

// expand works out the expansions that need no run: the value itself, and what
// is left of it without a plain prefix or suffix.
func (w *walker) expand(x *syntax.ParamExp) (string, bool) {
	if x.Param == nil || x.Excl || x.Length || x.Width || x.IsSet || x.Index != nil || x.NestedParam != nil ||
		x.Flags != nil || len(x.Modifiers) > 0 || x.Slice != nil || x.Repl != nil || x.Names != 0 {
		return "", false
	}
	value, ok := w.vars.known[x.Param.Value]
	if !ok || x.Exp == nil {
		return value, ok
	}
	switch x.Exp.Op {
	case syntax.DefaultUnset, syntax.ErrorUnset, syntax.AssignUnset:
		return value, true
	case syntax.DefaultUnsetOrNull, syntax.ErrorUnsetOrNull, syntax.AssignUnsetOrNull:
		return value, value != ""
	case syntax.RemSmallPrefix, syntax.RemLargePrefix, syntax.RemSmallSuffix, syntax.RemLargeSuffix:
		return w.trimmed(value, x.Exp)
	}
	return "", false
}

func (w *walker) trimmed(value string, exp *syntax.Expansion) (string, bool) {
	if exp.Word == nil {
		return value, true
	}
	pattern, ok := plain(exp.Word)
	if !ok || strings.ContainsAny(pattern, "*?[") {
		return "", false
	}
	switch exp.Op {
	case syntax.RemSmallPrefix, syntax.RemLargePrefix:
		return strings.TrimPrefix(value, pattern), true
	}
	return strings.TrimSuffix(value, pattern), true
}
