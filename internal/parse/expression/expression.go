// Package expression reads the expressions of GitHub workflows: what stands
// between ${{ and }}, and conditions, which need no braces.
//
// It knows the grammar and what a path through a context looks like. What a
// context holds, and who may write it, is for others to know.
package expression

import (
	"strconv"
	"strings"

	"github.com/rhysd/actionlint"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// longest is how long an expression may be on the host. It also bounds how deep
// one can be.
const longest = 21000

// patience is how many expressions of one value may fail before the rest is left.
const patience = 50

// All reads every ${{ }} of a value. What cannot be read is left out, with the
// place of the first such.
func All(value text.Text, place string) ([]evidence.Expression, error) {
	var found []evidence.Expression
	var problem error
	failed := 0
	for from := 0; failed < patience; {
		opened := strings.Index(value.Value[from:], "${{")
		if opened < 0 {
			return found, problem
		}
		opened += from
		root, size, err := parse(value.Value[opened+3:])
		if err != nil {
			if failed++; failed == 1 {
				problem = value.Slice(opened, opened+3).Errorf("opens no expression: %s", err.Message)
			}
			from = opened + 3
			continue
		}
		end := opened + 3 + size
		found = append(found, evidence.Expression{
			Place: place,
			Text:  strings.TrimSpace(value.Value[opened+3 : end-2]),
			At:    value.Span(opened, end),
			Root:  root,
		})
		from = end
	}
	return found, problem
}

// Condition reads an if:, which is one expression with or without its braces.
func Condition(value text.Text) ([]evidence.Expression, error) {
	trimmed := value.TrimSpace()
	if trimmed.Value == "" || strings.Contains(trimmed.Value, "${{") {
		return All(value, "if")
	}
	root, size, err := parse(trimmed.Value + "}}")
	if err != nil || size != len(trimmed.Value)+2 {
		message := "}} stands in it"
		if err != nil {
			message = err.Message
		}
		return nil, trimmed.Errorf("is no condition: %s", message)
	}
	return []evidence.Expression{{Place: "if", Text: trimmed.Value, At: trimmed.At(), Root: root}}, nil
}

// parse reads one expression up to its }}, and says where that ends.
func parse(source string) (evidence.Term, int, *actionlint.ExprError) {
	if len(source) > longest {
		source = source[:longest]
	}
	lexer := actionlint.NewExprLexer(source)
	node, err := actionlint.NewExprParser().Parse(lexer)
	if err != nil {
		return evidence.Term{}, 0, err
	}
	return term(node), lexer.Offset(), nil
}

// term turns the library's tree into evidence.
func term(node actionlint.ExprNode) evidence.Term {
	switch n := node.(type) {
	case *actionlint.NullNode:
		return literal("null")
	case *actionlint.BoolNode:
		return literal(strconv.FormatBool(n.Value))
	case *actionlint.IntNode:
		return literal(strconv.Itoa(n.Value))
	case *actionlint.FloatNode:
		return literal(strconv.FormatFloat(n.Value, 'g', -1, 64))
	case *actionlint.StringNode:
		return literal(n.Value)
	case *actionlint.FuncCallNode:
		call := evidence.Term{Kind: evidence.TermCall, Name: strings.ToLower(n.Callee)}
		for _, arg := range n.Args {
			call.Args = append(call.Args, term(arg))
		}
		return call
	case *actionlint.NotOpNode:
		return evidence.Term{Kind: evidence.TermNot, Args: []evidence.Term{term(n.Operand)}}
	case *actionlint.CompareOpNode:
		return evidence.Term{Kind: evidence.TermCompare, Name: operators[n.Kind], Args: []evidence.Term{term(n.Left), term(n.Right)}}
	case *actionlint.LogicalOpNode:
		kind := evidence.TermAnd
		if n.Kind == actionlint.LogicalOpNodeKindOr {
			kind = evidence.TermOr
		}
		return evidence.Term{Kind: kind, Args: []evidence.Term{term(n.Left), term(n.Right)}}
	}
	return path(node)
}

var operators = map[actionlint.CompareOpNodeKind]string{
	actionlint.CompareOpNodeKindEq: "==", actionlint.CompareOpNodeKindNotEq: "!=",
	actionlint.CompareOpNodeKindLess: "<", actionlint.CompareOpNodeKindLessEq: "<=",
	actionlint.CompareOpNodeKindGreater: ">", actionlint.CompareOpNodeKindGreaterEq: ">=",
}

func literal(value string) evidence.Term {
	return evidence.Term{Kind: evidence.TermLiteral, Name: value}
}

// path follows a.b['c'][0].* to its context. A path that starts at the value of
// a call, as in fromJSON(x).y, is that call: what flows out of it flows on. What
// computes an index stands among the arguments, since it is named and lets no
// text through.
func path(node actionlint.ExprNode) evidence.Term {
	var steps []string
	var computed []evidence.Term
	for {
		switch n := node.(type) {
		case *actionlint.VariableNode:
			name := strings.ToLower(n.Name)
			for i := len(steps) - 1; i >= 0; i-- {
				name += "." + steps[i]
			}
			return evidence.Term{Kind: evidence.TermContext, Name: name, Args: computed}
		case *actionlint.ObjectDerefNode:
			steps, node = append(steps, strings.ToLower(n.Property)), n.Receiver
		case *actionlint.ArrayDerefNode:
			steps, node = append(steps, "*"), n.Receiver
		case *actionlint.IndexAccessNode:
			step := "*"
			switch index := n.Index.(type) {
			case *actionlint.StringNode:
				step = strings.ToLower(index.Value)
			case *actionlint.IntNode, *actionlint.FloatNode:
			default:
				computed = append(computed, term(n.Index))
			}
			steps, node = append(steps, step), n.Operand
		default:
			return term(node)
		}
	}
}
