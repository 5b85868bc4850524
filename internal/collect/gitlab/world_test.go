package gitlab

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	lab "github.com/sealvet/sealvet/internal/gitlabtest"
)

var now = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// options ask a server about acme/tool, with pauses that take no time to speak of.
func options(s *lab.Server, token string) Options {
	return Options{
		Client: web.New(web.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, Pause: time.Millisecond}),
		Base:   s.Base, Token: token, Project: "acme/tool", Now: func() time.Time { return now },
	}
}

// one collects what has to be whole.
func one(t *testing.T, o Options) *evidence.Host {
	t.Helper()
	var seen evidence.Snapshot
	err := Collect(t.Context(), &seen, o)
	if err != nil || len(seen.Hosts) != 1 || len(seen.Gaps) != 0 {
		t.Fatalf("%d hosts, gaps %v: %v", len(seen.Hosts), seen.Gaps, err)
	}
	return &seen.Hosts[0]
}

func shown(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func day(n int) time.Time { return time.Date(2026, 2, n, 12, 0, 0, 0, time.UTC) }

var everybody = map[string]string{"ada@example.com": "ada", "bob@example.com": "bob"}

// guarded is a project whose settings are all as they should be.
func guarded(plan lab.Plan) lab.World {
	return lab.World{
		Plan: plan, Emails: everybody,
		Groups: []lab.Group{{
			Path: "acme", RequireMFA: true, Members: []lab.Member{{Name: "ada", Level: lab.Owner}, {Name: "cy", Level: lab.Owner}},
			Hooks: []lab.Hook{{ID: 9, URL: "https://hooks.example.com/g"}},
		}},
		Projects: []lab.Project{{
			Path: "acme/tool", Members: []lab.Member{{Name: "bob", Level: lab.Developer}},
			Protected: []lab.Protection{{Name: "main", Merge: []lab.Access{{Level: lab.Maintainer}}, CodeOwners: true}, {Name: "release/*"}},
			Branches:  []string{"release/1.0"},
			Tags:      []lab.ProtectedTag{{Name: "v*", Create: []lab.Access{{Level: lab.Maintainer}}}},
			Approvals: lab.ApprovalSettings{CommittersMayNot: true, ResetOnPush: true, OverridingDisabled: true},
			Rules:     []lab.ApprovalRule{{Type: "any_approver", Required: 1}, {Type: "code_owner", Required: 5}, {Required: 2, Branches: []string{"release/*"}}},
			PushRules: &lab.PushRules{RejectUnsigned: true, DenyDeleteTag: true},

			PipelineMustSucceed: true, MergeMethod: "ff", PushProtection: true,
			Variables:    []lab.Variable{{Key: "TOKEN", Protected: true, Masked: true}, {Key: "DEPLOY", Scope: "production"}},
			Environments: []lab.Environment{{Name: "production", Required: 1}},
			Hooks:        []lab.Hook{{ID: 4, URL: "https://hooks.example.com/a"}},
			DeployKeys:   []lab.DeployKey{{ID: 3, Title: "mirror", Created: day(1)}},
			DeployTokens: []lab.DeployToken{{ID: 5, Name: "pull", Scopes: []string{"read_repository"}}, {ID: 6, Name: "gone", Revoked: true}},
			AccessTokens: []lab.AccessToken{{ID: 8, Name: "reader", Scopes: []string{"read_api"}, Level: lab.Reporter, Created: day(1), Expires: day(28)}},
			Commits: []lab.Commit{
				{ID: lab.SHA("m1"), Author: "ada@example.com", Committer: "noreply@gitlab.com", Parents: 2, At: day(20)},
				{Author: "ada@example.com", Parents: -1, At: day(1)},
			},
			Requests: []lab.MergeRequest{{
				IID: 1, Author: "ada", MergedBy: "ada", MergedAt: day(20), Head: lab.SHA("h1"), Merge: lab.SHA("m1"),
				Commits:   []lab.Commit{{ID: lab.SHA("h1"), Author: "ada@example.com"}},
				Approvals: []lab.Approval{{By: "bob", At: day(19)}},
				Versions:  []lab.Version{{Head: lab.SHA("h0"), At: day(15)}, {Head: lab.SHA("h1"), At: day(18)}},
			}},
		}},
	}
}

// careless is a project where everything is open, on the plan where it could be closed.
func careless() lab.World {
	return lab.World{
		Plan: lab.Ultimate, Emails: everybody,
		Groups: []lab.Group{{Path: "acme", Members: []lab.Member{{Name: "ada", Level: lab.Owner}}, Variables: []lab.Variable{{Key: "SHARED"}}}},
		Projects: []lab.Project{{
			Path: "acme/tool", Approvals: lab.ApprovalSettings{AuthorMayApprove: true}, JobTokenOpen: true, JobTokenPushes: true,
			DeployKeys:   []lab.DeployKey{{ID: 3, Title: "push", CanPush: true, Created: day(1).AddDate(-3, 0, 0)}},
			AccessTokens: []lab.AccessToken{{ID: 8, Name: "robot", Scopes: []string{"api"}, Level: lab.Maintainer, Created: day(1)}},
			Hooks:        []lab.Hook{{ID: 4, URL: "http://hooks.example.com/a", NoTLS: true}},
			Commits:      []lab.Commit{{Author: "ada@example.com", At: day(20)}, {Author: "ada@example.com", Parents: -1, At: day(1)}},
		}},
	}
}
