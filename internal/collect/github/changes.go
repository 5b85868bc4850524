package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	// defaultChanges is how many of the newest commits are looked at.
	defaultChanges = 100
	// maxChanges bounds what Options.Changes may ask for.
	maxChanges = 2000
	// pageOfHistory is how many commits one query asks for; GitHub allows no more.
	pageOfHistory = 100
	// jobTotal is how many requests a job token sends for one repository.
	jobTotal = 10
)

// changes samples the newest commits of the default branch, and how each came there.
func (c *collection) changes(ctx context.Context) error {
	c.host.Changes = &evidence.Changes{Branch: c.host.DefaultBranch}
	if c.kind == Anonymous || c.id == "" {
		return c.changesByREST(ctx, &refusal{Reason: "GraphQL is not for those without a token"})
	}
	err := c.history(ctx)
	var no *refusal
	switch {
	case errors.As(err, &no) && len(c.host.Changes.Commits) == 0:
		return c.changesByREST(ctx, no)
	case err != nil:
		if err := c.unseen("changes", err, "contents:read"); err != nil {
			return err
		}
	}
	if err := c.requests(ctx); err != nil {
		return err
	}
	return c.activity(ctx)
}

// wanted is how many commits make the sample.
func (c *collection) wanted() int {
	if c.options.Changes > 0 {
		return min(c.options.Changes, maxChanges)
	}
	return defaultChanges
}

// spare says whether a job token's scan may ask for one thing more, and still for so
// many others afterwards.
func (c *collection) spare(others int) bool {
	if len(c.seen.Releases) == 0 {
		others++
	}
	return c.kind != Job || c.sent()+others < jobTotal
}

// history asks page by page. What came before an error is kept.
func (c *collection) history(ctx context.Context) error {
	changes, after, size := c.host.Changes, "", pageOfHistory
	c.signed = make(map[string]bool)
	for len(changes.Commits) < c.wanted() {
		page, refused, asked, err := c.historyPage(ctx, min(size, c.wanted()-len(changes.Commits)), after)
		if err != nil {
			return err
		}
		if asked < size {
			size = max(asked, 1)
		}
		entries, info, err := c.entries(page, refused)
		if errors.Is(err, errNoHistory) {
			changes.Whole = evidence.Yes
			return nil
		}
		if err != nil {
			return err
		}
		c.take(entries[:min(len(entries), asked)], refused)
		if !info.More {
			changes.Whole = evidence.Yes
			return nil
		}
		if len(entries) == 0 || info.End == "" || info.End == after {
			return &refusal{Reason: "the host says that the history goes on and does not tell it"}
		}
		after = info.End
	}
	changes.Whole = evidence.No
	return nil
}

// take adds the commits of a page.
func (c *collection) take(entries []*toldEntry, refused []fieldError) {
	_, unsigned := refusedAt(refused, "signature")
	no, hidden := refusedAt(refused, "associatedPullRequests")
	if hidden {
		c.note("changes", "the host refused the pull requests: "+no.Message, "pull_requests:read")
	}
	for _, e := range entries {
		one, signature := e.change(unsigned)
		if signature != nil && signature.Signer != nil && one.ByHost == evidence.No {
			c.signed[signature.Signer.Login] = true
		}
		c.assign(&one, e)
		c.host.Changes.Commits = append(c.host.Changes.Commits, one)
	}
}

// assign finds the pull request that brought a commit among those that hold it: it was
// merged into this branch of this repository. The one whose merge made the commit goes
// first, then the one that was merged first.
func (c *collection) assign(one *evidence.Change, e *toldEntry) {
	if e.Requests == nil {
		return // refused
	}
	var found *toldRequest
	elsewhere := false
	for _, r := range e.Requests.Nodes {
		made := r != nil && r.MergeCommit != nil && r.MergeCommit.SHA == e.SHA
		switch {
		case r == nil || !r.Merged || r.BaseOf == nil || !strings.EqualFold(r.BaseOf.Name, c.host.Name):
			continue
		case r.Base != c.host.Changes.Branch:
			elsewhere = elsewhere || made // or the branch had another name
			continue
		case made:
			one.Request, one.RequestSeen = r.evidence(), evidence.Yes
			return
		case found == nil || r.MergedAt.Before(found.MergedAt):
			found = r
		}
	}
	switch {
	case found != nil:
		one.Request, one.RequestSeen = found.evidence(), evidence.Yes
	case elsewhere:
		c.note("changes/"+e.SHA, "it was made by a pull request into another branch, or the branch was renamed since", "a look at the commit on the host")
	case e.Requests.Total > len(e.Requests.Nodes) || slices.Contains(e.Requests.Nodes, nil):
		c.note("changes/"+e.SHA, fmt.Sprintf("it is in %d pull requests, of which the first %d were asked for", e.Requests.Total, len(e.Requests.Nodes)), "a look at the commit on the host")
	default:
		one.RequestSeen = evidence.Yes
	}
}

// evidence is the pull request without its reviews and commits.
func (r *toldRequest) evidence() *evidence.PullRequest {
	return &evidence.PullRequest{
		Number: r.Number, Link: r.Link, Author: r.Author.person(), MergedBy: r.MergedBy.person(), MergedAt: r.MergedAt, Head: r.Head,
	}
}

// numbers are the pull requests of the sample, the newest change's first.
func (c *collection) numbers() []int {
	var all []int
	for _, one := range c.host.Changes.Commits {
		if one.Request != nil && one.Request.Number > 0 && !slices.Contains(all, one.Request.Number) {
			all = append(all, one.Request.Number)
		}
	}
	return all
}

// ofRequest changes a pull request wherever the sample holds it.
func (c *collection) ofRequest(number int, change func(*evidence.PullRequest)) {
	for i := range c.host.Changes.Commits {
		if r := c.host.Changes.Commits[i].Request; r != nil && r.Number == number {
			change(r)
		}
	}
}

func requestPath(number int) string { return "changes/" + strconv.Itoa(number) }
