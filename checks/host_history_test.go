package checks_test

import (
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

// merged puts one pull request in the place of the history.
func merged(p githubtest.PullRequest) func(*acme) {
	return func(w *acme) { w.history(p) }
}

func review(change func(*evidence.ReviewSettings)) evidence.Settings {
	var s evidence.Settings
	change(&s.Review)
	return s
}

var (
	early = githubtest.SHA("before the last push")
	may   = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	solo  = review(func(r *evidence.ReviewSettings) { r.Solo = true })
)

// historySettings are about how changes came into the branch.
var historySettings = []setting{
	{name: "a change that nobody approved", change: merged(githubtest.PullRequest{Author: "ada"}), want: "unreviewed-change=high"},
	{name: "a change that its author merged, and another approved", change: merged(githubtest.PullRequest{Author: "ada", MergedBy: "ada", Reviews: []githubtest.Review{{By: "bob"}}})},
	{name: "a change that its approver merged", change: merged(githubtest.PullRequest{Author: "ada", MergedBy: "bob", Reviews: []githubtest.Review{{By: "bob"}}})},
	{name: "a change that a queue merged", change: merged(githubtest.PullRequest{Author: "ada", MergedBy: "github-merge-queue[bot]", Reviews: []githubtest.Review{{By: "bob"}}})},
	{name: "a change approved before its last commit", change: merged(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "bob", Commit: early}}}), want: "unreviewed-change=medium"},
	{name: "a change approved again after its last commit", change: merged(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "bob", Commit: early, At: may}, {By: "bob", At: may.Add(time.Hour)}}, MergedAt: may.Add(2 * time.Hour)})},
	{name: "a change approved by who wrote a commit of it", change: merged(githubtest.PullRequest{Author: "ada",
		Commits: []githubtest.Commit{{Author: bob}, {Author: ada}}, Reviews: []githubtest.Review{{By: "bob"}}}), want: "unreviewed-change=high"},
	{name: "a change approved by a co-author", change: merged(githubtest.PullRequest{Author: "ada",
		Commits: []githubtest.Commit{{Author: ada, CoAuthors: []githubtest.Person{carl}}}, Reviews: []githubtest.Review{{By: "carl"}}}), want: "unreviewed-change=high"},
	{name: "a change approved by who committed it", change: merged(githubtest.PullRequest{Author: "ada",
		Commits: []githubtest.Commit{{Author: ada, Committer: bob}}, Reviews: []githubtest.Review{{By: "bob"}}}), want: "unreviewed-change=high"},
	{name: "a change approved by a co-author and by another", change: merged(githubtest.PullRequest{Author: "ada",
		Commits: []githubtest.Commit{{Author: ada, CoAuthors: []githubtest.Person{carl}}}, Reviews: []githubtest.Review{{By: "carl"}, {By: "bob"}}})},
	{name: "a change approved by a bot", change: merged(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "approve[bot]"}}}), want: "unreviewed-change=high"},
	{name: "a change approved by somebody who may only read", change: merged(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "eve"}}}), want: "unreviewed-change=high"},
	{name: "a change approved, and then rejected by the same", change: merged(githubtest.PullRequest{Author: "ada",
		Reviews: []githubtest.Review{{By: "bob", At: may}, {By: "bob", State: "CHANGES_REQUESTED", At: may.Add(time.Hour)}}, MergedAt: may.Add(2 * time.Hour)}), want: "unreviewed-change=high"},
	{name: "a change rejected, and then approved by the same", change: merged(githubtest.PullRequest{Author: "ada",
		Reviews: []githubtest.Review{{By: "bob", State: "CHANGES_REQUESTED", At: may}, {By: "bob", At: may.Add(time.Hour)}}, MergedAt: may.Add(2 * time.Hour)})},
	{name: "a change whose approval was dismissed", change: merged(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "bob", State: "DISMISSED"}}}), want: "unreviewed-change=high"},
	{name: "a change approved, and then commented by the same", change: merged(githubtest.PullRequest{Author: "ada",
		Reviews: []githubtest.Review{{By: "bob", At: may}, {By: "bob", State: "COMMENTED", At: may.Add(time.Hour)}}, MergedAt: may.Add(2 * time.Hour)})},
	{name: "a change that was only commented", change: merged(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "bob", State: "COMMENTED"}}}), want: "unreviewed-change=high"},
	{name: "a change approved after it was merged", change: merged(githubtest.PullRequest{Author: "ada", MergedAt: may, Reviews: []githubtest.Review{{By: "bob", At: may.Add(time.Hour)}}}), want: "unreviewed-change=high"},
	{name: "a change of a bot, approved by one person", change: merged(githubtest.PullRequest{Author: "renovate[bot]",
		Commits: []githubtest.Commit{{Author: githubtest.Person{Login: "renovate[bot]"}}}, Reviews: []githubtest.Review{{By: "bob"}}})},
	{name: "a change of a bot, approved by nobody", change: merged(githubtest.PullRequest{Author: "renovate[bot]",
		Commits: []githubtest.Commit{{Author: githubtest.Person{Login: "renovate[bot]"}}}}), want: "unreviewed-change=high"},
	{name: "a change of a bot that the policy trusts", policy: review(func(r *evidence.ReviewSettings) { r.Bots = []string{"renovate[bot]"} }),
		change: merged(githubtest.PullRequest{Author: "renovate[bot]", Commits: []githubtest.Commit{{Author: githubtest.Person{Login: "renovate[bot]"}}}}),
		want:   "unreviewed-change=none direct-push=none"},
	{name: "a change of a trusted bot to which somebody pushed", policy: review(func(r *evidence.ReviewSettings) { r.Bots = []string{"renovate[bot]"} }),
		change: merged(githubtest.PullRequest{Author: "renovate[bot]", Commits: []githubtest.Commit{{Author: githubtest.Person{Login: "renovate[bot]"}}, {Author: bob}}}),
		want:   "unreviewed-change=high"},
	{name: "a change by an address that has no account", change: merged(githubtest.PullRequest{Author: "ada",
		Commits: []githubtest.Commit{{Author: githubtest.Person{Email: "somebody@example.org"}}}, Reviews: []githubtest.Review{{By: "bob"}}}), want: "unreviewed-change=open"},
	{name: "a change of one who maintains it alone", policy: solo, change: merged(githubtest.PullRequest{Author: "ada"}), want: "unreviewed-change=note"},
	{name: "a push past every request", change: func(w *acme) { w.repo.Push(githubtest.Commit{Author: ada}) }, want: "direct-push=high"},
	{name: "an edit on the website", change: func(w *acme) {
		w.repo.Push(githubtest.Commit{Author: ada, Web: true, Signature: &githubtest.Signature{ByGitHub: true}})
	}, want: "direct-push=high"},
	{name: "a push of one who maintains it alone", policy: solo, change: func(w *acme) { w.repo.Push(githubtest.Commit{Author: ada}) }, want: "direct-push=low"},
	{name: "a push before the day of the policy", policy: review(func(r *evidence.ReviewSettings) { r.Since = may }), change: func(w *acme) {
		w.history(githubtest.PullRequest{Author: "ada", Reviews: []githubtest.Review{{By: "bob", At: may.Add(time.Hour)}}, MergedAt: may.Add(2 * time.Hour)})
		w.repo.Commits[0].At = may.Add(2 * time.Hour)
		w.repo.Commits[1].At = may.Add(-time.Hour)
		w.repo.Commits = append(w.repo.Commits, githubtest.Commit{Author: ada, At: may.Add(-2 * time.Hour)})
	}},
	{name: "a request into another branch brought it", change: func(w *acme) {
		w.repo.Branches = []githubtest.Branch{{Name: "topic"}}
		w.history(githubtest.PullRequest{Author: "ada", Base: "topic", Reviews: []githubtest.Review{{By: "bob"}}})
	}, want: "direct-push=open unreviewed-change=open"},
	{name: "a request of a fork to itself brought it", change: merged(githubtest.PullRequest{Author: "ada", BaseOf: "eve/tool", Reviews: []githubtest.Review{{By: "bob"}}}),
		want: "direct-push=high unreviewed-change=none"},
	{name: "a request that was never merged holds it", change: merged(githubtest.PullRequest{Author: "ada", Unmerged: true, Reviews: []githubtest.Review{{By: "bob"}}}),
		want: "direct-push=high unreviewed-change=none"},
	{name: "a key in use that is old", change: func(w *acme) {
		w.world.Users = []githubtest.User{{Login: "ada", GPGKeys: []githubtest.GPGKey{{KeyID: "89ABCDEF01234567", Created: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)}}}}
		w.repo.Push(githubtest.Commit{Author: ada, Pull: 1, Signature: &githubtest.Signature{KeyID: "89ABCDEF01234567", Signer: "ada"}})
	}, want: "overdue-key-rotation=low"},
	{name: "a key in use that is new", change: func(w *acme) {
		w.world.Users = []githubtest.User{{Login: "ada", GPGKeys: []githubtest.GPGKey{{KeyID: "89ABCDEF01234567", Created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}}}
		w.repo.Push(githubtest.Commit{Author: ada, Pull: 1, Signature: &githubtest.Signature{KeyID: "89ABCDEF01234567", Signer: "ada"}})
	}, want: "overdue-key-rotation=passed"},
}
