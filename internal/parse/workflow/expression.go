package workflow

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

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
