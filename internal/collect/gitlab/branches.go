package gitlab

import (
	"context"
	"slices"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxBranches is how many branches are looked at, the default one included.
const maxBranches = 12

// branchAnswer is a branch as everybody sees it who may read the code.
type branchAnswer struct {
	Name           string `json:"name"`
	Protected      *bool  `json:"protected"`
	Default        bool   `json:"default"`
	DevelopersPush *bool  `json:"developers_can_push"` // by a protection; false where there is none
}

// protection is a protected branch, or a pattern of them, those of the group included.
type protection struct {
	Name       string  `json:"name"`
	Push       []entry `json:"push_access_levels"`
	ForcePush  *bool   `json:"allow_force_push"`
	CodeOwners *bool   `json:"code_owner_approval_required"` // not there below Premium
}

// entry is one of those who may: everybody from a role on, or one account, group or key.
type entry struct {
	Level  *int   `json:"access_level"`
	Called string `json:"access_level_description"`
	User   *int64 `json:"user_id"`
	Group  *int64 `json:"group_id"`
	Key    *int64 `json:"deploy_key_id"`
}

// branches collects what binds the default branch, and those that the policy names or
// that publish.
func (c *collection) branches(ctx context.Context) error {
	if c.host.DefaultBranch == "" {
		c.note("branches", "the repository has no branch yet", "")
		return nil
	}
	var why evidence.Unseen
	var err error
	if c.protections, why, err = settings[protection](ctx, c, maintainer, c.path("/protected_branches")); err != nil {
		return err
	}
	c.protectSeen = why.Reason == ""
	if err := c.approvalRules(ctx); err != nil {
		return err
	}
	if err := c.pushRules(ctx); err != nil {
		return err
	}
	wanted, flags, err := c.wanted(ctx)
	for _, one := range wanted {
		if err != nil {
			return err
		}
		err = c.branch(ctx, one, flags)
	}
	return err
}

// wanted are the branches to look at, the default one first, and what their list said
// of them. Names with stars ask for that list.
func (c *collection) wanted(ctx context.Context) ([]WantedBranch, map[string]*branchAnswer, error) {
	all := []WantedBranch{{c.host.DefaultBranch, "default"}}
	add := func(one WantedBranch) {
		if one.Name != "" && !slices.ContainsFunc(all, func(had WantedBranch) bool { return had.Name == one.Name }) {
			all = append(all, one)
		}
	}
	flags := map[string]*branchAnswer{}
	listed := c.kind == Job // which may see the list, and no single branch
	for _, one := range c.options.Branches {
		if strings.Contains(one.Name, "*") {
			listed = true
		} else {
			add(one)
		}
	}
	if listed {
		names, err := c.branchNames(ctx)
		if err == nil && !names.whole {
			c.note("branches", "there are more branches than were listed", "")
		}
		if err := c.unseen(err, anybody, "branches"); err != nil {
			return all, flags, err
		}
		for i := range names.all {
			name := names.all[i].Name
			flags[name] = &names.all[i]
			for _, one := range c.options.Branches {
				if strings.Contains(one.Name, "*") && fits(one.Name, name) {
					add(WantedBranch{name, one.Role})
				}
			}
		}
	}
	if len(all) > maxBranches {
		c.note("branches", "there are more branches than were asked for", "")
		all = all[:maxBranches]
	}
	slices.SortStableFunc(all[1:], func(a, b WantedBranch) int { return strings.Compare(a.Name, b.Name) })
	return all, flags, nil
}

// branchNames is the list of branches.
type branchNames struct {
	all   []branchAnswer
	whole bool
}

func (c *collection) branchNames(ctx context.Context) (branchNames, error) {
	if c.names != nil {
		return *c.names, nil
	}
	var names branchNames
	var err error
	if names.all, names.whole, err = pages[branchAnswer](ctx, c.client, c.path("/repository/branches"), nil); err == nil {
		c.names = &names
	}
	return names, err
}

// fits matches text in which each star takes anything, as GitLab's patterns do.
func fits(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	rest, is := strings.CutPrefix(name, parts[0])
	if !is {
		return false
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		if _, rest, is = strings.Cut(rest, part); !is {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[last])
}

// branch tells what binds one branch.
func (c *collection) branch(ctx context.Context, wanted WantedBranch, flags map[string]*branchAnswer) error {
	b := evidence.Branch{Name: wanted.Name, Role: wanted.Role, Link: c.webOf("/-/settings/repository")}
	what := "branches/" + b.Name
	shown := flags[b.Name]
	if shown == nil && (!c.protectSeen || wanted.Role != "default") {
		shown = &branchAnswer{}
		_, err := c.get(ctx, c.path("/repository/branches/"+api.PathEscape(b.Name)), nil, shown)
		if absent(err) && wanted.Role != "default" {
			c.note(what, "the host has no branch of this name", "")
			return nil
		}
		if err := c.unseen(err, anybody, what+"/protected"); err != nil {
			return err
		}
	}
	var binding []protection
	for _, p := range c.protections {
		if fits(p.Name, b.Name) {
			binding = append(binding, p)
		}
	}
	switch {
	case c.protectSeen:
		b.Protected = evidence.Known(len(binding) > 0)
	case shown != nil:
		b.Protected = answerOf(shown.Protected)
	}
	writers := evidence.Unknown // may all of them push?
	switch b.Protected {
	case evidence.Yes:
		b.DeletionBlocked = evidence.Yes // but for Maintainers, on the website
		c.protect(&b, binding)
		writers = anyWriter(&b, shown)
		if writers == evidence.Yes && b.PullRequest == evidence.Unknown {
			b.PullRequest = evidence.No
			c.forget(what + "/pullRequest")
		}
	case evidence.No:
		unbound(&b)
	case evidence.Unknown:
		c.missing(what, maintainer, "protected", "deletionBlocked", "bypass", "pullRequest", "forcePushBlocked", "codeOwners")
	}
	c.review(&b, writers)
	c.gates(&b, writers)
	c.host.Branches = append(c.host.Branches, b)
	return nil
}
