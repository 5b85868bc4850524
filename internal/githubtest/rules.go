package githubtest

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Rules are rules without parameters.
func Rules(types ...string) []Rule {
	var all []Rule
	for _, one := range types {
		all = append(all, Rule{Type: one})
	}
	return all
}

// ReviewRule demands a pull request with some approvals. More parameters come as
// pairs: "require_last_push_approval", true.
func ReviewRule(approvals int, more ...any) Rule {
	parameters := fields{
		"required_approving_review_count": approvals, "dismiss_stale_reviews_on_push": false, "require_code_owner_review": false,
		"require_last_push_approval": false, "required_review_thread_resolution": false,
	}
	for i := 0; i+1 < len(more); i += 2 {
		parameters[more[i].(string)] = more[i+1]
	}
	return Rule{Type: "pull_request", Parameters: parameters}
}

// StatusRule demands status checks, on the newest base where strict.
func StatusRule(strict bool, contexts ...string) Rule {
	checks := []any{}
	for _, one := range contexts {
		checks = append(checks, fields{"context": one})
	}
	return Rule{Type: "required_status_checks", Parameters: fields{"strict_required_status_checks_policy": strict, "required_status_checks": checks}}
}

// sourced is a ruleset with who wrote it.
type sourced struct {
	Ruleset
	kind, source string // Repository or Organization
	org          *Organisation
}

// rulesetsOf are those of a repository, its own first.
func (w *World) rulesetsOf(r *Repository, parents bool) []sourced {
	var all []sourced
	for _, one := range r.Rulesets {
		all = append(all, sourced{one, "Repository", r.full(), nil})
	}
	if o := w.organisation(r.Owner); o != nil && parents {
		for _, one := range o.Rulesets {
			if len(one.Repositories) == 0 || slices.ContainsFunc(one.Repositories, func(p string) bool { return p == "~ALL" || wild(p, r.Name) }) {
				all = append(all, sourced{one, "Organization", o.Login, o})
			}
		}
	}
	return all
}

// wild matches as GitHub does: * stays within a part of a path, ** crosses.
func wild(pattern, name string) bool {
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(expression, `\*\*/`, `(?:.*/)?`)
	expression = strings.ReplaceAll(expression, `\*\*`, `.*`)
	expression = strings.ReplaceAll(expression, `\*`, `[^/]*`)
	expression = strings.ReplaceAll(expression, `\?`, `[^/]`)
	matched, err := regexp.MatchString("^"+expression+"$", name)
	return err == nil && matched
}

func (r *Repository) matches(patterns []string, branch string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return p == "~ALL" || p == "~DEFAULT_BRANCH" && branch == r.DefaultBranch || wild(strings.TrimPrefix(p, "refs/heads/"), branch)
	})
}

type rulePlace struct {
	Rule
	from sourced
}

// effective are the rules in force for a branch, whether it exists or not.
func (w *World) effective(r *Repository, branch string) []rulePlace {
	var all []rulePlace
	for _, one := range w.rulesetsOf(r, true) {
		if one.Target != "branch" || one.Enforcement != "active" || !r.matches(one.Include, branch) || r.matches(one.Exclude, branch) {
			continue // binds something else, or nobody
		}
		for _, rule := range one.Rules {
			all = append(all, rulePlace{rule, one})
		}
	}
	return all
}

func (c *call) branchRules() any {
	all := []any{}
	for _, one := range c.s.world.effective(c.repo, c.arg("branch")) {
		rule := c.describeRule(one.Rule)
		rule["ruleset_source_type"], rule["ruleset_source"], rule["ruleset_id"] = one.from.kind, one.from.source, one.from.ID
		all = append(all, rule)
	}
	return page(c, all)
}

func (c *call) describeRule(r Rule) fields {
	one := fields{"type": r.Type}
	if r.Parameters != nil {
		one["parameters"] = r.Parameters
	}
	if !knownRules()[r.Type] {
		c.loose = true
	}
	return one
}

// knownRules are the types that the description has.
func knownRules() map[string]bool {
	all := map[string]bool{}
	for _, one := range restDescription().Components.Schemas["repository-rule"].Value.OneOf {
		for _, name := range one.Value.Properties["type"].Value.Enum {
			all[name.(string)] = true
		}
	}
	return all
}

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
	r["current_user_can_bypass"] = c.canBypass(one)
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
