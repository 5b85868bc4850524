package provenance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// declared reads the constants of class.go, so that a new class cannot be
// forgotten in the table of meanings.
func declared(t *testing.T) []evidence.ProofClass {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "class.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var classes []evidence.ProofClass
	ast.Inspect(file, func(n ast.Node) bool {
		spec, is := n.(*ast.ValueSpec)
		if !is || len(spec.Values) != 1 {
			return true
		}
		kind, is := spec.Type.(*ast.SelectorExpr)
		if !is || kind.Sel.Name != "ProofClass" {
			return true
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		classes = append(classes, evidence.ProofClass(text))
		return true
	})
	return classes
}

func TestEveryClassHasAMeaning(t *testing.T) {
	classes := declared(t)
	if len(classes) != len(Classes()) {
		t.Errorf("%d classes are declared, %d have a meaning", len(classes), len(Classes()))
	}
	for _, class := range classes {
		m, known := meanings[class]
		if !known || m.outcome == "" {
			t.Errorf("%s has no outcome", class)
		}
		if !strings.HasSuffix(m.remedy, ".") || strings.Count(m.remedy, ". ") > 0 {
			t.Errorf("the remedy of %s is not one sentence: %q", class, m.remedy)
		}
		if passes := strings.HasPrefix(string(class), "ok"); passes != (m.outcome == Pass) {
			t.Errorf("%s: outcome %s", class, m.outcome)
		}
	}
}

func TestUnknownClassPassesNothing(t *testing.T) {
	if got := OutcomeOf("brand-new"); got != Undetermined {
		t.Errorf("an unknown class is %s", got)
	}
	if Remedy("brand-new") == "" {
		t.Error("an unknown class has no remedy")
	}
}

func TestTimeDependsOnTheFormat(t *testing.T) {
	for format, want := range map[evidence.ProofFormat]Outcome{evidence.ProofGit: Undetermined, evidence.ProofBundle: Fail} {
		if got := OutcomeOfProof(evidence.Proof{Format: format, Class: TimeUnproven}); got != want {
			t.Errorf("%s: %s, want %s", format, got, want)
		}
	}
}
