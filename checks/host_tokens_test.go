package checks_test

import (
	"flag"
	"slices"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

// weak are tokens that are told less than an owner's.
var weak = []asker{
	{"job", func(s *githubtest.Server) string { return s.Token(githubtest.Job) }, true},
	{"none", func(s *githubtest.Server) string { return s.Token(githubtest.Anonymous) }, false},
	{"classic of a member who may write", func(s *githubtest.Server) string {
		return s.Token(githubtest.Classic, githubtest.As("carl"), githubtest.Scopes("repo"))
	}, false},
	{"classic without scopes", func(s *githubtest.Server) string { return s.Token(githubtest.Classic, githubtest.Scopes()) }, false},
	{"classic without single sign-on", func(s *githubtest.Server) string { return s.Token(githubtest.Classic, githubtest.Unauthorised("acme")) }, false},
	{"fine-grained with metadata", func(s *githubtest.Server) string { return s.Token(githubtest.FineGrained) }, false},
	{"fine-grained that reads administration", func(s *githubtest.Server) string {
		return s.Token(githubtest.FineGrained, githubtest.Can("contents:read", "pull_requests:read", "actions:read", "administration:read"))
	}, false},
	{"app that reads everything", func(s *githubtest.Server) string {
		return s.Token(githubtest.Installation, githubtest.Can("contents:read", "pull_requests:read", "actions:read", "administration:read", "secrets:read",
			"environments:read", "dependabot_secrets:read", "repository_hooks:read", "members:read", "organization_administration:read",
			"organization_hooks:read", "organization_self_hosted_runners:read", "organization_secrets:read"))
	}, false},
	{"app that writes administration", func(s *githubtest.Server) string {
		return s.Token(githubtest.Installation, githubtest.Can("contents:read", "pull_requests:read", "actions:read", "administration:write"))
	}, false},
}

// What a token is not told never makes a pass, nor a finding: with less rights a check
// comes to what an owner's token comes to, or it is open.
func TestRefusedEvidenceDecidesNothing(t *testing.T) {
	table := slices.Concat(ruleSettings, classicSettings, bypassSettings, tagSettings, historySettings, releaseSettings, kindSettings)
	if testing.Short() {
		table = table[:2]
	}
	for i, row := range table {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			told := judged(t, row.world(), owner, row.policy)
			for _, by := range askersOf(i) {
				w := row.world()
				w.org.SAML = by.name == "classic without single sign-on"
				for id, r := range judged(t, w, by, row.policy) {
					less, more := outcomeOf(r), outcomeOf(told[id])
					if less != "open" && less != more && !lessSevere(id, less, more) {
						t.Errorf("%s is %s with the token %s, and %s with an owner's: %v", id, less, by.name, more, r.Findings)
					}
				}
			}
		})
	}
}

var everyToken = flag.Bool("every-token", false, "try every setting with every kind of token, which takes a minute")

// askersOf are a job, nobody, and one of the others in turn; or all of them.
func askersOf(row int) []asker {
	if *everyToken {
		return weak
	}
	return append(weak[:2:2], weak[2+row%(len(weak)-2)])
}

// lessSevere lets a finding be all that a token was told of several.
func lessSevere(id, less, more string) bool {
	return id == "protection-bypass-allowed" && less == "medium" && more == "high"
}

// An owner's token decides everything in a hardened repository; what stays open to others
// is what they lack the right for.
func TestWhatEachTokenCanDecide(t *testing.T) {
	for _, by := range weak {
		t.Run(by.name, func(t *testing.T) {
			t.Parallel()
			w := hardened()
			w.org.SAML = by.name == "classic without single sign-on"
			var open []string
			for id, r := range judged(t, w, by, evidence.Settings{}) {
				if outcomeOf(r) == "open" {
					open = append(open, id)
				}
			}
			slices.Sort(open)
			want := slices.Concat(openTo[by.name]...)
			slices.Sort(want)
			if !slices.Equal(open, want) {
				t.Errorf("open are %q\nwant %q", open, want)
			}
		})
	}
}

// The checks of the host, by the right that they take of a public repository.
var (
	byReading    = []string{"direct-push", "overdue-key-rotation", "unreviewed-change"} // GraphQL wants a token
	byReadAdmin  = []string{"any-action-allowed", "bot-approval-counts", "fork-run-without-approval", "secret-scanning-off", "short-log-retention", "stale-deploy-key", "writable-deploy-key", "write-by-default-token"}
	byWriteAdmin = []string{"protection-bypass-allowed"}
	bySecrets    = []string{"stale-secret"}
	byHooks      = []string{"insecure-webhook"}
	byOwning     = []string{"insecure-mfa-method", "member-without-mfa", "mfa-not-required", "outside-collaborator-without-mfa", "too-many-owners"}
	byNothing    = []string{
		"branch-deletion-allowed", "broken-codeowners", "code-owner-review-not-required", "force-push-allowed", "impostor-commit", "last-pusher-can-approve",
		"misleading-pin-comment", "mutable-release", "mutable-release-tags", "release-without-second-person", "review-not-required", "ruleset-not-enforced",
		"signature-not-required", "stale-approval-counts", "status-checks-not-required", "unprotected-branch",
	}
)

// openTo are the checks that a token leaves open in a hardened public repository.
var openTo = map[string][][]string{
	"job":                                    {byReadAdmin, byWriteAdmin, bySecrets, byHooks, byOwning},
	"none":                                   {byReading, byReadAdmin, byWriteAdmin, bySecrets, byHooks, byOwning},
	"classic of a member who may write":      {byReadAdmin, byWriteAdmin, byHooks, byOwning},
	"classic without scopes":                 {byReadAdmin, byWriteAdmin, bySecrets, byHooks, byOwning},
	"classic without single sign-on":         {byNothing, byReading, byReadAdmin, byWriteAdmin, bySecrets, byHooks, byOwning},
	"fine-grained with metadata":             {byReadAdmin, byWriteAdmin, bySecrets, byHooks, byOwning},
	"fine-grained that reads administration": {byWriteAdmin, bySecrets, byHooks, byOwning},
	"app that reads everything":              {byWriteAdmin},
	"app that writes administration":         {bySecrets, byHooks, byOwning},
}

// What every release says of itself needs no right: the newest one tells whether tags are locked.
func TestTheNewestReleaseTellsEverybody(t *testing.T) {
	for _, immutable := range []bool{false, true} {
		w := hardened()
		w.dropTags()
		w.repo.Tags = []githubtest.Tag{{Name: "v1.2.0"}}
		w.repo.Releases = []githubtest.Release{{Tag: "v1.2.0", Immutable: immutable, Published: may}}
		want := map[bool]string{false: "high", true: "passed"}[immutable]
		if r := judged(t, w, weak[0], evidence.Settings{})["mutable-release-tags"]; outcomeOf(r) != want {
			t.Errorf("immutable %v: %s, want %s: %v", immutable, outcomeOf(r), want, r.Doubts)
		}
	}
}
