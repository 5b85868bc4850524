package expression_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/expression"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func value(s string) text.Text {
	return text.NewSource("ci.yml", []byte(s)).Text(0, len(s))
}

func TestFlowsAndContexts(t *testing.T) {
	for _, test := range []struct {
		expression, flows, contexts string
	}{
		{"github.event.issue.title", "github.event.issue.title", "github.event.issue.title"},
		{"github['event']['issue']['number']", "github.event.issue.number", "github.event.issue.number"},
		{"GITHUB.Event.Commits[0].message", "github.event.commits.*.message", "github.event.commits.*.message"},
		{"github.event.commits.*.author.name", "github.event.commits.*.author.name", "github.event.commits.*.author.name"},
		{"secrets[inputs.name]", "secrets.*", "secrets.* inputs.name"},
		{"toJSON(github.event)", "github.event", "github.event"},
		{"github.head_ref || github.ref", "github.head_ref github.ref", "github.head_ref github.ref"},
		{"github.head_ref == 'x' && 'a' || 'b'", "", "github.head_ref"},
		{"matrix.debug && '--with' || inputs.x", "inputs.x", "matrix.debug inputs.x"},
		{"contains(github.event.issue.body, 'x')", "", "github.event.issue.body"},
		{"format('{0}-{1}', github.sha, github.head_ref)", "github.sha github.head_ref", "github.sha github.head_ref"},
		{"fromJSON(needs.plan.outputs.matrix).os", "needs.plan.outputs.matrix", "needs.plan.outputs.matrix"},
		{"hashFiles('**/go.sum')", "", ""},
		{"case(inputs.a == 'x', inputs.b, inputs.c)", "inputs.b inputs.c", "inputs.a inputs.b inputs.c"},
		{"!github.event.issue.locked", "", "github.event.issue.locked"},
		{"'it''s }} fine'", "", ""},
	} {
		found, err := expression.All(value("echo ${{ "+test.expression+" }} done"), "run")
		if err != nil || len(found) != 1 {
			t.Errorf("%s: %d expressions, %v", test.expression, len(found), err)
			continue
		}
		if got := strings.Join(found[0].Flows(), " "); got != test.flows {
			t.Errorf("%s lets %q through, want %q", test.expression, got, test.flows)
		}
		if got := strings.Join(found[0].Contexts(), " "); got != test.contexts {
			t.Errorf("%s names %q, want %q", test.expression, got, test.contexts)
		}
	}
}

func TestPlaces(t *testing.T) {
	found, err := expression.All(value("a ${{ x.y }}\nb: ${{z}}${{ }} ${{ q.r }}"), "run")
	var places []string
	for _, e := range found {
		places = append(places, e.Text+"@"+e.At.String())
	}
	if want := []string{"x.y@ci.yml:1:3", "z@ci.yml:2:4", "q.r@ci.yml:2:17"}; !slices.Equal(places, want) {
		t.Errorf("got %v, want %v", places, want)
	}
	if err == nil || !strings.Contains(err.Error(), "ci.yml:2:10") {
		t.Errorf("the empty expression is reported as %v", err)
	}
}

func TestConditions(t *testing.T) {
	for written, want := range map[string]string{
		"github.actor == 'dependabot[bot]'":        "github.actor",
		"${{ github.actor == 'x' }}":               "github.actor",
		"always() && !cancelled()":                 "",
		"github.event_name == 'push' || env.x":     "github.event_name env.x",
		"contains(github.event.comment.body, '}')": "github.event.comment.body",
	} {
		found, err := expression.Condition(value(written))
		if err != nil || len(found) != 1 {
			t.Errorf("%s: %d expressions, %v", written, len(found), err)
			continue
		}
		if got := strings.Join(found[0].Contexts(), " "); got != want {
			t.Errorf("%s names %q, want %q", written, got, want)
		}
	}
	if _, err := expression.Condition(value("a == ")); err == nil {
		t.Error("half a condition is no condition")
	}
}

func TestWhatAConditionLeavesOpen(t *testing.T) {
	same := func(term evidence.Term) evidence.Answer {
		if other, equal, found := term.Compares("github.event.pull_request.head.repo.full_name"); found && other.Name == "github.repository" {
			return evidence.Known(!equal) // the contributor's fork is another repository
		}
		if other, equal, found := term.Compares("github.event_name"); found {
			return evidence.Known((other.Name == "pull_request_target") == equal)
		}
		return evidence.Unknown
	}
	const head = "github.event.pull_request.head.repo.full_name == github.repository"
	for written, want := range map[string]evidence.Answer{
		head:                                     evidence.No,
		head + " && always()":                    evidence.No,
		head + " || github.event_name == 'push'": evidence.No,
		head + " || github.event_name == 'pull_request_target'": evidence.Yes,
		head + " || inputs.force":                               evidence.Unknown,
		"!(" + head + ")":                                       evidence.Yes,
	} {
		found, err := expression.Condition(value(written))
		if err != nil {
			t.Fatal(err)
		}
		if got := found[0].Root.Holds(same); got != want {
			t.Errorf("%s: %v, want %v", written, got, want)
		}
	}
}

func FuzzAll(f *testing.F) {
	for _, seed := range []string{
		"echo ${{ github.event.issue.title }}", "${{ a['b'][c.d].* }}", "${{ format('{0}', x) }}", "${{ }}", "${{ 'it''s' }} ${{",
		"${{ fromJSON(a).b && !c || d <= 1.5e3 }}", "contains(a, 'b')", "${{ ((((((x", "${{ a.b \x00 }}", "${{ é }}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		src := text.NewSource("ci.yml", []byte(s))
		whole := src.Text(0, src.Len())
		found, _ := expression.All(whole, "run")
		condition, _ := expression.Condition(whole)
		for _, e := range append(found, condition...) {
			e.Flows()
			e.Contexts()
			if e.At.Line < 1 || e.At.EndLine < e.At.Line || src.Offset(e.At.EndLine, e.At.EndColumn) > src.Len() {
				t.Errorf("%q stands at %v", e.Text, e.At)
			}
		}
	})
}
