package checks_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
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

// tree is the repository whose settings are judged: it has owners, and a job that
// publishes in an environment.
var tree = map[string]string{
	".github/CODEOWNERS": "* @acme/core\n",
	".github/workflows/release.yml": `on:
  push:
    tags: [v*]
permissions: {}
jobs:
  publish:
    runs-on: ubuntu-24.04
    environment: release
    permissions: {id-token: write}
    steps:
      - run: npm publish --provenance
`,
}

// acme is the world of a setting, with its one organisation and its one repository.
type acme struct {
	world *githubtest.World
	org   *githubtest.Organisation
	repo  *githubtest.Repository
	main  *githubtest.Ruleset // of the branch, and
	tags  *githubtest.Ruleset // of the tags, where it is hardened
}

func worldOf(org githubtest.Organisation, repo githubtest.Repository) *acme {
	w := &acme{world: &githubtest.World{Organisations: []githubtest.Organisation{org}, Repositories: []githubtest.Repository{repo}}}
	w.org, w.repo = &w.world.Organisations[0], &w.world.Repositories[0]
	return w
}

func members() []githubtest.Member {
	return []githubtest.Member{{Login: "ada", Owner: true}, {Login: "dot", Owner: true}, {Login: "bob"}, {Login: "carl"}}
}

// fresh is a repository as it is made: public, and nothing set.
func fresh() *acme {
	w := worldOf(githubtest.Organisation{Login: "acme", Members: members()}, githubtest.Repository{Owner: "acme", Name: "tool"})
	w.repo.Collaborators = writers()
	w.repo.Push(githubtest.Commit{Author: ada}, githubtest.Commit{Author: ada})
	return w
}

var (
	ada  = githubtest.Person{Login: "ada", Email: "ada@example.com"}
	bob  = githubtest.Person{Login: "bob", Email: "bob@example.com"}
	carl = githubtest.Person{Login: "carl", Email: "carl@example.com"}
)

func writers() map[string]string {
	return map[string]string{"ada": "admin", "bob": "write", "carl": "write", "eve": "read"}
}

// hardened is a repository of which every check finds that it is as it should be, to
// those who may see everything.
func hardened() *acme {
	w := worldOf(
		githubtest.Organisation{Login: "acme", RequireMFA: true, Members: members()},
		githubtest.Repository{
			Owner: "acme", Name: "tool", Collaborators: writers(),
			Rulesets: []githubtest.Ruleset{
				{ID: 1, Name: "main", Rules: append(githubtest.Rules("deletion", "non_fast_forward", "required_signatures"), strictReview(1), githubtest.StatusRule(true, "test"))},
				{ID: 2, Name: "tags", Target: "tag", Include: []string{"refs/tags/v*"}, Rules: githubtest.Rules("update", "deletion")},
			},
			Environments: []githubtest.Environment{{Name: "release", Reviewers: []string{"team/core"}, PreventSelfReview: true, NoAdminBypass: true}},
			Actions:      githubtest.Actions{Allowed: "selected", GitHubAllowed: true, SHAPinning: true, ForkApproval: "all_external_contributors", LogDays: 90},
			Security:     githubtest.Security{SecretScanning: true, PushProtection: true, Alerts: true, PrivateReports: true, Policy: true},
		})
	w.main, w.tags = &w.repo.Rulesets[0], &w.repo.Rulesets[1]
	for range 3 {
		w.repo.Merge(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "bob"}}})
	}
	return w
}

// strictReview asks for reviews by owners that no later push survives.
func strictReview(approvals int, more ...any) githubtest.Rule {
	return githubtest.ReviewRule(approvals, append([]any{"dismiss_stale_reviews_on_push", true, "require_last_push_approval", true, "require_code_owner_review", true}, more...)...)
}

// without takes rules out of a ruleset.
func without(r *githubtest.Ruleset, types ...string) {
	r.Rules = slices.DeleteFunc(r.Rules, func(rule githubtest.Rule) bool { return slices.Contains(types, rule.Type) })
}

// reviewed puts another rule of reviews into a ruleset.
func reviewed(r *githubtest.Ruleset, rule githubtest.Rule) {
	without(r, "pull_request")
	r.Rules = append(r.Rules, rule)
}

// classic takes the rules of the branch away, and protects it by the older means.
func (w *acme) classic(change func(*githubtest.Protection)) {
	one := 1
	p := &githubtest.Protection{
		Approvals: &one, DismissStale: true, CodeOwners: true, LastPush: true, Admins: true, Signatures: true, StatusChecks: []string{"test"}, Strict: true,
	}
	change(p)
	w.repo.Protection = map[string]*githubtest.Protection{"main": p}
}

func (w *acme) dropMain() { w.repo.Rulesets = w.repo.Rulesets[1:] }
func (w *acme) dropTags() { w.repo.Rulesets = w.repo.Rulesets[:1] }

// history puts one pull request in the place of the whole history.
func (w *acme) history(p githubtest.PullRequest) {
	w.repo.Commits, w.repo.PullRequests = nil, nil
	w.repo.Push(githubtest.Commit{Author: ada}) // the first commit of all
	w.repo.Merge(p)
}

// asker is a kind of token, and what the person behind it is told.
type asker struct {
	name  string
	token func(*githubtest.Server) string
	job   bool
}

var owner = asker{"owner", func(s *githubtest.Server) string { return s.Token(githubtest.Classic) }, false}

// hostChecks are those that rest on what the host says, in whole or in half.
func hostChecks() []*audit.Check {
	var register []*audit.Check
	for _, check := range checks.All {
		if check.Source == audit.FromHost || check.ID == "bot-approval-counts" || check.ID == "broken-codeowners" {
			register = append(register, check)
		}
	}
	return register
}

// judged collects a world with a token, and asks every check of the host.
func judged(t *testing.T, w *acme, by asker, settings evidence.Settings) map[string]audit.Result {
	t.Helper()
	s := githubtest.Serve(t, *w.world)
	root := t.TempDir()
	for name, content := range tree {
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
	seen.Settings = settings
	options := github.Options{
		Client: web.New(web.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, Retries: -1}),
		API:    s.URL, Token: by.token(s), JobToken: by.job, Owner: w.repo.Owner, Name: w.repo.Name,
		Environments: []string{"release"}, SignerKeys: true, Now: func() time.Time { return casetest.Now },
	}
	for _, name := range settings.Branches.Release {
		options.Branches = append(options.Branches, github.WantedBranch{Name: name, Role: "release"})
	}
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	if err := github.Collect(ctx, seen, options); err != nil {
		t.Fatalf("collect: %v", err)
	}
	results := make(map[string]audit.Result)
	for _, r := range audit.Run(hostChecks(), seen) {
		results[r.Check.ID] = r
	}
	return results
}

// outcomeOf is an outcome in one word, a failure with its worst severity.
func outcomeOf(r audit.Result) string {
	switch r.Outcome {
	case audit.Passed:
		return "passed"
	case audit.NotAssessed:
		return "open"
	case audit.NotApplicable:
		return "none"
	}
	worst := audit.Unset
	for _, f := range r.Findings {
		worst = max(worst, f.Severity)
	}
	return worst.String()
}
