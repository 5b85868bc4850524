package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// restRequests is how many pull requests are looked into one by one where there is no
// GraphQL, two requests each: without a token an hour has 60.
const restRequests = 8

// changesByREST is the way without GraphQL: the newest commits, the newest pull
// requests that were merged, and the reviews of a few. What it cannot tell stays
// unknown.
func (c *collection) changesByREST(ctx context.Context, why *refusal) error {
	changes := c.host.Changes
	var commits []restCommit
	size := strconv.Itoa(min(c.wanted(), 100))
	a, err := c.get(ctx, c.path("/commits?sha="+url.QueryEscape(c.host.DefaultBranch)+"&per_page="+size), &commits)
	var no *refusal
	if errors.As(err, &no) && no.Status == http.StatusConflict {
		changes.Whole = evidence.Yes
		return nil // an empty repository
	}
	if err != nil {
		c.host.Changes = nil
		return c.unseen("changes", err, "contents:read")
	}
	for i := range commits {
		changes.Commits = append(changes.Commits, commits[i].change())
	}
	changes.Whole = evidence.Known(a.Next == "")
	if err := c.pullsByREST(ctx); err != nil {
		return err
	}
	c.note("changes", "how its changes came in is told only in part: "+why.Reason, "a token with contents:read and pull_requests:read")
	return nil
}

// pullsByREST finds the pull requests whose merges made commits of the sample. A commit
// without one may have come by another, as one of its many commits.
func (c *collection) pullsByREST(ctx context.Context) error {
	var pulls []restPull
	path := "/pulls?state=closed&sort=updated&direction=desc&per_page=100&base=" + url.QueryEscape(c.host.DefaultBranch)
	if _, err := c.get(ctx, c.path(path), &pulls); err != nil {
		return c.unseen("changes", err, "pull_requests:read")
	}
	looked := 0
	for i := range c.host.Changes.Commits {
		one := &c.host.Changes.Commits[i]
		for _, p := range pulls {
			if p.MergedAt == nil || p.Merge != one.Commit || p.Base.Ref != c.host.Changes.Branch {
				continue // another one
			}
			one.RequestSeen = evidence.Yes
			one.Request = &evidence.PullRequest{Number: p.Number, Link: p.Link, Author: p.User.person(), MergedAt: *p.MergedAt, Head: p.Head.SHA}
			if looked == restRequests {
				c.note(requestPath(p.Number), fmt.Sprintf("without GraphQL only %d pull requests are looked into", restRequests), "a token with pull_requests:read")
				break
			}
			looked++
			if err := c.partsByREST(ctx, one.Request); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// partsByREST asks for the commits and reviews of one pull request, and finds its
// commits in the sample.
func (c *collection) partsByREST(ctx context.Context, r *evidence.PullRequest) error {
	at := c.path("/pulls/" + strconv.Itoa(r.Number))
	var people []evidence.Person
	whole, err := c.pages(ctx, at+"/commits?per_page=100", 1, func(raw []byte) error {
		var page []restCommit
		err := json.Unmarshal(raw, &page)
		for i := range page {
			people = append(people, page[i].authors()...)
			committer, proof := page[i].Commit.Committer.person(page[i].Committer), page[i].Commit.Verification
			if !ofHost(committer) || proof == nil || proof.Reason != "valid" {
				people = append(people, committer) // the website signs what it commits
			}
			c.holds(page[i].SHA, r)
		}
		return err
	})
	if err != nil {
		return c.unseen(requestPath(r.Number), err, "pull_requests:read")
	}
	r.Contributors = distinct(people)
	if whole {
		r.ContributorsSeen = evidence.Yes
	}
	whole, err = c.pages(ctx, at+"/reviews?per_page=100", 1, func(raw []byte) error {
		var page []struct {
			User   *restAccount `json:"user"`
			State  string       `json:"state"`
			At     time.Time    `json:"submitted_at"`
			Commit string       `json:"commit_id"`
		}
		err := json.Unmarshal(raw, &page)
		for _, one := range page {
			if one.State != "PENDING" { // only its writer sees it
				r.Reviews = append(r.Reviews, evidence.Review{By: one.User.person(), State: one.State, At: one.At, Commit: one.Commit})
			}
		}
		return err
	})
	if err != nil {
		return c.unseen(requestPath(r.Number), err, "pull_requests:read")
	}
	inTime(r.Reviews)
	if whole {
		r.ReviewsSeen = evidence.Yes
	}
	return nil
}

// holds gives a commit of the sample the pull request that has it among its own.
func (c *collection) holds(sha string, r *evidence.PullRequest) {
	for i := range c.host.Changes.Commits {
		if one := &c.host.Changes.Commits[i]; one.Commit == sha && one.Request == nil {
			one.Request, one.RequestSeen = r, evidence.Yes
		}
	}
}
