package gitlab

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// approvals are those that stood when the request was merged.
type approvals struct {
	By []struct {
		User *account   `json:"user"`
		At   *time.Time `json:"approved_at"` // of later versions
	} `json:"approved_by"`
}

// version is one push to a merge request.
type version struct {
	Head string     `json:"head_commit_sha"`
	At   *time.Time `json:"created_at"`
}

// requests fills in the merge requests of the sample.
func (c *collection) requests(ctx context.Context, known map[int]*mergeRequest) error {
	if len(known) == 0 {
		return nil
	}
	if err := c.members(ctx); err != nil {
		return err
	}
	if err := c.accountsOf(ctx, slices.Sorted(maps.Keys(known))); err != nil {
		return err
	}
	whole := map[int]*evidence.PullRequest{}
	commits := c.host.Changes.Commits
	var ended error
	for i := range commits {
		one := &commits[i]
		for j := range one.Authors {
			one.Authors[j] = c.person(one.Authors[j].Email)
		}
		one.Committer = c.person(one.Committer.Email)
		if one.Request == nil {
			continue
		}
		number := one.Request.Number
		if whole[number] == nil {
			whole[number], ended = c.request(ctx, known[number], ended)
		}
		one.Request = whole[number]
	}
	return ended
}

// members are asked for their roles: only who may write can approve.
func (c *collection) members(ctx context.Context) error {
	all, why, err := settings[member](ctx, c, anybody, c.path("/members/all"))
	if err != nil || why.Reason != "" {
		return err // what it leaves open is said at each approval
	}
	c.levels = map[string]int{}
	for _, m := range all {
		c.levels[m.Name] = max(c.levels[m.Name], m.Level)
	}
	return nil
}

// request is one merge request with its commits and approvals. Once the scan has ended
// it is left with what the list said.
func (c *collection) request(ctx context.Context, r *mergeRequest, ended error) (*evidence.PullRequest, error) {
	merger := r.Merger
	if merger == nil {
		merger = r.MergedBy
	}
	out := &evidence.PullRequest{Number: r.IID, Author: personOf(r.Author), MergedBy: personOf(merger), MergedAt: when(r.MergedAt), Head: r.Head}
	if c.webOf("") != "" {
		out.Link = c.webOf(fmt.Sprintf("/-/merge_requests/%d", r.IID))
	}
	what := fmt.Sprintf("changes/%d", r.IID)
	err := ended
	if err == nil {
		err = c.contributors(ctx, out, what)
	}
	if err == nil {
		err = c.reviews(ctx, out, what)
	}
	if err != nil {
		c.note(what, reasonOf(err), "a run that goes to its end")
	}
	return out, err
}

func (c *collection) contributors(ctx context.Context, out *evidence.PullRequest, what string) error {
	commits, whole, err := pages[commit](ctx, c.client, c.path(fmt.Sprintf("/merge_requests/%d/commits", out.Number)), nil)
	if err != nil {
		return c.unseen(err, anybody, what)
	}
	for i := range commits {
		people := append(c.authors(&commits[i]), c.person(commits[i].CommitterEmail))
		for _, p := range people {
			if !c.ofHost(p.Email) && !slices.Contains(out.Contributors, p) {
				out.Contributors = append(out.Contributors, p)
			}
		}
	}
	slices.SortFunc(out.Contributors, func(a, b evidence.Person) int {
		return cmp.Or(cmp.Compare(a.Login, b.Login), cmp.Compare(a.Email, b.Email))
	})
	if out.ContributorsSeen = evidence.Known(whole); !whole {
		out.ContributorsSeen = evidence.Unknown
		c.note(what, "it has more commits than are read", "")
	}
	return nil
}

// reviews are its approvals. GitLab tells when somebody approved, and its versions when
// each head was pushed: together they tell what was approved.
func (c *collection) reviews(ctx context.Context, out *evidence.PullRequest, what string) error {
	var told approvals
	if _, err := c.get(ctx, c.path(fmt.Sprintf("/merge_requests/%d/approvals", out.Number)), nil, &told); err != nil {
		return c.unseen(err, anybody, what)
	}
	if told.By == nil {
		c.note(what, "the answer leaves the approvals out", "")
		return nil
	}
	if len(told.By) == 0 {
		out.ReviewsSeen = evidence.Yes
		return nil
	}
	pushes, whole, err := pages[version](ctx, c.client, c.path(fmt.Sprintf("/merge_requests/%d/versions", out.Number)), nil)
	if err = c.unseen(err, anybody, what); err != nil {
		return err
	}
	out.ReviewsSeen = evidence.Yes
	for _, by := range told.By {
		review := evidence.Review{By: personOf(by.User), State: "APPROVED", At: when(by.At)}
		if whole {
			review.Commit = approvedHead(pushes, out.Head, review.At)
		}
		if level, is := c.levels[review.By.Login]; is {
			review.CanPush = evidence.Known(level >= 30)
		}
		out.Reviews = append(out.Reviews, review)
	}
	slices.SortStableFunc(out.Reviews, func(a, b evidence.Review) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.By.Login, b.By.Login))
	})
	return nil
}

// approvedHead is the head that stood at a moment, empty where that is not known. A
// request that was pushed to once has no other.
func approvedHead(pushes []version, head string, at time.Time) string {
	if len(pushes) == 1 {
		return cmp.Or(head, pushes[0].Head)
	}
	if at.IsZero() {
		return ""
	}
	best, since := "", time.Time{}
	for _, v := range pushes {
		if v.At == nil {
			return ""
		}
		if !v.At.After(at) && !v.At.Before(since) {
			best, since = v.Head, *v.At
		}
	}
	return best
}
