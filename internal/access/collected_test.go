package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/access"
	"github.com/sealvet/sealvet/internal/collect/github"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

// The right that a refusal names is the one that this package knows for the place.
func TestTheCollectorNamesTheSameRights(t *testing.T) {
	s := githubtest.Serve(t, githubtest.World{
		Organisations: []githubtest.Organisation{{
			Login: "acme", Members: []githubtest.Member{{Login: "ada", Owner: true}, {Login: "bob"}},
			Rulesets: []githubtest.Ruleset{{ID: 21, Name: "all", Rules: githubtest.Rules("non_fast_forward")}},
		}},
		Repositories: []githubtest.Repository{{
			Owner: "acme", Name: "tool", Environments: []githubtest.Environment{{Name: "pypi"}},
			Rulesets: []githubtest.Ruleset{{ID: 11, Name: "main", Rules: githubtest.Rules("deletion")}},
		}, {Owner: "acme", Name: "hidden", Visibility: "private"}},
	})
	tokens := map[string]string{
		"none": "", "job": s.Token(githubtest.Job), "member": s.Token(githubtest.Classic, githubtest.As("bob")), "no scopes": s.Token(githubtest.Classic, githubtest.Scopes()),
		"fine-grained": s.Token(githubtest.FineGrained), "installation": s.Token(githubtest.Installation), "not signed on": s.Token(githubtest.Classic, githubtest.Unauthorised("acme")),
	}
	for name, token := range tokens {
		t.Run(name, func(t *testing.T) {
			var seen evidence.Snapshot
			client := web.New(web.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, Retries: -1})
			if err := github.Collect(t.Context(), &seen, github.Options{Client: client, API: s.URL, Token: token, Owner: "acme", Name: "tool", JobToken: name == "job"}); err != nil {
				t.Fatal(err)
			}
			if len(seen.Hosts) != 1 || len(seen.Hosts[0].Unseen) == 0 {
				t.Fatalf("%d hosts, gaps %v", len(seen.Hosts), seen.Gaps)
			}
			for _, u := range seen.Hosts[0].Unseen {
				showing := access.Showing(u.What)
				if len(showing) == 0 {
					t.Errorf("%s is no place that is known", u.What)
				}
				for _, right := range access.Names(u.Unlock) {
					if !slices.ContainsFunc(showing, func(one string) bool { return resource(one) == resource(right) }) && !reads(right) {
						t.Errorf("%s: %s unlocks it (%s), and here it is %v", u.What, right, u.Reason, showing)
					}
				}
				if strings.Contains(u.Unlock, ":read") && len(access.Names(u.Unlock)) == 0 {
					t.Errorf("%s: %q names a right that is not known", u.What, u.Unlock)
				}
			}
		})
	}
}

// resource is what a right is about. A ruleset of the organisation is bound like one of
// the repository, by the organisation's right of the same name.
func resource(right string) string {
	name, _, _ := strings.Cut(right, ":")
	return strings.TrimPrefix(name, "organization_")
}

// reads are the rights that everything lies behind.
func reads(right string) bool { return right == "metadata:read" || right == "contents:read" }
