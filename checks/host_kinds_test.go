package checks_test

import (
	"github.com/sealvet/sealvet/internal/githubtest"
)

// rulesOpen is what stays open where nothing is told of the rules of the branch.
const rulesOpen = `force-push-allowed=open branch-deletion-allowed=open status-checks-not-required=open signature-not-required=open
	review-not-required=open stale-approval-counts=open last-pusher-can-approve=open code-owner-review-not-required=open`

// kindSettings are about what kind of repository it is, and whose.
var kindSettings = []setting{
	{name: "a private repository", change: func(w *acme) { w.repo.Visibility = "private" }, want: "fork-run-without-approval=none"},
	{name: "an internal repository", change: func(w *acme) { w.repo.Visibility = "internal" }, want: "fork-run-without-approval=none"},
	{
		name: "a private repository without the plan for rules", start: fresh,
		change: func(w *acme) { w.org.Plan, w.repo.Visibility = "free", "private" },
		want:   rulesOpen + " ruleset-not-enforced=open mutable-release-tags=open fork-run-without-approval=none",
	},
	{name: "a repository with another default branch", change: func(w *acme) { w.repo.DefaultBranch = "trunk" }},
	{name: "a branch whose name has a slash", change: func(w *acme) { w.repo.DefaultBranch = "release/main" }},
	{
		name: "a repository without a commit", start: fresh, change: func(w *acme) { w.repo.Commits, w.repo.Empty = nil, true },
		want: rulesOpen + " unprotected-branch=open protection-bypass-allowed=open direct-push=none",
	},
	{name: "an archived repository", change: func(w *acme) { w.repo.Archived = true }},
	{name: "a renamed repository", change: func(w *acme) { w.repo.Renamed = []string{"acme/old"} }},
	{
		name: "a person's repository",
		change: func(w *acme) {
			w.world.Organisations = nil
			w.world.Users = []githubtest.User{{Login: "acme"}}
		},
		want: "mfa-not-required=open member-without-mfa=open outside-collaborator-without-mfa=open insecure-mfa-method=open too-many-owners=none",
	},
}
