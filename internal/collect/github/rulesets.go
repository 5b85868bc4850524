package github

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxRulesets is how many rulesets are asked for one by one.
const maxRulesets = 40

// rulesetAnswer is one of GET rulesets, and with Conditions, Rules and perhaps Actors
// that of GET rulesets/{id}.
type rulesetAnswer struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Target      string `json:"target"`
	Source      string `json:"source"`
	Enforcement string `json:"enforcement"`
	Conditions  *struct {
		RefName *refCondition `json:"ref_name"`
	} `json:"conditions"`
	Rules []struct {
		Type string `json:"type"`
	} `json:"rules"`
	// Actors is absent (not empty) for those who may not change the ruleset.
	Actors json.RawMessage `json:"bypass_actors"`
}

type bypassAnswer struct {
	ID   *int64 `json:"actor_id"`
	Type string `json:"actor_type"`
	Mode string `json:"bypass_mode"`
}

// rulesetsByREST lists the rulesets, and asks for each of them what it holds.
func (c *collection) rulesetsByREST(ctx context.Context) error {
	var listed []rulesetAnswer
	whole, err := c.pages(ctx, c.path("/rulesets?includes_parents=true&per_page=100"), 3, func(raw []byte) error {
		var page []rulesetAnswer
		err := json.Unmarshal(raw, &page)
		listed = append(listed, page...)
		return err
	})
	if err != nil {
		return c.unseen("rulesets", err, "metadata:read")
	}
	if !whole || len(listed) > maxRulesets {
		c.note("rulesets", "there are more rulesets than were asked for", "metadata:read")
	}
	for _, one := range listed[:min(len(listed), maxRulesets)] {
		c.host.Rulesets = append(c.host.Rulesets, evidence.Ruleset{
			ID: number(one.ID), Name: one.Name, Target: one.Target, Enforcement: one.Enforcement, Source: cmp.Or(one.Source, c.host.Name),
		})
	}
	for i := range c.host.Rulesets {
		r := &c.host.Rulesets[i]
		r.Link = c.rulesetLink(*r)
		if !c.affords("rulesets/" + r.ID) {
			continue // noted
		}
		if err := c.unseen("rulesets/"+r.ID, c.detail(ctx, r), "metadata:read"); err != nil {
			return err
		}
	}
	return nil
}

// bypasses asks who may go past the rulesets. Only those who may change a ruleset are
// told; for others the answer is not worth a request.
func (c *collection) bypasses(ctx context.Context) error {
	for i := range c.host.Rulesets {
		r := &c.host.Rulesets[i]
		what := "rulesets/" + r.ID + "/bypass"
		permission, no := c.mayBypass(*r)
		switch {
		case r.BypassSeen == evidence.Yes:
			continue // told with the rest
		case no != nil:
			c.note(what, no.Reason, permission)
			continue
		case i >= maxRulesets:
			c.note(what, "there are more rulesets than were asked for", permission)
			continue
		case c.detailed[r.ID]:
			c.note(what, "the host leaves it out for this token", permission)
			continue
		}
		if err := c.unseen(what, c.detail(ctx, r), permission); err != nil {
			return err
		}
		if r.BypassSeen != evidence.Yes {
			c.note(what, "only those who may change the ruleset of "+r.Source+" are told", permission)
		}
	}
	slices.SortStableFunc(c.host.Rulesets, func(a, b evidence.Ruleset) int { return cmp.Compare(atoi(a.ID), atoi(b.ID)) })
	return nil
}

// mayBypass is the permission that shows who may go past a ruleset, and the refusal
// where it is not worth a request: whoever may change the ruleset is told.
func (c *collection) mayBypass(r evidence.Ruleset) (string, *refusal) {
	if strings.Contains(r.Source, "/") {
		return "administration:write", c.mayAdminister("administration:write", "repo")
	}
	return "organization_administration:write", c.may("organization_administration:write", "admin:org")
}

// detail asks for one ruleset.
func (c *collection) detail(ctx context.Context, r *evidence.Ruleset) error {
	var one rulesetAnswer
	if _, err := c.get(ctx, c.path("/rulesets/"+r.ID+"?includes_parents=true"), &one); err != nil {
		return err
	}
	c.detailed[r.ID] = true
	if one.Conditions != nil && one.Conditions.RefName != nil {
		r.Include, r.Exclude = one.Conditions.RefName.Include, one.Conditions.RefName.Exclude
	}
	r.Rules = nil
	for _, rule := range one.Rules {
		r.Rules = append(r.Rules, short(rule.Type))
	}
	slices.Sort(r.Rules)
	r.Rules = slices.Compact(r.Rules)
	if len(one.Actors) == 0 || bytes.Equal(one.Actors, []byte("null")) {
		return nil
	}
	var actors []bypassAnswer
	if json.Unmarshal(one.Actors, &actors) != nil {
		return nil // of a form that is not known: not seen
	}
	r.BypassSeen, r.Bypass = evidence.Yes, nil
	for _, actor := range actors {
		r.Bypass = append(r.Bypass, actor.evidence(*r))
	}
	return nil
}

// kinds are the kinds of those who may go past a ruleset.
var kinds = map[string]string{
	"RepositoryRole": "role", "Team": "team", "Integration": "app", "User": "user", "DeployKey": "deploy-key",
	"OrganizationAdmin": "organisation-admin", "EnterpriseOwner": "enterprise-owner", "EnterpriseRole": "role",
}

// roles are the numbers of the built-in roles.
var roles = map[int64]string{1: "read", 2: "maintain", 3: "triage", 4: "write", 5: "admin"}

func (b bypassAnswer) evidence(r evidence.Ruleset) evidence.Bypass {
	one := evidence.Bypass{Source: sourceName(r.ID, r.Source), Kind: cmp.Or(kinds[b.Type], short(strings.ToLower(b.Type))), Mode: strings.ReplaceAll(short(b.Mode), "_", "-")}
	switch {
	case b.ID == nil, *b.ID == 0:
	case b.Type == "RepositoryRole":
		one.Name = cmp.Or(roles[*b.ID], number(*b.ID))
	case b.Type != "OrganizationAdmin" && b.Type != "DeployKey" && b.Type != "EnterpriseOwner":
		one.Name = fmt.Sprintf("%s %d", one.Kind, *b.ID)
	}
	return one
}

// sourceName is how a ruleset is named among what binds a branch.
func sourceName(id, source string) string { return "ruleset " + id + " of " + source }

func number(id int64) string { return strconv.FormatInt(id, 10) }

func atoi(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // of ours, or 0
	return n
}
