package githubtest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// pull requests

func (c *call) describePull(p *PullRequest) fields {
	state := "closed"
	if p.Open {
		state = "open"
	}
	headRepo := c.describeRepository(c.repo)
	side := func(ref, sha string) fields {
		return fields{"label": c.repo.Owner + ":" + ref, "ref": ref, "sha": sha, "user": c.simpleUser(c.repo.Owner), "repo": headRepo}
	}
	one := fields{
		"id": c.repo.ID*1000 + p.Number, "number": p.Number, "state": state, "title": p.Title, "user": c.simpleUser(p.Author), "labels": []any{}, "milestone": nil,
		"created_at": stamp(epoch), "updated_at": stamp(epoch), "closed_at": stampOr(p.MergedAt), "merged_at": stampOr(p.MergedAt), "merge_commit_sha": nullable(p.MergeCommit),
		"assignee": nil, "head": side("topic", p.Head), "base": side(p.Base, SHA("base")), "author_association": c.association(p.Author), "auto_merge": nil, "draft": false,
		"html_url": "https://github.com/" + c.repo.full() + "/pull/" + strconv.Itoa(p.Number),
	}
	links := fields{}
	for _, name := range []string{"comments", "commits", "statuses", "html", "issue", "review_comments", "review_comment", "self"} {
		links[name] = fields{"href": c.s.URL}
	}
	one["_links"] = links
	return one
}

func (c *call) association(login string) string {
	switch role := c.s.world.role(login, c.repo); {
	case strings.EqualFold(login, c.repo.Owner):
		return "OWNER"
	case c.org != nil && c.org.member(login) != nil:
		return "MEMBER"
	case atLeast(role, "triage"):
		return "COLLABORATOR"
	}
	return "CONTRIBUTOR"
}

func (c *call) pulls() any {
	all := []any{}
	state := cmp.Or(c.query("state"), "open")
	for i := len(c.repo.PullRequests) - 1; i >= 0; i-- {
		p := &c.repo.PullRequests[i]
		if (state == "all" || (state == "open") == p.Open) && (c.query("base") == "" || c.query("base") == p.Base) {
			all = append(all, c.describePull(p))
		}
	}
	return page(c, all)
}

func (r *Repository) pull(number string) *PullRequest {
	for i := range r.PullRequests {
		if strconv.Itoa(r.PullRequests[i].Number) == number {
			return &r.PullRequests[i]
		}
	}
	return nil
}

func (c *call) pull() any {
	p := c.repo.pull(c.arg("pull_number"))
	if p == nil {
		return notFound
	}
	one := c.describePull(p)
	one["merged"], one["merged_by"], one["mergeable"], one["mergeable_state"] = !p.Open && !p.Unmerged, c.simpleUser(p.MergedBy), nil, "unknown"
	one["commits"], one["maintainer_can_modify"], one["rebaseable"] = len(p.Commits), false, nil
	return one
}

func (c *call) pullCommits() any {
	p := c.repo.pull(c.arg("pull_number"))
	if p == nil {
		return notFound
	}
	all := []any{}
	for i := range p.Commits {
		all = append(all, c.describeCommit(&p.Commits[i]))
	}
	return page(c, all)
}

func (c *call) reviews() any {
	p := c.repo.pull(c.arg("pull_number"))
	if p == nil {
		return notFound
	}
	all := []any{}
	for i, v := range p.Reviews {
		address := "https://github.com/" + c.repo.full() + "/pull/" + strconv.Itoa(p.Number)
		all = append(all, fields{
			"id": p.Number*1000 + i, "node_id": nodeID("review", p.Number*1000+i), "user": c.simpleUser(v.By), "body": "", "state": v.State, "submitted_at": stamp(v.At), "commit_id": v.Commit,
			"author_association": c.association(v.By), "html_url": address, "pull_request_url": c.s.URL + repoURL(c.repo) + "/pulls/" + strconv.Itoa(p.Number),
			"_links": fields{"html": fields{"href": address}, "pull_request": fields{"href": address}},
		})
	}
	return page(c, all)
}

// pullsWith are the pull requests that a commit belongs to: the one that brought it
// first, then others that hold it.
func (r *Repository) pullsWith(sha string) []*PullRequest {
	var numbers []int
	for _, one := range r.allCommits() {
		if one.SHA == sha {
			numbers = append(numbers, one.Others...) // GitHub promises no order
			if one.Pull != 0 {
				numbers = append([]int{one.Pull}, numbers...)
			}
		}
	}
	var all []*PullRequest
	for _, n := range numbers {
		if p := r.pull(strconv.Itoa(n)); p != nil {
			all = append(all, p)
		}
	}
	for i := range r.PullRequests {
		p := &r.PullRequests[i]
		if !slices.Contains(all, p) && slices.ContainsFunc(p.Commits, func(one Commit) bool { return one.SHA == sha }) {
			all = append(all, p)
		}
	}
	return all
}

func (c *call) pullsOfCommit() any {
	if c.repo.find(c.arg("commit_sha")) == nil {
		return &refusal{status: http.StatusUnprocessableEntity, message: "No commit found for SHA: " + c.arg("commit_sha")}
	}
	all := []any{}
	for _, p := range c.repo.pullsWith(c.arg("commit_sha")) {
		all = append(all, c.describePull(p))
	}
	return page(c, all)
}
