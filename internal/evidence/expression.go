package evidence

import (
	"slices"
	"strings"
)

// Expression is one ${{ }} of a workflow or an action, or a condition that is
// one without saying so.
type Expression struct {
	// Place is the key it stands under: run, if, with/script, env/TITLE, outputs/tag, matrix/os.
	Place string   `json:"place"`
	Text  string   `json:"text"` // without ${{ }}
	At    Location `json:"at"`   // with them
	Root  Term     `json:"root"`
}

// TermKind sorts the terms of an expression.
type TermKind string

const (
	TermContext TermKind = "context" // Name is its path: github.event.issue.title
	TermLiteral TermKind = "literal" // Name is its value
	TermCall    TermKind = "call"    // Name is the function
	TermAnd     TermKind = "&&"
	TermOr      TermKind = "||"
	TermNot     TermKind = "!"
	TermCompare TermKind = "compare" // Name is the operator: ==, !=, <
)

// Term is one term of a parsed expression. Names are in lower case, as hosts do
// not tell cases apart; literals are as written. A step of a path that is a
// number, a star, or computed is a star: github.event.commits.*.message.
type Term struct {
	Kind TermKind `json:"kind"`
	Name string   `json:"name,omitempty"`
	Args []Term   `json:"args,omitempty"`
}

// Contexts lists what the expression names, in order, each once.
func (e Expression) Contexts() []string {
	var all []string
	e.Root.visit(func(t Term) {
		if t.Kind == TermContext && !slices.Contains(all, t.Name) {
			all = append(all, t.Name)
		}
	})
	return all
}

// Calls tells whether the expression calls a function.
func (e Expression) Calls(function string) bool {
	found := false
	e.Root.visit(func(t Term) { found = found || t.Kind == TermCall && t.Name == function })
	return found
}

func (t Term) visit(see func(Term)) {
	see(t)
	for _, arg := range t.Args {
		arg.visit(see)
	}
}

// Flows lists the contexts whose text can become a part of the value: both sides
// of a || b, the right one of a && b, the arguments of format. A comparison, a
// test and a hash are made of text and let none of it through.
func (e Expression) Flows() []string {
	var all []string
	e.Root.flows(func(name string) {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	})
	return all
}

// opaque are the functions whose value holds no text of their arguments.
var opaque = []string{"contains", "startswith", "endswith", "hashfiles", "success", "failure", "always", "cancelled"}

func (t Term) flows(found func(string)) {
	switch t.Kind {
	case TermContext:
		found(t.Name)
	case TermAnd: // what is false is no text
		t.Args[len(t.Args)-1].flows(found)
	case TermOr:
		for _, arg := range t.Args {
			arg.flows(found)
		}
	case TermCall:
		if slices.Contains(opaque, t.Name) {
			return
		}
		args := t.Args
		if t.Name == "case" { // case(test, value, test, value, default): tests stand at even places
			args = nil
			for i, arg := range t.Args {
				if i%2 == 1 || i == len(t.Args)-1 {
					args = append(args, arg)
				}
			}
		}
		for _, arg := range args {
			arg.flows(found)
		}
	case TermCompare, TermNot, TermLiteral:
	}
}

// Literals are those that can become the value: both of c && 'a' || 'b'.
func (t Term) Literals() []string {
	switch t.Kind {
	case TermLiteral:
		return []string{t.Name}
	case TermAnd:
		return t.Args[len(t.Args)-1].Literals()
	case TermOr, TermCall:
		if slices.Contains(opaque, t.Name) {
			return nil
		}
		var all []string
		for _, arg := range t.Args {
			all = append(all, arg.Literals()...)
		}
		return all
	}
	return nil
}

// Compares tells whether the term is a == b or a != b with that context on one
// side, and gives the other side.
func (t Term) Compares(context string) (other Term, equal, found bool) {
	if t.Kind != TermCompare || len(t.Args) != 2 || t.Name != "==" && t.Name != "!=" {
		return Term{}, false, false
	}
	for i, arg := range t.Args {
		if arg.Kind == TermContext && arg.Name == context {
			return t.Args[1-i], t.Name == "==", true
		}
	}
	return Term{}, false, false
}

// Holds says whether the term can be true, where fact says what is known of its
// parts: each term is asked for first, and those that stay Unknown are taken apart.
func (t Term) Holds(fact func(Term) Answer) Answer {
	if known := fact(t); known != Unknown {
		return known
	}
	switch t.Kind {
	case TermLiteral:
		return Known(!slices.Contains([]string{"", "false", "0", "null"}, t.Name))
	case TermNot:
		return t.Args[0].Holds(fact).not()
	case TermAnd:
		return all(t.Args, fact, No)
	case TermOr:
		return all(t.Args, fact, Yes)
	}
	return Unknown
}

// all is the answer of a chain that one part with the answer decisive decides.
func all(terms []Term, fact func(Term) Answer, decisive Answer) Answer {
	answer := decisive.not()
	for _, term := range terms {
		switch term.Holds(fact) {
		case decisive:
			return decisive
		case Unknown:
			answer = Unknown
		}
	}
	return answer
}

func (a Answer) not() Answer {
	switch a {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

// At finds the expressions that stand under a key; names do not tell cases apart.
func At(all []Expression, place string) []Expression {
	var found []Expression
	for _, e := range all {
		if strings.EqualFold(e.Place, place) {
			found = append(found, e)
		}
	}
	return found
}
