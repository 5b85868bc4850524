package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// depth is how much of each pull request is asked for.
type depth struct {
	requests, commits, reviews int
}

var (
	// shallow covers almost all pull requests. Points: 0.2 for each.
	shallow = depth{requests: 50, commits: 20, reviews: 50}
	// deep is for the few that are larger, as many as GitHub lists at once.
	deep = depth{requests: 5, commits: 100, reviews: 100}
)

// maxDeep bounds how many queries go for larger pull requests.
const maxDeep = 2

// requestsQuery asks for some pull requests by their numbers.
func requestsQuery(numbers []int, d depth) string {
	var text strings.Builder
	text.WriteString("query Requests($owner:String!,$name:String!){ rateLimit{cost remaining resetAt} repository(owner:$owner,name:$name){\n")
	for _, n := range numbers {
		fmt.Fprintf(&text, " p%d: pullRequest(number:%d){ ...parts }\n", n, n)
	}
	fmt.Fprintf(&text, `} }
fragment parts on PullRequest {
 commits(last:%d){ totalCount nodes{ commit{ oid committedViaWeb committer{ email user{login} } authors(first:5){ totalCount nodes{ email user{login} } } } } }
 reviews(last:%d){ totalCount nodes{ state submittedAt authorCanPushToRepository author{ __typename login } commit{oid} } } }`, d.commits, d.reviews)
	return text.String()
}

// requests asks for the commits and reviews of the pull requests of the sample. Each
// is asked for once, however many commits it brought.
func (c *collection) requests(ctx context.Context) error {
	open := c.numbers()
	larger, err := c.requestsAt(ctx, open, shallow, len(open))
	if err != nil || len(larger) == 0 {
		return err
	}
	larger, err = c.requestsAt(ctx, larger, deep, maxDeep*deep.requests)
	for _, n := range larger {
		c.note(requestPath(n), "it has more commits or reviews than were asked for", "a look at the pull request on the host")
	}
	return err
}

// requestsAt asks for pull requests, at most some, and answers with those that have more
// than that.
func (c *collection) requestsAt(ctx context.Context, open []int, d depth, most int) (larger []int, err error) {
	size := d.requests
	for len(open) > 0 && most > 0 {
		if !c.spare(0) {
			for _, n := range open {
				c.note(requestPath(n), "left out: with the token of a job a scan asks for no more than ten things", "a token of your own")
			}
			return larger, nil
		}
		var part, more []int
		err = c.halve(min(size, len(open), most), func(now int) error {
			part, size = open[:now], max(now, 1)
			var err error
			more, err = c.ask(ctx, part, d)
			return err
		})
		if err != nil {
			return larger, c.unread(open, err)
		}
		larger, open, most = append(larger, more...), open[len(part):], most-len(part)
	}
	return append(larger, open...), nil
}

// unread notes the pull requests that an error left out, and hands back what ends the
// scan.
func (c *collection) unread(open []int, err error) error {
	for i, n := range open {
		if i > 0 && c.stopped() == nil {
			var no *refusal
			if !errors.As(err, &no) {
				c.note(requestPath(n), reasonOf(err), "a run when the host answers")
				continue // the outage is counted once
			}
		}
		if err := c.unseen(requestPath(n), err, "pull_requests:read"); err != nil {
			return err
		}
	}
	return nil
}

// ask is one query for some pull requests.
func (c *collection) ask(ctx context.Context, numbers []int, d depth) (larger []int, err error) {
	var seen struct {
		Repository map[string]json.RawMessage `json:"repository"`
	}
	refused, err := c.query(ctx, requestsQuery(numbers, d), map[string]any{"owner": c.owner, "name": c.name}, &seen)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		name := "p" + strconv.Itoa(n)
		var parts *requestParts
		if json.Unmarshal(seen.Repository[name], &parts) != nil || parts == nil {
			c.noteField(requestPath(n), refused, name, "pull_requests:read")
			continue // its lists stay unknown
		}
		if c.fill(n, parts, refused) {
			larger = append(larger, n)
		}
	}
	return larger, nil
}

// fill writes the parts of one pull request down. It is true where there are more than
// came.
func (c *collection) fill(n int, parts *requestParts, refused []fieldError) (more bool) {
	people, peopleSeen := parts.contributors()
	reviews, reviewsSeen := parts.reviews()
	for _, at := range []struct {
		missing bool
		field   string
	}{{parts.Commits == nil, "commits"}, {parts.Reviews == nil, "reviews"}} {
		if at.missing {
			c.noteField(requestPath(n), refused, at.field, "pull_requests:read")
		}
	}
	c.ofRequest(n, func(r *evidence.PullRequest) {
		r.Contributors, r.ContributorsSeen = people, peopleSeen
		r.Reviews, r.ReviewsSeen = reviews, reviewsSeen
	})
	return parts.Commits != nil && parts.Commits.Total > len(parts.Commits.Nodes) || parts.Reviews != nil && parts.Reviews.Total > len(parts.Reviews.Nodes)
}
