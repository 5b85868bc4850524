package githubtest_test

import (
	"time"

	gh "github.com/sealvet/sealvet/internal/githubtest"
)

func count(n int) *int { return &n }

// full has something of everything.
func full() gh.World {
	tool := gh.Repository{
		Owner: "acme", Name: "tool", Renamed: []string{"acme/old-tool"}, Collaborators: map[string]string{"guest": "write", "reader": "read"},
		Protection: map[string]*gh.Protection{"main": {
			Approvals: count(1), LastPush: true, BypassReview: []string{"ada", "team/core", "app/robot"}, StatusChecks: []string{"test"}, Strict: true,
			Signatures: true, RestrictPush: true, PushAllowed: []string{"team/core", "bob", "app/robot"}, Admins: true,
		}},
		Rulesets: []gh.Ruleset{
			{ID: 11, Name: "main", Rules: []gh.Rule{gh.ReviewRule(2, "require_last_push_approval", true), gh.StatusRule(true, "test"), {Type: "deletion"}}, Bypass: []gh.BypassActor{{Type: "RepositoryRole", ID: 5}, {Type: "DeployKey"}}},
			{ID: 12, Name: "tags", Target: "tag", Include: []string{"refs/tags/v*"}, Rules: gh.Rules("update", "deletion")},
			{ID: 13, Name: "later", Enforcement: "evaluate", Rules: gh.Rules("required_signatures")},
		},
		Tags:              []gh.Tag{{Name: "v1.0.0", Annotated: true, Signature: &gh.Signature{State: "UNKNOWN_KEY"}}, {Name: "v0.9.0"}},
		Branches:          []gh.Branch{{Name: "release/1.0"}},
		Environments:      []gh.Environment{{Name: "pypi", Reviewers: []string{"ada", "team/core"}, PreventSelfReview: true, WaitMinutes: 5, Branches: []string{"main"}, TagPatterns: []string{"v*"}, Secrets: []gh.Secret{{Name: "UPLOAD"}}}, {Name: "open"}},
		Secrets:           []gh.Secret{{Name: "TOKEN", Updated: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)}},
		DependabotSecrets: []gh.Secret{{Name: "BOT"}},
		DeployKeys:        []gh.DeployKey{{Title: "deploy", CanWrite: true, LastUsed: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}},
		Hooks:             []gh.Hook{{URL: "http://hooks.example.com/a", Insecure: true}, {Secret: true}},
		Actions:           gh.Actions{Allowed: "selected", Patterns: []string{"acme/*"}, SHAPinning: true, ClaimKeys: []string{"repo", "ref"}, ImmutableSubject: true},
		Runners:           []gh.Runner{{Name: "box", Labels: []string{"gpu"}}},
		Releases:          []gh.Release{{Tag: "v1.0.0", Immutable: true, Assets: []gh.Asset{{Name: "tool.tar.gz"}, {Name: "old.zip", Undigested: true}}}, {Tag: "v2.0.0", Draft: true}},
		Attestations:      map[string][][]byte{"sha256:abc": {[]byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}`)}},
		Security:          gh.Security{SecretScanning: true, Alerts: true, Fixes: true, PrivateReports: true, ImmutableReleases: true},
		OwnerErrors:       []gh.OwnerError{{Kind: "Unknown owner", Line: 3}},
		Activity:          []gh.Activity{{Actor: "bob", Ref: "refs/heads/main", Kind: "force_push"}},
		RuleSuites:        []gh.RuleSuite{{Actor: "bob", Ref: "refs/heads/main", Result: "bypass"}},
		Files:             map[string]string{".github/CODEOWNERS": "* @acme/core\n"},
	}
	tool.Push(gh.Commit{Author: gh.Person{Login: "ada"}, CoAuthors: []gh.Person{{Login: "bob"}, {Name: "No One", Email: "no@example.com"}}, Signature: &gh.Signature{Kind: "ssh", Fingerprint: "abc", Signer: "ada"}})
	tool.Merge(gh.PullRequest{Author: "ada", MergedBy: "bob", Reviews: []gh.Review{{By: "bob"}, {By: "guest", State: "COMMENTED"}}})
	return gh.World{
		Organisations: []gh.Organisation{{
			Login: "acme", RequireMFA: true, Members: []gh.Member{{Login: "ada", Owner: true}, {Login: "bob", MFA: gh.NoMFA}, {Login: "cy", MFA: gh.InsecureMFA}},
			Outside: []gh.Member{{Login: "guest", MFA: gh.NoMFA}}, Actions: gh.Actions{Allowed: "selected"}, Secrets: []gh.Secret{{Name: "SHARED"}}, DependabotSecrets: []gh.Secret{{Name: "SHARED_BOT", Visibility: "private"}},
			Hooks: []gh.Hook{{URL: "https://hooks.example.com/o"}}, Rulesets: []gh.Ruleset{{ID: 21, Rules: gh.Rules("non_fast_forward"), Bypass: []gh.BypassActor{{Type: "OrganizationAdmin"}}}},
			RunnerGroups: []gh.RunnerGroup{{Name: "Default", Public: true, Default: true}}, Runners: []gh.Runner{{Name: "shared", Ephemeral: true}},
			PersonalTokens: []gh.PersonalToken{{Name: "for ever", Owner: "bob"}},
		}},
		Users: []gh.User{{Login: "ada", SigningKeys: []gh.Key{{Key: "ssh-ed25519 AAAA", Title: "laptop"}}, Keys: []gh.Key{{Key: "ssh-ed25519 BBBB"}}, GPGKeys: []gh.GPGKey{{KeyID: "ABCD", Emails: []string{"ada@example.com"}, Subkeys: []gh.GPGKey{{KeyID: "EF01"}}}}}},
		Repositories: []gh.Repository{tool, {
			Owner: "acme", Name: "hidden", Visibility: "private", Secrets: []gh.Secret{{Name: "DEEP"}}, Actions: gh.Actions{AccessLevel: "organization"},
		}, {Owner: "actions", Name: "checkout", Tags: []gh.Tag{{Name: "v4"}, {Name: "v4.1.0", Annotated: true}}, Strays: []string{gh.SHA("of a fork")}}, {Owner: "acme", Name: "empty", Empty: true}},
		Apps: []gh.App{{ID: 7, Account: "acme", Permissions: []string{"administration:read", "contents:read"}}},
	}
}
