package workflow

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/expression"
)

// held is a part of the file that may hold expressions, under its name.
type held struct {
	place string
	node  *doc.Node
}

// expressions reads those of some parts, in that order. Below a name they stand
// under name/key; keys further down, as in a matrix of mappings, are not told apart.
func (r *reader) expressions(parts ...held) []evidence.Expression {
	var all []evidence.Expression
	for _, part := range parts {
		r.within(part.place, part.node, 0, &all)
	}
	return all
}

const maxNesting = 6 // of a value with expressions: a matrix has three levels

func (r *reader) within(place string, n *doc.Node, depth int, all *[]evidence.Expression) {
	switch {
	case n == nil || depth > maxNesting:
	case n.Kind == doc.Map:
		for name, value := range n.All() {
			below := place
			if depth == 0 || place == "matrix/include" {
				below = place + "/" + name.Value
			}
			r.within(strings.Replace(below, "matrix/include/", "matrix/", 1), value, depth+1, all)
		}
	case n.Kind == doc.List:
		for _, item := range n.List() {
			r.within(place, item, depth+1, all)
		}
	case place == "if" && n.Kind != doc.Null:
		found, err := expression.Condition(n.Text)
		r.problem(err)
		*all = append(*all, found...)
	case symbolic(n.String()):
		found, err := expression.All(n.Text, place)
		r.problem(err)
		*all = append(*all, found...)
	}
}

// symbolic tells whether a value holds an expression, which only the run can
// resolve.
func symbolic(value string) bool { return strings.Contains(value, "${{") }

// property takes an expression that is nothing but one property of a context
// apart: ${{ matrix.os }} is matrix and os.
func property(value string) (context, name string, found bool) {
	inner, opened := strings.CutPrefix(strings.TrimSpace(value), "${{")
	inner, closed := strings.CutSuffix(inner, "}}")
	inner = strings.TrimSpace(inner)
	context, name, found = strings.Cut(inner, ".")
	return context, name, opened && closed && found && !strings.ContainsAny(inner, "|&()[]'{}<>=!, \t\r\n")
}

// lookup finds the values that a property can have, where the file says so:
// each value of a matrix axis, the variable of the innermost level, the default
// of an action's input.
func (s scope) lookup(expression string) []evidence.Variable {
	context, name, found := property(expression)
	if !found {
		return nil
	}
	switch context {
	case "matrix":
		return named(s.matrix, name)
	case "inputs":
		return named(s.inputs, name)
	case "env":
		for i := len(s.levels) - 1; i >= 0; i-- {
			if values := named(s.levels[i], name); values != nil {
				return values
			}
		}
	}
	return nil
}

func named(all []evidence.Variable, name string) []evidence.Variable {
	var found []evidence.Variable
	for _, v := range all {
		if v.Name == name && v.Value != "" {
			found = append(found, v)
		}
	}
	return found
}
