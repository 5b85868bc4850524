package githubtest

import (
	"regexp"
	"slices"
	"strings"
	"sync"
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
var knownRules = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, one := range restDescription().Components.Schemas["repository-rule"].Value.OneOf {
		for _, name := range one.Value.Properties["type"].Value.Enum {
			all[name.(string)] = true
		}
	}
	return all
})
