package github

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxBranches is how many branches are looked at, the default one included.
const maxBranches = 12

// branches collects the rules of the default branch, and of those that the policy
// names or that publish.
func (c *collection) branches(ctx context.Context) error {
	wanted, err := c.wantedBranches(ctx)
	if err != nil {
		return err
	}
	for _, one := range wanted {
		branch, there, err := c.branch(ctx, one)
		if there {
			c.host.Branches = append(c.host.Branches, branch)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wantedBranches are the branches to look at, the default one first. Names with wildcards ask
// for the list of branches.
func (c *collection) wantedBranches(ctx context.Context) ([]WantedBranch, error) {
	var all, globs []WantedBranch
	add := func(one WantedBranch) {
		if one.Name != "" && !slices.ContainsFunc(all, func(had WantedBranch) bool { return had.Name == one.Name }) {
			all = append(all, one)
		}
	}
	add(WantedBranch{c.host.DefaultBranch, "default"})
	for _, one := range c.options.Branches {
		if strings.ContainsAny(one.Name, "*?[{") {
			globs = append(globs, one)
		} else {
			add(one)
		}
	}
	if len(globs) > 0 && c.affords("branches") {
		names, err := c.branchNames(ctx)
		if err != nil {
			return all, err
		}
		for _, name := range names {
			for _, one := range globs {
				if matched, err := doublestar.Match(one.Name, name); err == nil && matched {
					add(WantedBranch{name, one.Role})
				}
			}
		}
	}
	if len(all) > maxBranches {
		c.note("branches", "there are more branches than were asked for", "")
		all = all[:maxBranches]
	}
	if len(all) > 1 {
		slices.SortStableFunc(all[1:], func(a, b WantedBranch) int { return strings.Compare(a.Name, b.Name) })
	}
	return all, nil
}

func (c *collection) branchNames(ctx context.Context) ([]string, error) {
	var names []string
	whole, err := c.pages(ctx, c.path("/branches?per_page=100"), 3, func(raw []byte) error {
		var page []struct {
			Name      string `json:"name"`
			Protected *bool  `json:"protected"`
		}
		err := json.Unmarshal(raw, &page)
		for _, one := range page {
			names = append(names, one.Name)
			if one.Protected != nil {
				c.flags[one.Name] = *one.Protected
			}
		}
		return err
	})
	if err == nil && !whole {
		c.note("branches", "there are more branches than were listed", "contents:read")
	}
	return names, c.unseen("branches", err, "contents:read")
}

// branch merges what binds one branch. It answers false where there is no such
// branch.
func (c *collection) branch(ctx context.Context, wanted WantedBranch) (evidence.Branch, bool, error) {
	b := evidence.Branch{Name: wanted.Name, Role: wanted.Role, Link: c.address() + "/" + c.host.Name + "/settings/branches"}
	what := "branches/" + b.Name
	if wanted.Role != "default" && !c.affords(what) {
		return b, true, nil
	}
	rules, err := c.effective(ctx, what, b.Name)
	if err != nil {
		return b, true, err
	}
	classic, err := c.classic(ctx, what, b.Name)
	if err != nil {
		return b, true, err
	}
	if classic.missing && wanted.Role != "default" {
		c.note(what, "the host has no branch of this name", "")
		return b, false, nil
	}
	if classic.missing {
		classic.reason = "the branch has no commit yet"
		c.note(what, classic.reason, "a first commit")
	}
	fill(&b, merge(rules.demands, classic.demands))
	b.Protected = protected(rules, classic)
	c.bypassOf(&b, what, rules, classic)
	return b, true, nil
}

func fill(b *evidence.Branch, d demands) {
	b.PullRequest, b.DismissStale, b.LastPush, b.CodeOwners = d.pullRequest, d.dismissStale, d.lastPush, d.codeOwners
	b.StatusChecks, b.Strict = d.statusChecks, d.strict
	b.ForcePushBlocked, b.DeletionBlocked, b.Signatures, b.Linear = d.forcePushBlocked, d.deletionBlocked, d.signatures, d.linear
	b.Approvals, b.Checks, b.Sources = d.approvals, d.checks, d.sources
}

// protected says whether anything binds a branch.
func protected(rules ruling, classic classicState) evidence.Answer {
	switch {
	case len(rules.demands.sources) > 0, classic.exists == evidence.Yes, classic.flag == evidence.Yes:
		return evidence.Yes
	case classic.flag == evidence.No, rules.seen && classic.exists == evidence.No:
		return evidence.No
	}
	return evidence.Unknown
}

// ruling is what the active rulesets demand, and whether they were seen.
type ruling struct {
	demands  demands
	rulesets []string // ids
	seen     bool
}

// effective asks for the rules that bind a branch today.
func (c *collection) effective(ctx context.Context, what, branch string) (ruling, error) {
	var rules []ruleAnswer
	whole, err := c.pages(ctx, c.path("/rules/branches/"+url.PathEscape(branch)+"?per_page=100"), 5, func(raw []byte) error {
		var page []ruleAnswer
		err := json.Unmarshal(raw, &page)
		rules = append(rules, page...)
		return err
	})
	if err != nil {
		return ruling{}, c.unseen(what, err, "metadata:read")
	}
	r := ruling{demands: ofRules(rules), seen: whole}
	if !whole {
		c.note(what, "there are more rules than were asked for", "metadata:read")
		r.demands = merge(r.demands, demands{}) // silence proves nothing any more
	}
	for _, rule := range rules {
		r.rulesets = append(r.rulesets, number(rule.Ruleset))
	}
	slices.Sort(r.rulesets)
	r.rulesets = slices.Compact(r.rulesets)
	return r, nil
}

// bypassOf gathers who may go past what binds a branch.
func (c *collection) bypassOf(b *evidence.Branch, what string, rules ruling, classic classicState) {
	b.BypassSeen = evidence.Known(true)
	why, unlocks := "", []string(nil) // the first reason, and all that is missing
	open := func(reason, unlock string) {
		b.BypassSeen = evidence.Unknown
		why = cmp.Or(why, reason)
		held := unlock == "administration:read" && slices.Contains(unlocks, "administration:write")
		if !held && !slices.Contains(unlocks, unlock) {
			unlocks = append(unlocks, unlock)
		}
	}
	defer func() {
		if why != "" {
			c.note(what+"/bypass", why, strings.Join(unlocks, " and "))
		}
	}()
	for _, id := range rules.rulesets {
		at := slices.IndexFunc(c.host.Rulesets, func(r evidence.Ruleset) bool { return r.ID == id })
		switch {
		case at < 0:
			open("ruleset "+id+", which binds the branch, is not shown", "administration:write")
		case c.host.Rulesets[at].BypassSeen != evidence.Yes:
			hidden := c.host.Why("rulesets/" + id + "/bypass")
			open(hidden.Reason, cmp.Or(hidden.Unlock, "administration:write"))
		default:
			b.Bypass = append(b.Bypass, c.host.Rulesets[at].Bypass...)
		}
	}
	b.Bypass = sortedBypass(append(b.Bypass, classic.bypass...))
	switch {
	case !rules.seen:
		open("the rules of the branch are not told", "metadata:read")
	case classic.exists == evidence.Unknown:
		unlock := "administration:read"
		if classic.missing {
			unlock = "a first commit"
		}
		open(cmp.Or(classic.reason, "the classic protection is not told"), unlock)
	}
}
