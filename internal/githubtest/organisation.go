package githubtest

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
)

func (c *call) organisation() any {
	o := c.org
	base := c.s.URL + "/orgs/" + o.Login
	one := fields{
		"login": o.Login, "id": o.ID, "node_id": nodeID("organisation", o.Login), "url": base, "repos_url": base + "/repos", "hooks_url": base + "/hooks",
		"html_url": "https://github.com/" + o.Login, "type": "Organization", "has_organization_projects": true, "has_repository_projects": true,
		"created_at": stamp(epoch), "updated_at": stamp(epoch),
	}
	if !c.s.world.governs(c.grant, o, "read") && !c.s.world.readsOrganisation(c.grant, o) {
		return one
	}
	one["default_repository_permission"] = o.DefaultPermission
	one["deploy_keys_enabled_for_repositories"] = !o.NoDeployKeys
	one["plan"] = fields{"name": o.Plan, "space": 1, "private_repos": 1}
	if !o.UnknownMFA {
		one["two_factor_requirement_enabled"] = o.RequireMFA
	}
	return one
}

// readsOrganisation says whether an owner's classic token with read:org sees what
// only owners see.
func (w *World) readsOrganisation(g *Grant, o *Organisation) bool {
	return g.Kind == Classic && o.owner(g.Login) && g.scope("admin:org")
}

func (c *call) organisationRepositories() any {
	return page(c, c.visible(func(r *Repository) bool { return strings.EqualFold(r.Owner, c.org.Login) }))
}

// watched says whether a token may filter people by how they sign in.
func (c *call) watched() bool {
	switch c.grant.Kind {
	case Classic:
		return c.org.owner(c.grant.Login) && c.grant.scope("read:org")
	case FineGrained:
		return strings.EqualFold(c.grant.Owner, c.org.Login) && c.org.owner(c.grant.Login) && c.grant.permission("members:read")
	case Installation:
		return strings.EqualFold(c.grant.Owner, c.org.Login) && c.grant.permission("members:read")
	}
	return false
}

var onlyOwners = &refusal{status: http.StatusUnprocessableEntity, message: "Validation Failed", errors: []any{
	"Only owners can use this filter.",
}}

func fits(m Member, filter string) bool {
	switch filter {
	case "2fa_disabled":
		return m.MFA == NoMFA
	case "2fa_insecure":
		return m.MFA == InsecureMFA
	}
	return true
}

func (c *call) members() any {
	filter, role := c.query("filter"), c.query("role")
	if filter != "" && filter != "all" && !c.watched() {
		return onlyOwners
	}
	all := []any{}
	for _, m := range c.org.Members {
		if fits(m, filter) && (role == "" || role == "all" || (role == "admin") == m.Owner) {
			all = append(all, c.simpleUser(m.Login))
		}
	}
	inside := c.grant.Kind == Classic && c.grant.scope("read:org") && c.org.member(c.grant.Login) != nil || c.grant.permission("members:read") && strings.EqualFold(c.grant.Owner, c.org.Login)
	if !inside {
		return []any{} // memberships are private unless their owner shows them
	}
	return page(c, all)
}

func (c *call) outside() any {
	filter := c.query("filter")
	if filter != "" && filter != "all" && !c.watched() {
		return onlyOwners
	}
	all := []any{}
	for _, m := range c.org.Outside {
		if fits(m, filter) {
			all = append(all, c.simpleUser(m.Login))
		}
	}
	return page(c, all)
}

func (c *call) organisationInstallations() any {
	all := []any{}
	for i := range c.s.world.Apps {
		if a := &c.s.world.Apps[i]; strings.EqualFold(a.Account, c.org.Login) {
			all = append(all, c.installation(a))
		}
	}
	return counted(c, "installations", all)
}

// personalTokens answers installations only.
func (c *call) personalTokens() any {
	if c.grant.Kind != Installation {
		return c.lacks("")
	}
	all := []any{}
	for _, p := range c.org.PersonalTokens {
		selection := "subset"
		if p.All {
			selection = "all"
		}
		all = append(all, fields{
			"id": p.ID, "owner": c.simpleUser(cmp.Or(p.Owner, "first-author")), "repository_selection": selection, "repositories_url": c.s.URL, "token_id": p.ID,
			"token_name": p.Name, "access_granted_at": stamp(since(p.Created)), "token_expired": false, "token_expires_at": stampOr(p.Expires),
			"token_last_used_at": stampOr(p.LastUsed), "permissions": fields{"repository": p.Permissions},
		})
	}
	return page(c, all)
}

func (c *call) organisationHooks() any { return page(c, c.describeHooks(c.org.Hooks, "Organization")) }

func (c *call) hooks() any { return page(c, c.describeHooks(c.repo.Hooks, "Repository")) }

func (c *call) describeHooks(hooks []Hook, kind string) []any {
	all := []any{}
	for _, h := range hooks {
		config := fields{"url": cmp.Or(h.URL, "https://hooks.example.com/in"), "content_type": "json", "insecure_ssl": "0"}
		if h.Insecure {
			config["insecure_ssl"] = "1"
		}
		if h.Secret {
			config["secret"] = "********"
		}
		events := h.Events
		if events == nil {
			events = []string{"push"}
		}
		address := c.s.URL + c.r.URL.Path + "/" + strconv.Itoa(h.ID)
		all = append(all, fields{
			"type": kind, "id": h.ID, "name": "web", "active": !h.Inactive, "events": events, "config": config, "created_at": stamp(epoch),
			"updated_at": stamp(epoch), "url": address, "ping_url": address + "/pings", "test_url": address + "/test", "last_response": fields{"code": nil, "status": "unused", "message": nil},
		})
	}
	return all
}

func (c *call) organisationImmutable() any {
	return fields{"enforced_repositories": c.org.ImmutableReleases}
}

func secretFields(s Secret) fields {
	return fields{"name": s.Name, "created_at": stamp(since(s.Created)), "updated_at": stamp(since(s.Updated))}
}

func secretList(all []Secret) []any {
	list := []any{}
	for _, s := range all {
		list = append(list, secretFields(s))
	}
	return list
}

func sharedList(all []Secret) []any {
	list := []any{}
	for _, s := range all {
		one := secretFields(s)
		one["visibility"] = cmp.Or(s.Visibility, "all")
		list = append(list, one)
	}
	return list
}

func (c *call) organisationSecrets() any { return counted(c, "secrets", sharedList(c.org.Secrets)) }

func (c *call) organisationDependabotSecrets() any {
	return counted(c, "secrets", sharedList(c.org.DependabotSecrets))
}

func (c *call) organisationActions() any {
	a, enabled := c.org.Actions, "all"
	if a.Disabled {
		enabled = "none"
	}
	return fields{"enabled_repositories": enabled, "allowed_actions": cmp.Or(a.Allowed, "all"), "sha_pinning_required": a.SHAPinning}
}

func (c *call) runnerPolicy() any {
	return fields{"enabled_repositories": cmp.Or(c.org.Actions.RunnerPolicy, "all")}
}

// organisationSubject has no field for immutable subjects in the description.
func (c *call) organisationSubject() any {
	keys := c.org.Actions.ClaimKeys
	if keys == nil {
		keys = []string{"repo", "context"}
	}
	one := fields{"include_claim_keys": keys}
	if c.org.Actions.ImmutableSubject {
		one["use_immutable_subject"] = true
	}
	return one
}

func (c *call) runnerGroups() any {
	all := []any{}
	for _, g := range c.org.RunnerGroups {
		workflows := g.Workflows
		if workflows == nil {
			workflows = []string{}
		}
		all = append(all, fields{
			"id": g.ID, "name": cmp.Or(g.Name, "Default"), "visibility": cmp.Or(g.Visibility, "all"), "default": g.Default, "inherited": false,
			"allows_public_repositories": g.Public, "restricted_to_workflows": len(g.Workflows) > 0, "selected_workflows": workflows,
		})
	}
	return counted(c, "runner_groups", all)
}

func (c *call) organisationRunners() any { return counted(c, "runners", runnerList(c.org.Runners)) }

func (c *call) runners() any { return counted(c, "runners", runnerList(c.repo.Runners)) }

func runnerList(runners []Runner) []any {
	all := []any{}
	for _, r := range runners {
		labels := []any{fields{"name": "self-hosted", "type": "read-only"}}
		for _, l := range r.Labels {
			labels = append(labels, fields{"name": l, "type": "custom"})
		}
		status := "online"
		if r.Offline {
			status = "offline"
		}
		all = append(all, fields{
			"id": r.ID, "runner_group_id": cmp.Or(r.Group, 1), "name": r.Name, "os": r.OS, "status": status, "busy": false, "labels": labels, "ephemeral": r.Ephemeral,
		})
	}
	return all
}
