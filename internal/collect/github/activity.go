package github

import (
	"context"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// pushed is one entry of a repository's activity, the newest first.
type pushed struct {
	Kind  string `json:"activity_type"` // push, force_push, branch_creation, pr_merge, merge_queue_merge, ...
	Ref   string `json:"ref"`
	After string `json:"after"`
	Actor *struct {
		Login string `json:"login"`
		Kind  string `json:"type"`
	} `json:"actor"`
}

// activity asks once for the newest pushes. They tell who pushed last to the branches
// of pull requests (those of forks are not here), and that a commit came by a merge of
// which the host no longer knows the pull request.
func (c *collection) activity(ctx context.Context) error {
	if len(c.host.Changes.Commits) == 0 || !c.spare(0) {
		return nil
	}
	var all []pushed
	if _, err := c.get(ctx, c.path("/activity?per_page=100"), &all); err != nil {
		return c.unseen("changes/activity", err, "contents:read")
	}
	branch := "refs/heads/" + c.host.Changes.Branch
	for i := range c.host.Changes.Commits {
		one := &c.host.Changes.Commits[i]
		switch {
		case one.Request != nil:
			one.Request.LastPusher = lastPusher(all, one.Request.Head, branch)
		case one.RequestSeen == evidence.Yes && merged(all, one.Commit, branch):
			one.RequestSeen = evidence.Unknown
			c.note("changes/"+one.Commit, "a merge of a pull request brought it, and the host does not name the request", "a look at the commit on the host")
		}
	}
	return nil
}

// lastPusher is who pushed a commit to another branch than the one it was merged into.
func lastPusher(all []pushed, head, branch string) evidence.Person {
	for _, one := range all {
		if one.After != head || head == "" || one.Ref == branch || one.Actor == nil || !strings.HasPrefix(one.Ref, "refs/heads/") {
			continue // another push
		}
		switch one.Kind {
		case "push", "force_push", "branch_creation":
			return evidence.Person{Login: one.Actor.Login, Bot: one.Actor.Kind == "Bot" || strings.HasSuffix(one.Actor.Login, "[bot]")}
		}
	}
	return evidence.Person{}
}

func merged(all []pushed, commit, branch string) bool {
	for _, one := range all {
		if one.Ref == branch && one.After == commit && (one.Kind == "pr_merge" || one.Kind == "merge_queue_merge") {
			return true
		}
	}
	return false
}
