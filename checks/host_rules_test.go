package checks_test

import (
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

// unprotectedMain is what a hardened repository lacks without the rules of its branch.
const unprotectedMain = `unprotected-branch=high force-push-allowed=high branch-deletion-allowed=low status-checks-not-required=medium signature-not-required=low
	review-not-required=high stale-approval-counts=none last-pusher-can-approve=none code-owner-review-not-required=low`

func approvals(n int) evidence.Settings {
	return evidence.Settings{Review: evidence.ReviewSettings{Approvals: &n}}
}

// ruleSettings are about rulesets: which hold, of whom, and what they come to together.
var ruleSettings = []setting{
	{name: "fresh", start: fresh},
	{name: "hardened"},
	{
		name: "the organisation asks for what the repository does not",
		change: func(w *acme) {
			reviewed(w.main, githubtest.ReviewRule(0))
			w.org.Rulesets = []githubtest.Ruleset{{ID: 21, Name: "review", Rules: []githubtest.Rule{strictReview(1)}}}
		},
	},
	{
		name:   "the repository asks for nothing and the organisation for everything",
		change: func(w *acme) { w.org.Rulesets = []githubtest.Ruleset{*w.main}; w.org.Rulesets[0].ID = 21; w.dropMain() },
	},
	{
		name: "the organisation's rules are for other repositories",
		change: func(w *acme) {
			w.org.Rulesets = []githubtest.Ruleset{*w.main}
			w.org.Rulesets[0].ID, w.org.Rulesets[0].Repositories = 21, []string{"other-*"}
			w.dropMain()
		},
		want: unprotectedMain + " protection-bypass-allowed=passed",
	},
	{
		name:   "two approvals are wanted, and the stricter ruleset asks for them",
		policy: approvals(2),
		change: func(w *acme) {
			w.org.Rulesets = []githubtest.Ruleset{{ID: 21, Name: "review", Rules: []githubtest.Rule{githubtest.ReviewRule(2)}}}
			w.history(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "bob"}, {By: "carl"}}})
		},
	},
	{name: "two approvals are wanted, and two rulesets ask for one", policy: approvals(2),
		change: func(w *acme) {
			w.org.Rulesets = []githubtest.Ruleset{{ID: 21, Name: "review", Rules: []githubtest.Rule{githubtest.ReviewRule(1)}}}
		},
		want: "review-not-required=high unreviewed-change=high"},
	{name: "the rules are for other branches", change: func(w *acme) { w.main.Include = []string{"refs/heads/release/**"} }, want: unprotectedMain},
	{name: "the rules are for all branches", change: func(w *acme) { w.main.Include = []string{"~ALL"} }},
	{name: "the rules leave the branch out", change: func(w *acme) { w.main.Include, w.main.Exclude = []string{"~ALL"}, []string{"refs/heads/ma*"} }, want: unprotectedMain},
	{name: "the rules name the branch by a pattern", change: func(w *acme) { w.main.Include = []string{"refs/heads/ma?n"} }},
	{name: "deletion is not restricted", change: func(w *acme) { without(w.main, "deletion") }, want: "branch-deletion-allowed=low"},
	{name: "force pushes are not blocked", change: func(w *acme) { without(w.main, "non_fast_forward") }, want: "force-push-allowed=high"},
	{name: "signatures are not required", change: func(w *acme) { without(w.main, "required_signatures") }, want: "signature-not-required=low"},
	{name: "no status check is required", change: func(w *acme) { without(w.main, "required_status_checks") }, want: "status-checks-not-required=medium"},
	{name: "status checks are required, and none is named", change: func(w *acme) {
		without(w.main, "required_status_checks")
		w.main.Rules = append(w.main.Rules, githubtest.StatusRule(true))
	}, want: "status-checks-not-required=medium"},
	{name: "a pull request is required, and no approval", change: func(w *acme) { reviewed(w.main, strictReview(0)) },
		want: "review-not-required=high stale-approval-counts=none last-pusher-can-approve=none"},
	{name: "no pull request is required", change: func(w *acme) { without(w.main, "pull_request") },
		want: "review-not-required=high stale-approval-counts=none last-pusher-can-approve=none code-owner-review-not-required=low"},
	{name: "code owners are not asked", change: func(w *acme) { reviewed(w.main, strictReview(1, "require_code_owner_review", false)) },
		want: "code-owner-review-not-required=low"},
	{name: "stale approvals count, but the last push needs another person", change: func(w *acme) {
		reviewed(w.main, strictReview(1, "dismiss_stale_reviews_on_push", false))
	}},
	{name: "stale approvals count, of two", change: func(w *acme) { reviewed(w.main, strictReview(2, "dismiss_stale_reviews_on_push", false)) },
		want: "stale-approval-counts=low"},
	{name: "stale approvals count", change: func(w *acme) {
		reviewed(w.main, strictReview(1, "dismiss_stale_reviews_on_push", false, "require_last_push_approval", false))
	}, want: "stale-approval-counts=medium last-pusher-can-approve=medium"},
	{name: "who pushed last may approve", change: func(w *acme) { reviewed(w.main, strictReview(1, "require_last_push_approval", false)) },
		want: "last-pusher-can-approve=medium"},
	{name: "two rulesets hold a half of the review each", change: func(w *acme) {
		reviewed(w.main, githubtest.ReviewRule(1, "dismiss_stale_reviews_on_push", true))
		w.org.Rulesets = []githubtest.Ruleset{{ID: 21, Name: "review", Rules: []githubtest.Rule{githubtest.ReviewRule(0, "require_last_push_approval", true, "require_code_owner_review", true)}}}
	}},
	{name: "the rules of the branch are only evaluated", change: func(w *acme) { w.main.Enforcement = "evaluate" },
		want: unprotectedMain + " ruleset-not-enforced=medium"},
	{name: "the rules of the branch are disabled", change: func(w *acme) { w.main.Enforcement = "disabled" },
		want: unprotectedMain + " ruleset-not-enforced=medium"},
	{name: "a stricter ruleset is evaluated beside", change: func(w *acme) {
		w.repo.Rulesets = append(w.repo.Rulesets, githubtest.Ruleset{ID: 3, Name: "stricter", Enforcement: "evaluate", Rules: []githubtest.Rule{strictReview(2)}})
	}, want: "ruleset-not-enforced=medium"},
	{name: "the organisation evaluates a ruleset", change: func(w *acme) {
		w.org.Rulesets = []githubtest.Ruleset{{ID: 21, Name: "trial", Enforcement: "evaluate", Rules: githubtest.Rules("required_linear_history")}}
	}, want: "ruleset-not-enforced=medium"},
	{name: "a rule of a kind that nobody knows yet", change: func(w *acme) {
		w.main.Rules = append(w.main.Rules, githubtest.Rule{Type: "moon_phase", Parameters: map[string]any{"full": true}})
	}},
	{
		name:   "a release branch that the policy names is bound by nothing",
		policy: evidence.Settings{Branches: evidence.BranchSettings{Release: []string{"release/1.x"}}},
		change: func(w *acme) { w.repo.Branches = []githubtest.Branch{{Name: "release/1.x"}} },
		want: `unprotected-branch=high force-push-allowed=high branch-deletion-allowed=medium status-checks-not-required=medium signature-not-required=low
			review-not-required=high code-owner-review-not-required=low`,
	},
	{
		name:   "a release branch that the policy names by a pattern is bound as well",
		policy: evidence.Settings{Branches: evidence.BranchSettings{Release: []string{"release/*"}}},
		change: func(w *acme) {
			w.repo.Branches = []githubtest.Branch{{Name: "release/1.x"}, {Name: "topic"}}
			w.main.Include = []string{"~DEFAULT_BRANCH", "refs/heads/release/*"}
		},
	},
	{
		name:   "a branch that the policy names is not there",
		policy: evidence.Settings{Branches: evidence.BranchSettings{Release: []string{"stable"}}},
		want: `unprotected-branch=open force-push-allowed=open branch-deletion-allowed=open status-checks-not-required=open signature-not-required=open
			review-not-required=open stale-approval-counts=open last-pusher-can-approve=open code-owner-review-not-required=open protection-bypass-allowed=open`,
	},
}

// classicSettings are about classic protection, alone and beside rulesets.
var classicSettings = []setting{
	{name: "classic protection alone", change: func(w *acme) { w.dropMain(); w.classic(func(*githubtest.Protection) {}) }},
	{name: "classic protection that does not bind administrators", change: func(w *acme) {
		w.dropMain()
		w.classic(func(p *githubtest.Protection) { p.Admins = false })
	}, want: "protection-bypass-allowed=high"},
	{name: "classic protection lets some go without a review", change: func(w *acme) {
		w.dropMain()
		w.classic(func(p *githubtest.Protection) { p.BypassReview = []string{"carl", "app/renovate"} })
	}, want: "protection-bypass-allowed=high"},
	{name: "classic protection with force pushes", change: func(w *acme) {
		w.dropMain()
		w.classic(func(p *githubtest.Protection) { p.AllowForcePush = true })
	}, want: "force-push-allowed=high"},
	{name: "classic protection allows force pushes, a ruleset blocks them", change: func(w *acme) {
		w.classic(func(p *githubtest.Protection) { p.AllowForcePush, p.AllowDeletion = true, true })
	}},
	{name: "classic protection with deletion", change: func(w *acme) {
		w.dropMain()
		w.classic(func(p *githubtest.Protection) { p.AllowDeletion = true })
	}, want: "branch-deletion-allowed=low"},
	{name: "classic protection without pull requests", change: func(w *acme) {
		w.dropMain()
		w.classic(func(p *githubtest.Protection) {
			p.Approvals, p.DismissStale, p.CodeOwners, p.LastPush = nil, false, false, false
		})
	}, want: "review-not-required=high stale-approval-counts=none last-pusher-can-approve=none code-owner-review-not-required=low"},
	{name: "classic protection without status checks", change: func(w *acme) {
		w.dropMain()
		w.classic(func(p *githubtest.Protection) { p.StatusChecks = nil })
	}, want: "status-checks-not-required=medium"},
	{name: "classic protection asks for reviews, a ruleset for checks", change: func(w *acme) {
		without(w.main, "pull_request", "required_signatures")
		w.classic(func(p *githubtest.Protection) { p.StatusChecks = nil })
	}},
	{name: "classic protection asks for two approvals, a ruleset for one", policy: approvals(2), change: func(w *acme) {
		two := 2
		w.classic(func(p *githubtest.Protection) { p.Approvals = &two })
		w.history(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "bob"}, {By: "carl"}}})
	}},
	{name: "classic protection dismisses stale approvals, a ruleset does not", change: func(w *acme) {
		reviewed(w.main, githubtest.ReviewRule(1))
		w.classic(func(*githubtest.Protection) {})
	}},
	{name: "classic protection without code owners", change: func(w *acme) {
		w.dropMain()
		w.classic(func(p *githubtest.Protection) { p.CodeOwners = false })
	}, want: "code-owner-review-not-required=low"},
	{name: "classic protection of another branch", change: func(w *acme) {
		w.dropMain()
		w.classic(func(*githubtest.Protection) {})
		w.repo.Protection["other"] = w.repo.Protection["main"]
		delete(w.repo.Protection, "main")
		w.repo.Branches = []githubtest.Branch{{Name: "other"}}
	}, want: unprotectedMain + " protection-bypass-allowed=passed"},
}
