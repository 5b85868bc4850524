package checks_test

import (
	"time"

	"github.com/sealvet/sealvet/internal/githubtest"
)

// bypassing lets somebody go past the rules of the branch.
func bypassing(actors ...githubtest.BypassActor) func(*acme) {
	return func(w *acme) { w.main.Bypass = actors }
}

// bypassSettings are about who may go past the rules.
var bypassSettings = []setting{
	{name: "a role may always bypass", change: bypassing(githubtest.BypassActor{Type: "RepositoryRole", ID: 5}), want: "protection-bypass-allowed=high"},
	{name: "a team may bypass by pull request", change: bypassing(githubtest.BypassActor{Type: "Team", ID: 9, Name: "core", Mode: "pull_request"}), want: "protection-bypass-allowed=medium"},
	{name: "an app is exempt", change: bypassing(githubtest.BypassActor{Type: "Integration", ID: 7, Mode: "exempt"}), want: "protection-bypass-allowed=high"},
	{name: "owners of the organisation may bypass", change: bypassing(githubtest.BypassActor{Type: "OrganizationAdmin"}), want: "protection-bypass-allowed=high"},
	{name: "deploy keys may bypass", change: bypassing(githubtest.BypassActor{Type: "DeployKey"}), want: "protection-bypass-allowed=high"},
	{name: "one may bypass by pull request, another always", change: bypassing(
		githubtest.BypassActor{Type: "RepositoryRole", ID: 2, Mode: "pull_request"}, githubtest.BypassActor{Type: "RepositoryRole", ID: 5}),
		want: "protection-bypass-allowed=high"},
	{name: "somebody may bypass the organisation's rules", change: func(w *acme) {
		w.org.Rulesets = []githubtest.Ruleset{{ID: 21, Name: "base", Rules: githubtest.Rules("deletion"), Bypass: []githubtest.BypassActor{{Type: "Team", ID: 9}}}}
	}, want: "protection-bypass-allowed=high"},
	{name: "somebody may bypass rules that are not in force", change: func(w *acme) {
		w.repo.Rulesets = append(w.repo.Rulesets, githubtest.Ruleset{ID: 3, Name: "trial", Enforcement: "evaluate", Rules: githubtest.Rules("deletion"), Bypass: []githubtest.BypassActor{{Type: "RepositoryRole", ID: 5}}})
	}, want: "ruleset-not-enforced=medium"},
	{name: "somebody may bypass the rules of another branch", change: func(w *acme) {
		w.repo.Rulesets = append(w.repo.Rulesets, githubtest.Ruleset{ID: 3, Name: "topics", Include: []string{"refs/heads/topic/**"}, Rules: githubtest.Rules("deletion"), Bypass: []githubtest.BypassActor{{Type: "RepositoryRole", ID: 5}}})
	}},
	{name: "somebody may bypass the rules of the tags", change: func(w *acme) { w.tags.Bypass = []githubtest.BypassActor{{Type: "RepositoryRole", ID: 5}} },
		want: "protection-bypass-allowed=high"},
	{name: "classic protection and a ruleset, and administrators past one of them", change: func(w *acme) {
		w.classic(func(p *githubtest.Protection) { p.Admins = false })
	}, want: "protection-bypass-allowed=high"},
}

// tagSettings are about the tags of releases.
var tagSettings = []setting{
	{name: "no ruleset of tags", change: (*acme).dropTags, want: "mutable-release-tags=high"},
	{name: "no ruleset of tags, and immutable releases", change: func(w *acme) { w.dropTags(); w.repo.Security.ImmutableReleases = true }},
	{name: "no ruleset of tags, and the organisation wants immutable releases", change: func(w *acme) { w.dropTags(); w.org.ImmutableReleases = "all" }},
	{name: "tags may be moved", change: func(w *acme) { without(w.tags, "update") }, want: "mutable-release-tags=high"},
	{name: "tags may be deleted", change: func(w *acme) { without(w.tags, "deletion") }, want: "mutable-release-tags=high"},
	{name: "tags may not be force-pushed, and may be moved", change: func(w *acme) { w.tags.Rules = githubtest.Rules("non_fast_forward", "deletion") }, want: "mutable-release-tags=high"},
	{name: "the rules of tags are only evaluated", change: func(w *acme) { w.tags.Enforcement = "evaluate" }, want: "mutable-release-tags=high ruleset-not-enforced=medium"},
	{name: "the rules of tags are evaluated, and releases immutable", change: func(w *acme) {
		w.tags.Enforcement, w.repo.Security.ImmutableReleases = "evaluate", true
	}, want: "ruleset-not-enforced=medium"},
	{name: "the organisation locks all tags", change: func(w *acme) {
		w.dropTags()
		w.org.Rulesets = []githubtest.Ruleset{{ID: 21, Name: "tags", Target: "tag", Rules: githubtest.Rules("update", "deletion")}}
	}},
	{name: "one ruleset keeps tags from moving, another from being deleted", change: func(w *acme) {
		without(w.tags, "update")
		w.org.Rulesets = []githubtest.Ruleset{{ID: 21, Name: "tags", Target: "tag", Rules: githubtest.Rules("update")}}
	}},
	{name: "the rules of tags leave some out", change: func(w *acme) { w.tags.Exclude = []string{"refs/tags/*-rc.*"} }, want: "mutable-release-tags=high"},
	{name: "the rules of tags are for others", change: func(w *acme) { w.tags.Include = []string{"refs/tags/nightly-*"} }, want: "mutable-release-tags=high"},
	{name: "releases have tags of another form, which are locked", change: func(w *acme) {
		w.tags.Include = []string{"refs/tags/tool-*"}
		w.repo.Tags = []githubtest.Tag{{Name: "tool-1.2.0"}}
		w.repo.Releases = []githubtest.Release{{Tag: "tool-1.2.0", Immutable: true, Published: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}}
		w.repo.Security.ImmutableReleases = true
	}, want: "mutable-release=passed"},
}

// releaseSettings are about environments and what workflows may do.
var releaseSettings = []setting{
	{name: "the environment asks for nobody", change: func(w *acme) { w.repo.Environments[0].Reviewers = nil }, want: "release-without-second-person=high"},
	{name: "the environment lets one approve one's own run", change: func(w *acme) { w.repo.Environments[0].PreventSelfReview = false }, want: "release-without-second-person=high"},
	{name: "administrators may go past the environment", change: func(w *acme) { w.repo.Environments[0].NoAdminBypass = false }, want: "release-without-second-person=medium"},
	{name: "the environment was never set up", change: func(w *acme) { w.repo.Environments[0].Name = "staging" }, want: "release-without-second-person=high"},
	{name: "the environment is written otherwise", change: func(w *acme) { w.repo.Environments[0].Name = "Release" }},
	{name: "workflows may approve", change: func(w *acme) { w.repo.Actions.MayApprove = true }, want: "bot-approval-counts=medium"},
	{name: "the host does not know an owner", change: func(w *acme) {
		w.repo.OwnerErrors = []githubtest.OwnerError{{Kind: "Unknown owner", Path: ".github/CODEOWNERS", Line: 1}}
	}, want: "broken-codeowners=low"},
	{name: "the organisation does not demand a second factor", change: func(w *acme) { w.org.RequireMFA = false }, want: "mfa-not-required=high"},
	{name: "a member has no second factor", change: func(w *acme) { w.org.Members[2].MFA = githubtest.NoMFA }, want: "member-without-mfa=high"},
	{name: "every action is allowed", change: func(w *acme) { w.repo.Actions.Allowed, w.repo.Actions.SHAPinning = "", false }, want: "any-action-allowed=low"},
	{name: "a deploy key may write", change: func(w *acme) {
		w.repo.DeployKeys = []githubtest.DeployKey{{Title: "deploy", CanWrite: true, Created: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), LastUsed: time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC)}}
	}, want: "writable-deploy-key=medium"},
	{name: "a secret was never renewed", change: func(w *acme) {
		w.repo.Secrets = []githubtest.Secret{{Name: "NPM_TOKEN", Created: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), Updated: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)}}
	}, want: "stale-secret=medium"},
}
