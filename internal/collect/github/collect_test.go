package github

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

func count(n int) *int { return &n }

// options ask a server about acme/tool, with pauses that take no time.
func options(s *githubtest.Server, token string) Options {
	return Options{
		Client: web.New(web.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, Retries: -1}),
		API:    s.URL, Token: token, Owner: "acme", Name: "tool",
		hasten: func(context.Context, time.Duration) error { return nil },
	}
}

func collect(t *testing.T, o Options) (*evidence.Snapshot, error) {
	t.Helper()
	var seen evidence.Snapshot
	err := Collect(t.Context(), &seen, o)
	if len(seen.Hosts) > 1 {
		t.Fatalf("%d hosts", len(seen.Hosts))
	}
	return &seen, err
}

// one collects what has to be whole.
func one(t *testing.T, o Options) *evidence.Host {
	t.Helper()
	seen, err := collect(t, o)
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

// full has something of everything.
func full() githubtest.World {
	return githubtest.World{
		Organisations: []githubtest.Organisation{{
			Login: "acme", RequireMFA: true,
			Members:           []githubtest.Member{{Login: "ada", Owner: true}, {Login: "bob", MFA: githubtest.NoMFA}, {Login: "cy", MFA: githubtest.InsecureMFA}},
			Outside:           []githubtest.Member{{Login: "guest", MFA: githubtest.NoMFA}},
			Secrets:           []githubtest.Secret{{Name: "SHARED"}},
			Hooks:             []githubtest.Hook{{URL: "https://hooks.example.com/o"}},
			Rulesets:          []githubtest.Ruleset{{ID: 21, Name: "all", Rules: githubtest.Rules("non_fast_forward"), Bypass: []githubtest.BypassActor{{Type: "OrganizationAdmin", Mode: "exempt"}}}},
			RunnerGroups:      []githubtest.RunnerGroup{{Name: "Default", Public: true, Default: true}},
			Runners:           []githubtest.Runner{{Name: "shared", Ephemeral: true}},
			ImmutableReleases: "all",
		}},
		Repositories: []githubtest.Repository{{
			Owner: "acme", Name: "tool", Renamed: []string{"acme/old-tool"},
			Protection: map[string]*githubtest.Protection{"main": {Approvals: count(1), LastPush: true, BypassReview: []string{"ada"}, StatusChecks: []string{"test"}, Strict: true, Signatures: true}},
			Rulesets: []githubtest.Ruleset{
				{ID: 11, Name: "main", Rules: []githubtest.Rule{githubtest.ReviewRule(2), {Type: "deletion"}}, Bypass: []githubtest.BypassActor{{Type: "RepositoryRole", ID: 5, Mode: "pull_request"}}},
				{ID: 12, Name: "tags", Target: "tag", Include: []string{"refs/tags/v*"}, Rules: githubtest.Rules("update", "deletion")},
				{ID: 13, Name: "later", Enforcement: "evaluate", Rules: githubtest.Rules("required_linear_history")},
			},
			Branches: []githubtest.Branch{{Name: "release/1.0"}},
			Environments: []githubtest.Environment{
				{Name: "pypi", Reviewers: []string{"ada", "team/core"}, PreventSelfReview: true, Branches: []string{"main"}, TagPatterns: []string{"v*"}, Secrets: []githubtest.Secret{{Name: "UPLOAD"}}},
				{Name: "open"},
			},
			Secrets:           []githubtest.Secret{{Name: "TOKEN", Updated: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)}},
			DependabotSecrets: []githubtest.Secret{{Name: "BOT"}},
			DeployKeys:        []githubtest.DeployKey{{Title: "deploy", CanWrite: true, LastUsed: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}},
			Hooks:             []githubtest.Hook{{URL: "http://hooks.example.com/a", Insecure: true}, {Secret: true}},
			Actions:           githubtest.Actions{Allowed: "selected", Patterns: []string{"acme/*"}, SHAPinning: true, ImmutableSubject: true, WriteToken: true},
			Runners:           []githubtest.Runner{{Name: "box", Labels: []string{"gpu"}}},
			Security:          githubtest.Security{SecretScanning: true, PrivateReports: true, Policy: true, Alerts: true},
			OwnerErrors:       []githubtest.OwnerError{{Kind: "Unknown owner", Line: 3}},
		}},
		Apps: []githubtest.App{{ID: 7, Account: "acme", Permissions: []string{"administration:read", "contents:read", "actions:read", "pull_requests:read"}}},
	}
}

func TestAnOwnersTokenSeesEverything(t *testing.T) {
	s := githubtest.Serve(t, full())
	o := options(s, s.Token(githubtest.Classic))
	o.Environments = []string{"pypi"}
	o.Branches = []WantedBranch{{"release/*", "release"}}
	host := one(t, o)
	for _, u := range host.Unseen {
		switch u.What {
		case "actions/immutableSub", "security/pushProtection": // not of this server
		default:
			t.Errorf("unseen: %+v", u)
		}
	}
	if testing.Verbose() {
		t.Log(shown(t, host))
	}
	main := host.Branches[0]
	if main.Name != "main" || *main.Approvals != 2 || main.LastPush != evidence.Yes || main.ForcePushBlocked != evidence.Yes || main.Linear != evidence.No || main.BypassSeen != evidence.Yes || len(main.Bypass) != 4 {
		t.Errorf("main: %s", shown(t, main))
	}
	if len(host.Branches) != 2 || host.Branches[1].Name != "release/1.0" || host.Branches[1].Role != "release" {
		t.Errorf("branches: %s", shown(t, host.Branches))
	}
	if host.Cost.Requests != s.Requests() || host.Cost.Points != s.Points() || host.Cost.Points == 0 {
		t.Errorf("cost %+v, the server counts %d and %d points", host.Cost, s.Requests(), s.Points())
	}
}
