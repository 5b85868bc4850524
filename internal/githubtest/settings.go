package githubtest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// policy is that of the repository, or of the organisation where the path is one.
func (c *call) policy() Actions {
	if c.repo != nil {
		return c.repo.Actions
	}
	return c.org.Actions
}

func (c *call) actions() any {
	a := c.repo.Actions
	if a.Disabled {
		return fields{"enabled": false}
	}
	return fields{"enabled": true, "allowed_actions": cmp.Or(a.Allowed, "all"), "sha_pinning_required": a.SHAPinning}
}

func (c *call) selectedActions() any {
	a := c.policy()
	if a.Allowed != "selected" {
		return &refusal{status: http.StatusConflict, message: "Actions policy is not set to selected"}
	}
	patterns := a.Patterns
	if patterns == nil {
		patterns = []string{}
	}
	return fields{"github_owned_allowed": a.GitHubAllowed, "verified_allowed": a.VerifiedAllowed, "patterns_allowed": patterns}
}

func (c *call) workflowToken() any {
	a, level := c.policy(), "read"
	if a.WriteToken {
		level = "write"
	}
	return fields{"default_workflow_permissions": level, "can_approve_pull_request_reviews": a.MayApprove}
}

func (c *call) forkApproval() any {
	return fields{"approval_policy": cmp.Or(c.policy().ForkApproval, "first_time_contributors")}
}

func (c *call) forkWorkflows() any {
	if c.repo != nil && !c.repo.private() {
		return notFound
	}
	a := c.policy()
	return fields{
		"run_workflows_from_fork_pull_requests": a.ForkWorkflows, "send_write_tokens_to_workflows": a.ForkWriteTokens,
		"send_secrets_and_variables": a.ForkSecrets, "require_approval_for_fork_pr_workflows": false,
	}
}

func (c *call) retention() any {
	return fields{"days": cmp.Or(c.policy().LogDays, 90), "maximum_allowed_days": 400}
}

func (c *call) accessLevel() any {
	if !c.repo.private() {
		return &refusal{status: http.StatusUnprocessableEntity, message: "Access policy only applies to internal and private repositories."}
	}
	return fields{"access_level": cmp.Or(c.repo.Actions.AccessLevel, "none")}
}

func (c *call) subject() any {
	a := c.repo.Actions
	one := fields{"use_default": a.ClaimKeys == nil}
	if a.ClaimKeys != nil {
		one["include_claim_keys"] = a.ClaimKeys
	}
	if a.ImmutableSubject {
		one["use_immutable_subject"] = true
	}
	return one
}

func (c *call) secrets() any { return counted(c, "secrets", secretList(c.repo.Secrets)) }

// sharedSecrets are those of the organisation that the repository gets.
func (c *call) sharedSecrets() any {
	list := []any{}
	if c.org != nil {
		for _, s := range c.org.Secrets {
			if s.Visibility != "private" || c.repo.private() {
				list = append(list, secretFields(s))
			}
		}
	}
	return counted(c, "secrets", list)
}

func (c *call) dependabotSecrets() any {
	return counted(c, "secrets", secretList(c.repo.DependabotSecrets))
}

func (c *call) environmentSecrets() any {
	e := c.repo.environment(c.arg("environment_name"))
	if e == nil {
		return notFound
	}
	return counted(c, "secrets", secretList(e.Secrets))
}

func (r *Repository) environment(name string) *Environment {
	for i := range r.Environments {
		if strings.EqualFold(r.Environments[i].Name, name) {
			return &r.Environments[i]
		}
	}
	return nil
}

func (c *call) environments() any {
	all := []any{}
	for i := range c.repo.Environments {
		all = append(all, c.describeEnvironment(&c.repo.Environments[i]))
	}
	return counted(c, "environments", all)
}

func (c *call) environment() any {
	e := c.repo.environment(c.arg("environment_name"))
	if e == nil {
		return notFound
	}
	return c.describeEnvironment(e)
}

func (c *call) describeEnvironment(e *Environment) fields {
	rules := []any{}
	id := e.ID * 10
	rule := func(kind string, more fields) {
		id++
		one := fields{"id": id, "node_id": nodeID("gate", id), "type": kind}
		for name, value := range more {
			one[name] = value
		}
		rules = append(rules, one)
	}
	if e.WaitMinutes > 0 {
		rule("wait_timer", fields{"wait_timer": e.WaitMinutes})
	}
	if len(e.Reviewers) > 0 {
		reviewers := []any{}
		for _, name := range e.Reviewers {
			if team, is := strings.CutPrefix(name, "team/"); is {
				reviewers = append(reviewers, fields{"type": "Team", "reviewer": c.team(team)})
			} else {
				reviewers = append(reviewers, fields{"type": "User", "reviewer": c.simpleUser(name)})
			}
		}
		rule("required_reviewers", fields{"prevent_self_review": e.PreventSelfReview, "reviewers": reviewers})
	}
	var policy any
	if custom := len(e.Branches)+len(e.TagPatterns) > 0; e.ProtectedBranches || custom {
		rule("branch_policy", nil)
		policy = fields{"protected_branches": e.ProtectedBranches, "custom_branch_policies": custom}
	}
	return fields{
		"id": e.ID, "node_id": nodeID("environment", e.ID), "name": e.Name, "url": c.s.URL + repoURL(c.repo) + "/environments/" + e.Name, "html_url": "https://github.com/" + c.repo.full(),
		"created_at": stamp(epoch), "updated_at": stamp(epoch), "protection_rules": rules, "deployment_branch_policy": policy, "can_admins_bypass": !e.NoAdminBypass,
	}
}

func (c *call) team(slug string) fields {
	address := c.s.URL + "/organizations/1/team/" + slug
	return fields{
		"id": c.s.world.user(slug).ID, "node_id": nodeID("team", slug), "name": slug, "slug": slug, "description": nil, "privacy": "closed", "permission": "push",
		"url": address, "html_url": "https://github.com/orgs/" + c.repo.Owner + "/teams/" + slug, "members_url": address + "/members{/member}", "repositories_url": address + "/repos", "parent": nil,
	}
}

func (c *call) branchPolicies() any {
	e := c.repo.environment(c.arg("environment_name"))
	if e == nil {
		return notFound
	}
	all := []any{}
	for i, name := range slices.Concat(e.Branches, e.TagPatterns) {
		kind := "branch"
		if i >= len(e.Branches) {
			kind = "tag"
		}
		all = append(all, fields{"id": e.ID*100 + i, "node_id": nodeID("policy", e.ID*100+i), "name": name, "type": kind})
	}
	return counted(c, "branch_policies", all)
}

func (c *call) deployKeys() any {
	all := []any{}
	for _, k := range c.repo.DeployKeys {
		all = append(all, fields{
			"id": k.ID, "key": cmp.Or(k.Key, "ssh-ed25519 AAAA"), "url": c.s.URL + repoURL(c.repo) + "/keys", "title": k.Title, "verified": true,
			"created_at": stamp(since(k.Created)), "read_only": !k.CanWrite, "added_by": nullable(k.AddedBy), "last_used": stampOr(k.LastUsed), "enabled": !k.Disabled,
		})
	}
	return page(c, all)
}

// vulnerabilityAlerts answers by the status alone.
func (c *call) vulnerabilityAlerts() any {
	if !c.repo.Security.Alerts {
		return &refusal{status: http.StatusNotFound, message: "Vulnerability alerts are disabled."}
	}
	c.status = http.StatusNoContent
	return nil
}

func (c *call) securityFixes() any {
	if !c.repo.Security.Fixes {
		return notFound
	}
	return fields{"enabled": true, "paused": false}
}

func (c *call) privateReports() any { return fields{"enabled": c.repo.Security.PrivateReports} }

// immutableReleases answers 404 where they are off, as for those who may not ask.
func (c *call) immutableReleases() any {
	enforced := c.org != nil && c.org.ImmutableReleases == "all"
	if !c.repo.Security.ImmutableReleases && !enforced {
		return notFound
	}
	return fields{"enabled": true, "enforced_by_owner": enforced}
}
