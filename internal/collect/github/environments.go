package github

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

type environmentAnswer struct {
	Name   string `json:"name"`
	Link   string `json:"html_url"`
	Admins *bool  `json:"can_admins_bypass"`
	Rules  []struct {
		Type        string            `json:"type"`
		PreventSelf *bool             `json:"prevent_self_review"`
		Reviewers   []json.RawMessage `json:"reviewers"`
	} `json:"protection_rules"`
	// Policy is null where every branch may deploy, and absent where that is not told.
	Policy json.RawMessage `json:"deployment_branch_policy"`
}

// environments collects the deployment environments.
func (c *collection) environments(ctx context.Context) error {
	if no := c.may("actions:read"); no != nil && c.host.Visibility != "public" {
		return c.unseen("environments", no, "actions:read")
	}
	whole, err := c.pages(ctx, c.path("/environments?per_page=100"), 3, func(raw []byte) error {
		var page struct {
			All []environmentAnswer `json:"environments"`
		}
		err := json.Unmarshal(raw, &page)
		for _, one := range page.All {
			c.host.Environments = append(c.host.Environments, one.evidence(c))
		}
		return err
	})
	switch {
	case err != nil:
		return c.unseen("environments", err, "actions:read")
	case !whole:
		c.note("environments", "there are more environments than were asked for", "actions:read")
	}
	slices.SortFunc(c.host.Environments, func(a, b evidence.Environment) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

func (e environmentAnswer) evidence(c *collection) evidence.Environment {
	one := evidence.Environment{Name: e.Name, Link: c.address() + "/" + c.host.Name + "/settings/environments"}
	none := 0
	one.Reviewers = &none
	one.SelfReview = evidence.Yes // without reviewers nobody else has to look
	if e.Admins != nil {
		one.AdminsBypass = evidence.Known(*e.Admins)
	} else {
		c.note("environments/"+e.Name+"/adminsBypass", "the host leaves it out", "actions:read")
	}
	for _, rule := range e.Rules {
		if rule.Type != "required_reviewers" {
			continue // it waits, or binds branches: see Policy
		}
		count := len(rule.Reviewers)
		one.Reviewers = &count
		one.SelfReview = evidence.Unknown
		if rule.PreventSelf != nil {
			one.SelfReview = evidence.Known(!*rule.PreventSelf)
		} else {
			c.note("environments/"+e.Name+"/selfReview", "the host leaves it out", "actions:read")
		}
	}
	switch policy := strings.TrimSpace(string(e.Policy)); policy {
	case "":
		c.note("environments/"+e.Name+"/branchesBound", "the host leaves it out", "actions:read")
	case "null":
		one.BranchesBound = evidence.No
	default:
		one.BranchesBound = evidence.Yes
		var bound struct {
			Protected bool `json:"protected_branches"`
		}
		if json.Unmarshal(e.Policy, &bound) == nil && bound.Protected {
			one.Branches = []string{"protected branches"}
		}
	}
	return one
}

// deployingBranches asks for the patterns of environments that publish and name
// their branches.
func (c *collection) deployingBranches(ctx context.Context) error {
	for i := range c.host.Environments {
		e := &c.host.Environments[i]
		publishes := slices.ContainsFunc(c.options.Environments, func(name string) bool { return strings.EqualFold(name, e.Name) })
		if e.BranchesBound != evidence.Yes || len(e.Branches) > 0 || !publishes {
			continue // open to all, to the protected ones, or of no interest
		}
		what := "environments/" + e.Name + "/branches"
		if !c.affords(what) {
			continue // noted
		}
		var policies struct {
			All []struct {
				Name string `json:"name"`
				Type string `json:"type"`
			} `json:"branch_policies"`
		}
		path := c.path("/environments/" + url.PathEscape(e.Name) + "/deployment-branch-policies?per_page=100")
		if _, err := c.get(ctx, path, &policies); err != nil {
			if err := c.unseen(what, err, "actions:read"); err != nil {
				return err
			}
			continue // noted
		}
		for _, one := range policies.All {
			prefix := ""
			if one.Type == "tag" {
				prefix = "tag "
			}
			e.Branches = append(e.Branches, prefix+cmp.Or(one.Name, "*"))
		}
		slices.Sort(e.Branches)
	}
	return nil
}

// reporting asks whether strangers can report a vulnerability in private, which
// everybody is told.
func (c *collection) reporting(ctx context.Context) error {
	if !c.affords("security/privateReports") {
		return nil
	}
	var seen struct {
		Enabled *bool `json:"enabled"`
	}
	if _, err := c.get(ctx, c.path("/private-vulnerability-reporting"), &seen); err != nil {
		return c.unseen("security/privateReports", err, "metadata:read")
	}
	if seen.Enabled != nil {
		c.host.Security.PrivateReports = evidence.Known(*seen.Enabled)
	}
	return nil
}
