package github

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	gh "github.com/sealvet/sealvet/internal/githubtest"
)

var day = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

// byHost is the signature of what the website commits.
var byHost = &gh.Signature{ByGitHub: true, KeyID: "B5690EEEBB952194", Signer: "web-flow"}

func TestHistories(t *testing.T) {
	for name, one := range map[string]struct {
		repository gh.Repository
		want       string // of the newest change
	}{
		"squash": {
			*new(gh.Repository).Merge(gh.PullRequest{Author: "ada", MergedBy: "bob", Reviews: []gh.Review{{By: "bob"}}}),
			"#1 by ada merged by bob, made by ada, bob APPROVED head may push; web, by host; request yes",
		},
		"squash with a co-author": {
			gh.Repository{
				Commits:      []gh.Commit{{Author: gh.Person{Login: "ada"}, CoAuthors: []gh.Person{{Login: "bob"}, {Email: "x@example.org"}}, Web: true, Pull: 7, Signature: byHost}},
				PullRequests: []gh.PullRequest{{Number: 7, Author: "ada", Commits: []gh.Commit{{Author: gh.Person{Login: "ada"}, CoAuthors: []gh.Person{{Login: "bob"}}}}, Reviews: []gh.Review{{By: "bob"}}}},
			},
			"#7 by ada merged by ada, made by ada bob, bob APPROVED head may push; web, by host; also by bob, x@example.org; request yes",
		},
		"merge commit": {
			gh.Repository{
				Commits:      []gh.Commit{{Author: gh.Person{Login: "bob"}, Web: true, Merge: true, Pull: 3, Signature: byHost}, {SHA: gh.SHA("work"), Author: gh.Person{Login: "ada"}}},
				PullRequests: []gh.PullRequest{{Number: 3, Author: "ada", MergedBy: "bob", Commits: []gh.Commit{{SHA: gh.SHA("work"), Author: gh.Person{Login: "ada"}}}, Reviews: []gh.Review{{By: "bob"}}}},
			},
			"#3 by ada merged by bob, made by ada, bob APPROVED head may push; merge, web, by host; request yes",
		},
		"rebase": {
			gh.Repository{
				Commits:      []gh.Commit{{Author: gh.Person{Login: "ada"}, Committer: gh.Person{Login: "bob"}, Pull: 3}},
				PullRequests: []gh.PullRequest{{Number: 3, Author: "ada", MergedBy: "bob", Reviews: []gh.Review{{By: "carol"}}}},
			},
			"#3 by ada merged by bob, made by ada, carol APPROVED head may push; unsigned; request yes",
		},
		"merge queue": {
			*new(gh.Repository).Merge(gh.PullRequest{Author: "ada", MergedBy: "github-merge-queue[bot]", Reviews: []gh.Review{{By: "bob"}}}),
			"#1 by ada merged by github-merge-queue[bot] (bot), made by ada, bob APPROVED head may push; web, by host; request yes",
		},
		"bot": {
			*new(gh.Repository).Merge(gh.PullRequest{Author: "dependabot[bot]", MergedBy: "ada", Reviews: []gh.Review{{By: "ada"}, {By: "renovate-approve[bot]"}}}),
			"#1 by dependabot[bot] (bot) merged by ada, made by dependabot[bot] (bot), ada APPROVED head may push, renovate-approve[bot] (bot) APPROVED head; web, by host; request yes",
		},
		"stale approval, in time order": {
			*new(gh.Repository).Merge(gh.PullRequest{Author: "ada", Head: gh.SHA("final"), Reviews: []gh.Review{
				{By: "bob", State: "COMMENTED", At: day.Add(time.Hour)}, {By: "bob", At: day, Commit: gh.SHA("early")},
			}}),
			"#1 by ada merged by ada, made by ada, bob APPROVED earlier may push, bob COMMENTED head may push; web, by host; request yes",
		},
		"self-merge": {
			*new(gh.Repository).Merge(gh.PullRequest{Author: "ada", MergedBy: "ada"}),
			"#1 by ada merged by ada, made by ada; web, by host; request yes",
		},
		"approval of a stranger": {
			*new(gh.Repository).Merge(gh.PullRequest{Author: "ada", Reviews: []gh.Review{{By: "mallory"}}}),
			"#1 by ada merged by ada, made by ada, mallory APPROVED head; web, by host; request yes",
		},
		"another's commits": {
			*new(gh.Repository).Merge(gh.PullRequest{Author: "ada", Commits: []gh.Commit{
				{Author: gh.Person{Login: "carol"}, Committer: gh.Person{Login: "bob"}}, {Author: gh.Person{Login: "ada"}, Web: true},
			}}),
			"#1 by ada merged by ada, made by ada bob carol; web, by host; request yes",
		},
		"forged committer": {
			*new(gh.Repository).Merge(gh.PullRequest{Author: "ada", Commits: []gh.Commit{
				{Author: gh.Person{Login: "ada"}, Committer: gh.Person{Login: "web-flow", Email: "noreply@github.com"}},
			}}),
			"#1 by ada merged by ada, made by ada web-flow; web, by host; request yes",
		},
		"direct push": {
			gh.Repository{Commits: []gh.Commit{{Author: gh.Person{Login: "ada"}}}},
			"no request by ada; unsigned; request yes",
		},
		"direct push, signed": {
			gh.Repository{Commits: []gh.Commit{{Author: gh.Person{Login: "ada"}, Signature: &gh.Signature{Kind: "ssh", Fingerprint: "abc", Signer: "ada"}}}},
			"no request by ada; VALID SHA256:abc; request yes",
		},
		"web edit": {
			gh.Repository{Commits: []gh.Commit{{Author: gh.Person{Login: "ada"}, Web: true, Signature: byHost}}},
			"no request by ada; web, by host; request yes",
		},
		"a request that was not merged": {
			gh.Repository{Commits: []gh.Commit{{Author: gh.Person{Login: "ada"}, Others: []int{4}}}, PullRequests: []gh.PullRequest{{Number: 4, Author: "ada", Unmerged: true}}},
			"no request by ada; unsigned; request yes",
		},
		"a request of a fork": {
			gh.Repository{Commits: []gh.Commit{{Author: gh.Person{Login: "ada"}, Others: []int{4}}}, PullRequests: []gh.PullRequest{{Number: 4, Author: "ada", BaseOf: "mallory/tool"}}},
			"no request by ada; unsigned; request yes",
		},
		"a request into another branch, then pushed": {
			gh.Repository{Commits: []gh.Commit{{SHA: gh.SHA("feature"), Author: gh.Person{Login: "ada"}, Others: []int{4}}}, PullRequests: []gh.PullRequest{{Number: 4, Author: "ada", Base: "feature"}}},
			"no request by ada; unsigned; request yes",
		},
		"made by a merge into another branch": {
			gh.Repository{
				Commits:      []gh.Commit{{SHA: gh.SHA("feature"), Author: gh.Person{Login: "ada"}, Others: []int{4}}},
				PullRequests: []gh.PullRequest{{Number: 4, Author: "ada", Base: "feature", MergeCommit: gh.SHA("feature")}},
			},
			"no request by ada; unsigned; request unknown",
		},
		"the newer of two requests": {
			gh.Repository{
				Commits: []gh.Commit{{SHA: gh.SHA("m"), Author: gh.Person{Login: "ada"}, Pull: 9, Others: []int{4}}},
				PullRequests: []gh.PullRequest{
					{Number: 4, Author: "bob", MergedAt: day, MergeCommit: gh.SHA("other")}, {Number: 9, Author: "ada", MergedAt: day.Add(time.Hour), MergeCommit: gh.SHA("m")},
				},
			},
			"#9 by ada merged by ada, made by ada; unsigned; request yes",
		},
		"first merged of two that hold it": {
			gh.Repository{
				Commits: []gh.Commit{{Author: gh.Person{Login: "ada"}, Others: []int{4, 9}}},
				PullRequests: []gh.PullRequest{
					{Number: 4, Author: "bob", MergedAt: day.Add(time.Hour), MergeCommit: gh.SHA("x")}, {Number: 9, Author: "ada", MergedAt: day, MergeCommit: gh.SHA("y")},
				},
			},
			"#9 by ada merged by ada, made by ada; unsigned; request yes",
		},
		"more requests than were asked for": {
			gh.Repository{
				Commits: []gh.Commit{{Author: gh.Person{Login: "ada"}, Others: []int{1, 2, 3, 4, 5, 6}}},
				PullRequests: []gh.PullRequest{
					{Number: 1, Unmerged: true}, {Number: 2, Unmerged: true}, {Number: 3, Unmerged: true}, {Number: 4, Unmerged: true}, {Number: 5, Unmerged: true}, {Number: 6, Author: "ada"},
				},
			},
			"no request by ada; unsigned; request unknown",
		},
		"lost request": {
			gh.Repository{
				Commits:  []gh.Commit{{SHA: gh.SHA("lost"), Author: gh.Person{Login: "ada"}}},
				Activity: []gh.Activity{{Actor: "ada", Ref: "refs/heads/main", Kind: "pr_merge", After: gh.SHA("lost")}},
			},
			"no request by ada; unsigned; request unknown",
		},
		"last pusher": {
			*(&gh.Repository{Activity: []gh.Activity{
				{Actor: "carol", Ref: "refs/heads/topic", After: gh.SHA("head")}, {Actor: "bob", Ref: "refs/heads/topic", After: gh.SHA("head")},
			}}).Merge(gh.PullRequest{Author: "ada", Head: gh.SHA("head"), Commits: []gh.Commit{{SHA: gh.SHA("head"), Author: gh.Person{Login: "ada"}}}}),
			"#1 by ada merged by ada, made by ada, pushed by carol; web, by host; request yes",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := gh.Serve(t, acme(one.repository))
			c := sampling(t, s, Options{Token: s.Token(gh.Classic)})
			if err := c.changes(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := describe(c.host.Changes.Commits[0]); got != one.want {
				t.Errorf("got  %s\nwant %s", got, one.want)
			}
			if c.host.Changes.Whole != evidence.Yes || c.host.Changes.Branch != "main" {
				t.Errorf("%s, whole %s", c.host.Changes.Branch, c.host.Changes.Whole)
			}
			if s.Requests() > 3 {
				t.Errorf("%d requests: %v", s.Requests(), s.Asked())
			}
		})
	}
}

// long is a history of so many merged pull requests.
func long(n int) gh.Repository {
	var r gh.Repository
	for range n {
		r.Merge(gh.PullRequest{Author: "ada", MergedBy: "bob", Reviews: []gh.Review{{By: "bob"}}})
	}
	return r
}

func TestSampleOfALongHistory(t *testing.T) {
	s := gh.Serve(t, acme(long(120)))
	c := sampling(t, s, Options{Token: s.Token(gh.Job), JobToken: true})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := c.host.Changes
	if len(got.Commits) != 100 || got.Whole != evidence.No || got.Commits[0].Request.Number != 120 {
		t.Errorf("%d commits, whole %s, first %v", len(got.Commits), got.Whole, got.Commits[0].Request)
	}
	for _, one := range got.Commits {
		if one.Request.ReviewsSeen != evidence.Yes || one.Request.ContributorsSeen != evidence.Yes || len(one.Request.Reviews) != 1 {
			t.Fatalf("#%d: %+v", one.Request.Number, one.Request)
		}
	}
	if s.Requests() != 4 || s.Queries() != 3 {
		t.Errorf("%d requests, %d queries", s.Requests(), s.Queries())
	}
	if s.Points() > 30 || c.cost.Points != s.Points() {
		t.Errorf("%d points, counted %d", s.Points(), c.cost.Points)
	}
}

func TestSampleOverSeveralPages(t *testing.T) {
	s := gh.Serve(t, acme(long(120)))
	c := sampling(t, s, Options{Token: s.Token(gh.Classic), Changes: 115})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := c.host.Changes; len(got.Commits) != 115 || got.Whole != evidence.No || got.Commits[114].Request.Number != 6 {
		t.Errorf("%d commits, whole %s", len(got.Commits), got.Whole)
	}
	if s.Queries() != 2+3 {
		t.Errorf("%d queries", s.Queries())
	}
}

func TestLargeRequests(t *testing.T) {
	var r gh.Repository
	for _, size := range []int{21, 101} {
		p := gh.PullRequest{Author: "ada", Reviews: []gh.Review{{By: "bob"}}}
		for i := range size {
			p.Commits = append(p.Commits, gh.Commit{SHA: gh.SHA(fmt.Sprint(size, i)), Author: gh.Person{Login: "ada"}})
		}
		p.Commits[0].Author = gh.Person{Login: "bob"} // the oldest, which the first page leaves out
		r.Merge(p)
	}
	s := gh.Serve(t, acme(r))
	c := sampling(t, s, Options{Token: s.Token(gh.Classic)})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	small, large := c.host.Changes.Commits[1].Request, c.host.Changes.Commits[0].Request
	if small.ContributorsSeen != evidence.Yes || logins(small.Contributors) != "ada bob" {
		t.Errorf("21 commits: %s, %s", logins(small.Contributors), small.ContributorsSeen)
	}
	if large.ContributorsSeen != evidence.Unknown || large.ReviewsSeen != evidence.Yes || !unseenOf(c, "changes/2") || unseenOf(c, "changes/1") {
		t.Errorf("101 commits: %s, %v", large.ContributorsSeen, c.host.Unseen)
	}
	if s.Queries() != 3 {
		t.Errorf("%d queries", s.Queries())
	}
}

func TestManyReviews(t *testing.T) {
	p := gh.PullRequest{Author: "ada"}
	for i := range 130 {
		p.Reviews = append(p.Reviews, gh.Review{By: "bob", State: "COMMENTED", At: day.Add(time.Duration(i) * time.Minute)})
	}
	s := gh.Serve(t, acme(*new(gh.Repository).Merge(p)))
	c := sampling(t, s, Options{Token: s.Token(gh.Classic)})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	if r := c.host.Changes.Commits[0].Request; r.ReviewsSeen != evidence.Unknown || r.ContributorsSeen != evidence.Yes || len(r.Reviews) != 100 {
		t.Errorf("%d reviews, seen %s", len(r.Reviews), r.ReviewsSeen)
	}
}

func TestEmptyRepository(t *testing.T) {
	for _, kind := range []gh.Kind{gh.Classic, gh.Anonymous} {
		s := gh.Serve(t, acme(gh.Repository{Empty: true}))
		c := sampling(t, s, Options{Token: s.Token(kind)})
		if err := c.changes(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := c.host.Changes; got == nil || len(got.Commits) != 0 || got.Whole != evidence.Yes || len(c.host.Unseen) != 0 {
			t.Errorf("%v, %v", got, c.host.Unseen)
		}
		if s.Requests() != 1 {
			t.Errorf("%d requests", s.Requests())
		}
	}
}

func TestWithoutPullRequestPermission(t *testing.T) {
	s := gh.Serve(t, acme(gh.Repository{Visibility: "private", Commits: []gh.Commit{{Author: gh.Person{Login: "ada"}, Pull: 1}}, PullRequests: []gh.PullRequest{{Author: "ada"}}}))
	c := sampling(t, s, Options{Token: s.Token(gh.FineGrained, gh.Can("contents:read"), gh.Of("acme"))})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	one := c.host.Changes.Commits[0]
	if one.RequestSeen != evidence.Unknown || one.Request != nil || c.host.Why("changes/"+one.Commit).Unlock != "pull_requests:read" {
		t.Errorf("%+v, %v", one, c.host.Unseen)
	}
}

func TestHistoryWithoutAToken(t *testing.T) {
	r := long(10)
	r.Push(gh.Commit{Author: gh.Person{Login: "ada"}, CoAuthors: []gh.Person{{Login: "bob"}}})
	s := gh.Serve(t, acme(r))
	c := sampling(t, s, Options{})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	commits := c.host.Changes.Commits
	if commits[0].RequestSeen != evidence.Unknown || logins(commits[0].Authors) != "ada bob@users.noreply.github.com" {
		t.Errorf("%+v", commits[0])
	}
	read, left := commits[1].Request, commits[10].Request
	if read == nil || read.ReviewsSeen != evidence.Yes || len(read.Reviews) != 1 || read.Reviews[0].CanPush != evidence.Unknown || logins(read.Contributors) != "ada" {
		t.Errorf("%+v", read)
	}
	if left == nil || left.ReviewsSeen != evidence.Unknown || !unseenOf(c, "changes/1") || !unseenOf(c, "changes") {
		t.Errorf("%+v, %v", left, c.host.Unseen)
	}
	if s.Requests() != 2+2*restRequests {
		t.Errorf("%d requests", s.Requests())
	}
}
