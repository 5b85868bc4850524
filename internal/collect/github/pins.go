package github

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	// maxPins bounds how many commits of actions are looked up.
	maxPins = 300
	// reposAtOnce is how many repositories one query asks about.
	reposAtOnce = 25
	// tagPages is how many pages of 100 tags are read of one repository.
	tagPages = 10
)

// pinned is one repository of actions, and what is found out of the commits that
// workflows name.
type pinned struct {
	owner, name string
	commits     []*evidence.PinnedCommit // by SHA
	visible     bool                     // the host showed it
	branch, tip string                   // its default branch
	tags        string                   // cursor of the next page of tags
	listed      bool                     // all tags were read
}

// pins looks the commits up that workflows name actions by: whether they exist, which
// tags point to them, and whether a branch or tag of that very repository leads to them.
// The host finds those of forks under the same address, too.
func (c *collection) pins(ctx context.Context) error {
	repositories := c.pinnedRepositories()
	if len(repositories) == 0 {
		return nil
	}
	ctx = lookup(ctx)
	defer c.addPins(repositories)
	var open []*pinned
	for _, r := range repositories {
		if !c.recallPins(r) {
			open = append(open, r)
		}
	}
	if len(open) == 0 {
		return nil
	}
	if c.kind == Anonymous {
		c.note("pins", "GraphQL, which tells it, is not for those without a token", "a token of any kind")
		return nil
	}
	for _, step := range []func(context.Context, []*pinned) error{c.findPins, c.reachDefault, c.reachAny} {
		if err := c.unseen("pins", step(ctx, open), "contents:read"); err != nil {
			return err
		}
	}
	return nil
}

// pinnedRepositories gathers what is used by a full SHA, sorted. What the lock of
// actions pins counts too.
func (c *collection) pinnedRepositories() []*pinned {
	byName := make(map[string]*pinned)
	count := 0
	add := func(uses evidence.Uses, commit string) {
		commit = strings.ToLower(commit)
		if uses.Kind != evidence.UsesRemote || len(commit) != 40 || strings.Trim(commit, "0123456789abcdef") != "" || !c.hosts(uses.Host) || !nameForm.MatchString(uses.Owner) || !nameForm.MatchString(uses.Repo) {
			return
		}
		key := strings.ToLower(uses.Owner + "/" + uses.Repo)
		r := byName[key]
		if r == nil {
			r = &pinned{owner: uses.Owner, name: uses.Repo}
			byName[key] = r
		}
		if count >= maxPins || slices.ContainsFunc(r.commits, func(p *evidence.PinnedCommit) bool { return p.Commit == commit }) {
			return
		}
		count++
		r.commits = append(r.commits, &evidence.PinnedCommit{Repository: r.owner + "/" + r.name, Commit: commit})
	}
	for call := range c.seen.Calls() {
		uses := evidence.SplitUses(call.Uses.Value)
		add(uses, uses.Ref)
	}
	for _, lock := range c.seen.ActionLocks {
		for _, entry := range lock.Entries {
			add(evidence.SplitUses(entry.Uses), entry.Commit)
		}
	}
	if count >= maxPins {
		c.note("pins", fmt.Sprintf("only the first %d commits of actions were looked up", maxPins), "fewer actions")
	}
	var all []*pinned
	for _, r := range byName {
		if len(r.commits) > 0 {
			slices.SortFunc(r.commits, func(a, b *evidence.PinnedCommit) int { return strings.Compare(a.Commit, b.Commit) })
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b *pinned) int { return strings.Compare(a.key(), b.key()) })
	return all
}

// hosts says whether an address in `uses:` is on the host that is asked; none is.
func (c *collection) hosts(host string) bool {
	if host == "" {
		return true
	}
	own, err := url.Parse(c.address())
	return err == nil && strings.EqualFold(own.Host, host)
}

func (r *pinned) key() string { return strings.ToLower(r.owner + "/" + r.name) }

// unsettled are the repositories with commits that exist and that nothing was yet seen
// to lead to.
func unsettled(all []*pinned) []*pinned {
	var open []*pinned
	for _, r := range all {
		if r.visible && len(r.unreached()) > 0 {
			open = append(open, r)
		}
	}
	return open
}

func (r *pinned) unreached() []*evidence.PinnedCommit {
	var all []*evidence.PinnedCommit
	for _, one := range r.commits {
		if one.Exists == evidence.Yes && one.Reachable == evidence.Unknown {
			all = append(all, one)
		}
	}
	return all
}

// notePin says why something stays unknown of all commits of a repository for which it
// matters.
func (c *collection) notePin(r *pinned, all []*evidence.PinnedCommit, reason, unlock string) {
	for _, one := range all {
		c.note("pins/"+r.owner+"/"+r.name+"@"+one.Commit, reason, unlock)
	}
}

// inBatches asks about some repositories at a time, and about fewer where that is too
// much. A single one that is too much stays unknown.
func (c *collection) inBatches(all []*pinned, size int, ask func(part []*pinned) error) error {
	for len(all) > 0 {
		var part []*pinned
		err := c.halve(min(size, len(all)), func(now int) error {
			part, size = all[:now], max(now, 1)
			return ask(part)
		})
		var gone *outage
		if errors.As(err, &gone) && errors.Is(err, errHeavy) {
			c.notePin(part[0], part[0].commits, "the host gave up on the look-up", "a run when the host answers")
			err = nil
		}
		if err != nil {
			return err
		}
		all = all[len(part):]
	}
	return nil
}
