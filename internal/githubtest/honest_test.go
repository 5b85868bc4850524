package githubtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	gh "github.com/sealvet/sealvet/internal/githubtest"
)

// complaints takes what the server would fail a test with.
type complaints []string

func (c *complaints) Errorf(format string, args ...any) {
	*c = append(*c, fmt.Sprintf(format, args...))
}
func (c *complaints) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// What is not GitHub's fails the test that asks for it, or that sets it up.
func TestTheServerComplains(t *testing.T) {
	bad := gh.World{Repositories: []gh.Repository{{Owner: "acme", Name: "tool", Rulesets: []gh.Ruleset{{
		Rules: []gh.Rule{{Type: "pull_request", Parameters: map[string]any{"required_approving_review_count": "two"}}},
	}}}}}
	for _, row := range []struct {
		name string
		ask  func(*gh.Server, string)
		want string
	}{
		{"an unknown path", func(s *gh.Server, token string) { ask(t, s, token, "/repos/acme/tool/no-such") }, "is no operation"},
		{"an unknown method", func(s *gh.Server, token string) { send(t, s, http.MethodDelete, token, "/repos/acme/tool", "") }, "is no operation"},
		{"an unknown parameter", func(s *gh.Server, token string) { ask(t, s, token, "/repos/acme/tool/hooks?size=3") }, "no parameter size"},
		{"a value that there is not", func(s *gh.Server, token string) { ask(t, s, token, "/repos/acme/tool/pulls?state=merged") }, "cannot be"},
		{"an unknown field", func(s *gh.Server, token string) { query(t, s, token, `{ viewer { secrets } }`, nil) }, "secrets"},
		{"a list without a length", func(s *gh.Server, token string) {
			query(t, s, token, `{ repository(owner:"acme",name:"tool"){ releases { totalCount } } }`, nil)
		}, "MISSING_PAGINATION_BOUNDARIES"},
		{"too long a list", func(s *gh.Server, token string) {
			query(t, s, token, `{ repository(owner:"acme",name:"tool"){ releases(first:101) { totalCount } } }`, nil)
		}, "EXCESSIVE_PAGINATION"},
		{"a missing variable", func(s *gh.Server, token string) {
			query(t, s, token, `query($n:String!){ repository(owner:"acme",name:$n){ name } }`, nil)
		}, "variables"},
		{"a reply that is not as described", func(s *gh.Server, token string) { ask(t, s, token, "/repos/acme/tool/rules/branches/main") }, "not as GitHub describes it"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var heard complaints
			s, err := gh.Run(&heard, bad, "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			row.ask(s, s.Token(gh.Classic))
			if len(heard) != 1 || !strings.Contains(heard[0], row.want) {
				t.Errorf("heard %.500q", heard)
			}
		})
	}
	var heard complaints
	s, err := gh.Run(&heard, bad, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	defer func() {
		if said := recover(); said == nil {
			t.Error("a job token takes administration")
		}
	}()
	s.Token(gh.Job, gh.Can("administration:read"))
}

// Enterprise Servers have the same below other paths.
func TestPathsOfAnEnterpriseServer(t *testing.T) {
	s := gh.Serve(t, full())
	if answer, _ := ask(t, s, s.Token(gh.Classic), "/api/v3/repos/acme/tool"); answer.StatusCode != http.StatusOK {
		t.Error(answer.Status)
	}
	if answer, body := send(t, s, http.MethodPost, s.Token(gh.Job), "/api/graphql", `{"query":"{ viewer { login } }"}`); answer.StatusCode != http.StatusOK {
		t.Error(answer.Status, body)
	}
	if s.Count("graphql") != 1 || s.Count("GET /repos/{owner}/{repo}") != 1 {
		t.Error(s.Asked())
	}
}

// A generated organisation answers every route and query as described.
func TestGeneratedOrganisations(t *testing.T) {
	for seed := range uint64(3) {
		world := gh.Generate("acme", 8, seed)
		s := gh.Serve(t, world)
		token := s.Token(gh.Classic)
		if got := query(t, s, token, stored(t, "index"), map[string]any{"login": "acme"}); at(got.Data, "organization", "repositories", "totalCount") != 8.0 {
			t.Errorf("seed %d: %v", seed, got)
		}
		for _, r := range world.Repositories {
			if r.Owner != "acme" {
				continue // an action
			}
			if got := query(t, s, token, stored(t, "history"), map[string]any{"owner": "acme", "name": r.Name}); got.Errors != nil {
				t.Errorf("seed %d, %s: %v", seed, r.Name, got.Errors)
			}
			for _, operation := range operations(t) {
				below, is := strings.CutPrefix(operation, "GET /repos/{owner}/{repo}")
				if !is || strings.Contains(below, "{") || below == "/installation" {
					continue // needs a name
				}
				if answer, _ := ask(t, s, token, "/repos/acme/"+r.Name+below); answer.StatusCode >= 500 {
					t.Errorf("%s: %s", operation, answer.Status)
				}
			}
		}
	}
}
