package gitlab

import (
	"context"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go"

	"github.com/sealvet/sealvet/internal/evidence"
)

type groupAnswer struct {
	Path       string `json:"full_path"`
	RequireMFA *bool  `json:"require_two_factor_authentication"`
}

type member struct {
	Name  string `json:"username"`
	Level int    `json:"access_level"`
	State string `json:"state"`
}

// groups are the paths of the groups that hold the project, the nearest first.
func (c *collection) groups() []string {
	path := c.repo.Namespace.Path
	if c.repo.Namespace.Kind != "group" || path == "" || !isProject(path+"/x") {
		return nil
	}
	var all []string
	for path != "" {
		all = append(all, path)
		path = path[:max(strings.LastIndex(path, "/"), 0)]
	}
	return all
}

// owner asks about the group, and those that hold it: what they demand of their members
// is demanded of its members too.
func (c *collection) owner(ctx context.Context) error {
	groups := c.groups()
	if len(groups) == 0 {
		if c.host.Personal == evidence.Unknown {
			c.note("organisation", "whose the project is was not told", anybody.role)
		}
		return nil
	}
	o := &evidence.Organisation{Name: groups[0], Link: c.address() + "/groups/" + groups[0] + "/-/edit"}
	c.host.Organisation = o
	if err := c.twoFactors(ctx, o, groups); err != nil {
		return err
	}
	members, why, err := settings[member](ctx, c, need{role: "a role in the group", level: 5}, "groups/"+api.PathEscape(groups[0])+"/members/all", "organisation/owners")
	if err != nil || why.Reason != "" {
		return err
	}
	owners := 0
	for _, m := range members {
		if m.Level >= 50 && m.State != "blocked" {
			owners++
		}
	}
	o.Owners = &owners
	return nil
}

// twoFactors asks group by group until one demands two factors. Where none does, an
// instance of one's own may still demand them of everybody.
func (c *collection) twoFactors(ctx context.Context, o *evidence.Organisation, groups []string) error {
	const what = "organisation/mfaRequired"
	known := true
	for _, path := range groups {
		var g groupAnswer
		_, err := c.get(ctx, "groups/"+api.PathEscape(path), map[string][]string{"with_projects": {"false"}}, &g)
		if err := c.unseen(err, need{role: "a role in the group", level: 5}, what); err != nil {
			return err
		}
		switch answerOf(g.RequireMFA) {
		case evidence.Yes:
			o.MFARequired = evidence.Yes
			c.forget(what)
			return nil
		case evidence.Unknown:
			known = false
			if err == nil {
				c.note(what, "the answer leaves it out", groupOwner.role)
			}
		case evidence.No:
		}
	}
	if !known {
		return nil
	}
	if c.base.Host == "gitlab.com" {
		o.MFARequired = evidence.No
		return nil
	}
	var instance struct {
		RequireMFA *bool `json:"require_two_factor_authentication"`
	}
	admin := need{role: "an administrator of the instance", level: 60}
	_, err := c.get(ctx, "application/settings", nil, &instance)
	if no := refusedBy(err); no != nil {
		c.note(what, "no group demands it, and whether the instance does is told to its administrators alone", admin.role)
		return nil
	}
	if o.MFARequired = answerOf(instance.RequireMFA); err == nil && o.MFARequired == evidence.Unknown {
		c.note(what, "the answer leaves it out", admin.role)
	}
	return c.unseen(err, admin, what)
}

// forget takes back what another answer told.
func (c *collection) forget(what string) {
	kept := c.host.Unseen[:0]
	for _, u := range c.host.Unseen {
		if u.What != what {
			kept = append(kept, u)
		}
	}
	c.host.Unseen = kept
}
