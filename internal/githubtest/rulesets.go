package githubtest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func (c *call) rulesets() any {
	all := []any{}
	for _, one := range c.s.world.rulesetsOf(c.repo, c.query("includes_parents") != "false") {
		if targets := c.query("targets"); targets == "" || slices.Contains(strings.Split(targets, ","), one.Target) {
			all = append(all, c.shortRuleset(one))
		}
	}
	return page(c, all)
}

func (c *call) shortRuleset(one sourced) fields {
	settings := fmt.Sprintf("https://github.com/%s/rules/%d", one.source, one.ID)
	if one.org != nil {
		settings = fmt.Sprintf("https://github.com/organizations/%s/settings/rules/%d", one.source, one.ID)
	}
	address := fmt.Sprintf("%s/repos/%s/rulesets/%d", c.s.URL, one.source, one.ID)
	return fields{
		"id": one.ID, "name": one.Name, "target": one.Target, "source_type": one.kind, "source": one.source, "enforcement": one.Enforcement,
		"node_id": nodeID("ruleset", one.ID), "created_at": stamp(one.Updated), "updated_at": stamp(one.Updated),
		"_links": fields{"self": fields{"href": address}, "html": fields{"href": settings}},
	}
}

func (c *call) ruleset() any {
	for _, one := range c.s.world.rulesetsOf(c.repo, c.query("includes_parents") != "false") {
		if strconv.Itoa(one.ID) == c.arg("ruleset_id") {
			return c.describeRuleset(one)
		}
	}
	return notFound
}

// describeRuleset has bypass_actors only for those who may write the ruleset: for
// the others the key is absent.
func (c *call) describeRuleset(one sourced) fields {
	r := c.shortRuleset(one)
	rules := []any{}
	for _, rule := range one.Rules {
		rules = append(rules, c.describeRule(rule))
	}
	r["rules"] = rules
	if one.Target != "push" {
		conditions := fields{"ref_name": fields{"include": orEmpty(one.Include), "exclude": orEmpty(one.Exclude)}}
		if one.org != nil && c.repo == nil {
			names := one.Repositories
			if len(names) == 0 {
				names = []string{"~ALL"}
			}
			conditions["repository_name"] = fields{"include": names, "exclude": []string{}}
		}
		r["conditions"] = conditions
	}
	if c.grant.Kind != Anonymous {
		r["current_user_can_bypass"] = c.canBypass(one)
	}
	if c.writesRuleset(one) {
		r["bypass_actors"] = c.bypassActors(one.Bypass)
	}
	return r
}

func orEmpty(list []string) []string { return append([]string{}, list...) }

func (c *call) bypassActors(list []BypassActor) []any {
	all := []any{}
	for _, b := range list {
		actor := fields{"actor_type": b.Type, "bypass_mode": cmp.Or(b.Mode, "always"), "actor_id": nil}
		if b.Type != "DeployKey" {
			actor["actor_id"] = cmp.Or(b.ID, 1)
		}
		if strings.HasPrefix(b.Type, "Enterprise") {
			c.loose = true // seen live, not in the description
		}
		all = append(all, actor)
	}
	return all
}

// writesRuleset says whether the token may write a ruleset: that of an organisation
// only who governs the organisation.
func (c *call) writesRuleset(one sourced) bool {
	if one.org != nil {
		return c.s.world.governs(c.grant, one.org, "write")
	}
	return c.repo != nil && c.s.world.administers(c.grant, c.repo, "write")
}

func (c *call) canBypass(one sourced) string {
	for _, b := range one.Bypass {
		admin := c.repo != nil && b.Type == "RepositoryRole" && b.ID == 5 && c.grant.Login != "" && c.s.world.role(c.grant.Login, c.repo) == "admin"
		owner := b.Type == "OrganizationAdmin" && one.org != nil && one.org.owner(c.grant.Login)
		if !admin && !owner && !(b.Type == "User" && c.grant.Login != "" && strings.EqualFold(b.Name, c.grant.Login)) {
			continue // somebody else
		}
		switch b.Mode {
		case "pull_request":
			return "pull_requests_only"
		case "exempt":
			return "exempt"
		}
		return "always"
	}
	return "never"
}

func (c *call) organisationRulesets() any {
	all := []any{}
	for _, one := range c.org.Rulesets {
		all = append(all, c.shortRuleset(sourced{one, "Organization", c.org.Login, c.org}))
	}
	return page(c, all)
}

func (c *call) organisationRuleset() any {
	for _, one := range c.org.Rulesets {
		if strconv.Itoa(one.ID) == c.arg("ruleset_id") {
			return c.describeRuleset(sourced{one, "Organization", c.org.Login, c.org})
		}
	}
	return notFound
}

func (c *call) ruleSuites() any {
	all := []any{}
	for _, one := range c.repo.RuleSuites {
		result := cmp.Or(one.Result, "pass")
		if want := c.query("rule_suite_result"); want != "" && want != "all" && want != result {
			continue // not asked for
		}
		all = append(all, fields{
			"id": one.ID, "actor_id": c.s.world.user(one.Actor).ID, "actor_name": one.Actor, "before_sha": cmp.Or(one.Before, SHA("")), "after_sha": cmp.Or(one.After, SHA("")),
			"ref": one.Ref, "repository_id": c.repo.ID, "repository_name": c.repo.Name, "pushed_at": stamp(since(one.At)), "result": result,
		})
	}
	return page(c, all)
}
