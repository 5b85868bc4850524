package checks_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/casetest"
	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/collect/github"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

// accessChecks are those of the access family that rest on the host, and the halves
// of others that it settles.
var accessChecks = []string{
	"mfa-not-required", "member-without-mfa", "outside-collaborator-without-mfa", "insecure-mfa-method", "too-many-owners",
	"write-by-default-token", "stale-secret", "writable-deploy-key", "stale-deploy-key", "insecure-webhook",
	"any-action-allowed", "fork-run-without-approval", "short-log-retention", "secret-scanning-off",
	"impostor-commit", "misleading-pin-comment", "mutable-release",
	"excessive-workflow-permissions", "secret-outside-environment", "persistent-runner", "no-security-policy",
}

// The commits of the action that the repository uses.
var (
	released = githubtest.SHA("actions/checkout v4.2.2")
	stray    = githubtest.SHA("of a fork of actions/checkout")
)

// accessFiles are the workflows that the host has something to say of.
func accessFiles(pin, comment string) map[string]string {
	return map[string]string{
		"README.md": "# tool\n",
		".github/workflows/ci.yml": fmt.Sprintf(`on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@%s # %s
      - run: make
`, pin, comment),
		".github/workflows/release.yml": `on:
  push:
    tags: [v*]
permissions: {contents: read}
jobs:
  publish:
    runs-on: ubuntu-24.04
    environment: release
    steps:
      - uses: docker/login-action@v3
        with:
          username: acme
          password: ${{ secrets.HUB_TOKEN }}
      - uses: docker/build-push-action@v6
        with:
          push: true
  site:
    runs-on: ubuntu-24.04
    permissions: {contents: write}
    steps:
      - run: gh release create "$GITHUB_REF_NAME"
`,
	}
}

// access is a world in which all that the access family looks at is as it should be.
type access struct {
	world *githubtest.World
	org   *githubtest.Organisation
	repo  *githubtest.Repository
	// pin and comment are what the workflow uses an action by.
	pin, comment string
}

func accessWorld() *access {
	fresh := casetest.Now.AddDate(0, -1, 0)
	world := &githubtest.World{
		Organisations: []githubtest.Organisation{{
			Login: "acme", SAML: true, RequireMFA: true, Outside: []githubtest.Member{{Login: "eve"}},
			Members: []githubtest.Member{{Login: "ada", Owner: true}, {Login: "dot", Owner: true}, {Login: "bob"}},
			Secrets: []githubtest.Secret{{Name: "SHARED", Created: fresh, Updated: fresh}},
		}},
		Repositories: []githubtest.Repository{
			{
				Owner: "acme", Name: "tool",
				Environments: []githubtest.Environment{{Name: "release", Reviewers: []string{"ada"}, Secrets: []githubtest.Secret{{Name: "HUB_TOKEN", Created: fresh, Updated: fresh}}}},
				Secrets:      []githubtest.Secret{{Name: "CODECOV", Created: fresh, Updated: fresh}},
				DeployKeys:   []githubtest.DeployKey{{ID: 1, Title: "mirror", Created: fresh, LastUsed: fresh}},
				Hooks:        []githubtest.Hook{{ID: 1, URL: "https://hooks.example.com/a", Secret: true}},
				Actions:      githubtest.Actions{Allowed: "selected", GitHubAllowed: true, SHAPinning: true, ForkApproval: "all_external_contributors", LogDays: 90},
				Security:     githubtest.Security{SecretScanning: true, PushProtection: true, Policy: true, ImmutableReleases: true},
			},
			{
				Owner: "actions", Name: "checkout", Strays: []string{stray},
				Commits: []githubtest.Commit{{SHA: released}}, Tags: []githubtest.Tag{{Name: "v4.2.2", Commit: released}, {Name: "v4", Commit: released}},
			},
		},
	}
	return &access{world: world, org: &world.Organisations[0], repo: &world.Repositories[0], pin: released, comment: "v4.2.2"}
}

// judged asks the checks of what a token is told of the world.
func (a *access) judged(t *testing.T, token func(*githubtest.Server) string, job bool) map[string]audit.Result {
	t.Helper()
	s := githubtest.Serve(t, *a.world)
	root := t.TempDir()
	for name, content := range accessFiles(a.pin, a.comment) {
		target := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	seen, err := checkout.Collect(t.Context(), root, checkout.Options{Now: casetest.Now})
	if err != nil {
		t.Fatal(err)
	}
	seen.Target = evidence.Target{Name: "acme/tool", Remote: "https://github.com/acme/tool"}
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	err = github.Collect(ctx, seen, github.Options{
		Client: web.New(web.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, Retries: -1}),
		API:    s.URL, Token: token(s), JobToken: job, Owner: a.repo.Owner, Name: a.repo.Name,
		Environments: []string{"release"}, Now: func() time.Time { return casetest.Now },
	})
	if err != nil {
		t.Fatalf("collect: %v", err)
	}
	results := make(map[string]audit.Result)
	for _, id := range accessChecks {
		results[id] = audit.Run([]*audit.Check{checks.Find(id)}, seen)[0]
	}
	return results
}

// grade is an outcome in one word, a failure by its worst severity.
func grade(r audit.Result) string {
	worst := audit.Unset
	for _, f := range r.Findings {
		worst = max(worst, f.Severity)
	}
	if worst != audit.Unset {
		return worst.String()
	}
	return map[audit.Outcome]string{audit.Passed: "passed", audit.NotAssessed: "open", audit.NotApplicable: "none"}[r.Outcome]
}

func ofAnOwner(s *githubtest.Server) string { return s.Token(githubtest.Classic) }

// Each row changes one thing of a world that is as it should be, and only the checks
// that it names say so.
func TestAccessByWhatTheHostSays(t *testing.T) {
	old := casetest.Now.AddDate(-2, 0, 0)
	for _, row := range []struct {
		name   string
		change func(*access)
		want   map[string]string
	}{
		{"as it should be", func(*access) {}, nil},
		{"no MFA rule", func(a *access) { a.org.RequireMFA = false }, map[string]string{"mfa-not-required": "high"}},
		{"MFA rule left out", func(a *access) { a.org.UnknownMFA = true }, map[string]string{"mfa-not-required": "open"}},
		{"member without MFA", func(a *access) { a.org.Members[2].MFA = githubtest.NoMFA }, map[string]string{"member-without-mfa": "high"}},
		{"outsider without MFA", func(a *access) { a.org.Outside[0].MFA = githubtest.NoMFA }, map[string]string{"outside-collaborator-without-mfa": "high"}},
		{"member with text messages", func(a *access) { a.org.Members[2].MFA = githubtest.InsecureMFA }, map[string]string{"insecure-mfa-method": "medium"}},
		{"outsider with text messages", func(a *access) { a.org.Outside[0].MFA = githubtest.InsecureMFA }, map[string]string{"insecure-mfa-method": "medium"}},
		{"six owners", func(a *access) {
			for _, login := range []string{"o1", "o2", "o3", "o4"} {
				a.org.Members = append(a.org.Members, githubtest.Member{Login: login, Owner: true})
			}
		}, map[string]string{"too-many-owners": "low"}},
		{"one owner", func(a *access) { a.org.Members[1].Owner = false }, map[string]string{"too-many-owners": "note"}},
		{"writing token", func(a *access) { a.repo.Actions.WriteToken = true }, map[string]string{"write-by-default-token": "medium", "excessive-workflow-permissions": "high"}},
		{"old secret of the repository", func(a *access) { a.repo.Secrets[0].Updated = old }, map[string]string{"stale-secret": "medium"}},
		{"old secret of the organisation", func(a *access) { a.org.Secrets[0].Updated = old }, map[string]string{"stale-secret": "medium"}},
		{"old secret of the environment", func(a *access) { a.repo.Environments[0].Secrets[0].Updated = old }, map[string]string{"stale-secret": "medium"}},
		{"old secret of Dependabot", func(a *access) {
			a.repo.DependabotSecrets = []githubtest.Secret{{Name: "READ", Created: old, Updated: old}}
		}, map[string]string{"stale-secret": "medium"}},
		{"secret outside too", func(a *access) { a.repo.Secrets[0].Name = "HUB_TOKEN" }, map[string]string{"secret-outside-environment": "medium"}},
		{"organisation has it too", func(a *access) { a.org.Secrets[0].Name = "HUB_TOKEN" }, map[string]string{"secret-outside-environment": "medium"}},
		{"open environment", func(a *access) { a.repo.Environments[0].Reviewers = nil }, map[string]string{"secret-outside-environment": "medium"}},
		{"bound environment", func(a *access) {
			a.repo.Environments[0].Reviewers, a.repo.Environments[0].TagPatterns = nil, []string{"v*"}
		}, nil},
		{"writing deploy key", func(a *access) { a.repo.DeployKeys[0].CanWrite = true }, map[string]string{"writable-deploy-key": "medium"}},
		{"old deploy key", func(a *access) { a.repo.DeployKeys[0].Created = old }, map[string]string{"stale-deploy-key": "low"}},
		{"webhook over http", func(a *access) { a.repo.Hooks[0].URL = "http://hooks.example.com/a" }, map[string]string{"insecure-webhook": "medium"}},
		{"webhook unverified", func(a *access) { a.repo.Hooks[0].Insecure = true }, map[string]string{"insecure-webhook": "medium"}},
		{"webhook without secret", func(a *access) { a.repo.Hooks[0].Secret = false }, map[string]string{"insecure-webhook": "medium"}},
		{"webhook of the organisation", func(a *access) { a.org.Hooks = []githubtest.Hook{{ID: 2, URL: "https://h.example.com"}} }, map[string]string{"insecure-webhook": "medium"}},
		{"webhook switched off", func(a *access) { a.repo.Hooks[0].Secret, a.repo.Hooks[0].Inactive = false, true }, nil},
		{"any action", func(a *access) { a.repo.Actions.Allowed, a.repo.Actions.SHAPinning = "all", false }, map[string]string{"any-action-allowed": "low"}},
		{"any action by its SHA", func(a *access) { a.repo.Actions.Allowed = "all" }, nil},
		{"listed actions", func(a *access) { a.repo.Actions.SHAPinning = false }, nil},
		{"approval of new accounts", func(a *access) { a.repo.Actions.ForkApproval = "first_time_contributors_new_to_github" }, map[string]string{"fork-run-without-approval": "medium"}},
		{"approval of newcomers", func(a *access) { a.repo.Actions.ForkApproval = "first_time_contributors" }, map[string]string{"fork-run-without-approval": "low"}},
		{"logs for a week", func(a *access) { a.repo.Actions.LogDays = 7 }, map[string]string{"short-log-retention": "low"}},
		{"no Actions", func(a *access) { a.repo.Actions.Disabled = true }, map[string]string{
			"write-by-default-token": "none", "any-action-allowed": "none", "fork-run-without-approval": "none", "short-log-retention": "none",
		}},
		{"no scanning", func(a *access) { a.repo.Security.SecretScanning, a.repo.Security.PushProtection = false, false }, map[string]string{"secret-scanning-off": "medium"}},
		{"no push protection", func(a *access) { a.repo.Security.PushProtection = false }, map[string]string{"secret-scanning-off": "medium"}},
		{"commit of a fork", func(a *access) { a.pin, a.comment = stray, "checkout" }, map[string]string{"impostor-commit": "critical", "misleading-pin-comment": "none"}},
		{"commit of nobody", func(a *access) { a.pin, a.comment = githubtest.SHA("nothing"), "checkout" }, map[string]string{"impostor-commit": "medium", "misleading-pin-comment": "none"}},
		{"wrong comment", func(a *access) { a.comment = "v4.3.0" }, map[string]string{"misleading-pin-comment": "medium"}},
		{"line of versions", func(a *access) { a.comment = "tag=v4" }, nil},
		{"mutable releases", func(a *access) { a.repo.Security.ImmutableReleases = false }, map[string]string{"mutable-release": "medium"}},
		{"organisation holds releases", func(a *access) {
			a.repo.Security.ImmutableReleases, a.org.ImmutableReleases = false, "all"
		}, nil},
		{"machine that stays", func(a *access) { a.repo.Runners = []githubtest.Runner{{ID: 1, Name: "big", Labels: []string{"big"}}} }, map[string]string{"persistent-runner": "medium"}},
		{"machine that goes", func(a *access) {
			a.repo.Runners = []githubtest.Runner{{ID: 1, Name: "big", Labels: []string{"big"}, Ephemeral: true}}
		}, nil},
		{"no policy", func(a *access) { a.repo.Security.Policy = false }, map[string]string{"no-security-policy": "low"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := accessWorld()
			row.change(a)
			for id, result := range a.judged(t, ofAnOwner, false) {
				want := row.want[id]
				if want == "" {
					want = "passed"
				}
				if got := grade(result); got != want {
					t.Errorf("%s: %s, want %s: %q", id, got, want, casetest.Say(result))
				}
			}
		})
	}
}

// What a token is refused is never as it should be, and never a defect.
func TestAccessThatIsRefused(t *testing.T) {
	closed := []string{
		"mfa-not-required", "member-without-mfa", "outside-collaborator-without-mfa", "insecure-mfa-method", "too-many-owners",
		"write-by-default-token", "stale-secret", "writable-deploy-key", "stale-deploy-key", "insecure-webhook",
		"any-action-allowed", "fork-run-without-approval", "short-log-retention", "secret-scanning-off", "secret-outside-environment",
	}
	for _, row := range []struct {
		name  string
		token func(*githubtest.Server) string
		job   bool
		open  []string
	}{
		{"job", func(s *githubtest.Server) string { return s.Token(githubtest.Job) }, true, closed},
		{"nobody", func(*githubtest.Server) string { return "" }, false, append([]string{"impostor-commit", "misleading-pin-comment"}, closed...)},
		{"a stranger", func(s *githubtest.Server) string { return s.Token(githubtest.Classic, githubtest.As("zoe")) }, false, closed},
		{"owner without single sign-on", func(s *githubtest.Server) string { return s.Token(githubtest.Classic, githubtest.Unauthorised("acme")) }, false, closed[:5]},
		{"fine-grained without rights", func(s *githubtest.Server) string { return s.Token(githubtest.FineGrained) }, false, closed},
		{"app that reads settings", func(s *githubtest.Server) string {
			return s.Token(githubtest.Installation, githubtest.Can("administration:read", "contents:read", "actions:read"))
		}, false, []string{"stale-secret", "insecure-webhook", "secret-outside-environment"}},
		{"one level of secrets missing", func(s *githubtest.Server) string {
			return s.Token(githubtest.Installation, githubtest.Can("administration:read", "contents:read", "actions:read", "secrets:read", "environments:read"))
		}, false, []string{"stale-secret"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			results := accessWorld().judged(t, row.token, row.job)
			for _, id := range row.open {
				if got := grade(results[id]); got != "open" {
					t.Errorf("%s: %s, want open: %q", id, got, casetest.Say(results[id]))
				}
			}
			for id, result := range results {
				if result.Outcome == audit.Failed && id != "excessive-workflow-permissions" && id != "no-security-policy" {
					t.Errorf("%s fails where everything is as it should be: %q", id, casetest.Say(result))
				}
				for _, d := range result.Doubts {
					if d.Reason == "" {
						t.Errorf("%s: a doubt about %s without a reason", id, d.Subject)
					}
				}
			}
		})
	}
}
