package githubtest

import (
	"slices"
	"strings"
)

// readable says whether a token may read some data of a repository: everybody for
// public ones.
func (x *execution) readable(r *Repository, permission string) bool {
	g := x.call.grant
	return r.Visibility == "public" || g.Kind == Classic || g.permission(permission)
}

// gated answers only to tokens with a permission.
func (x *execution) gated(r *Repository, permission string, field lazy) lazy {
	return func(args map[string]any) any {
		if !x.readable(r, permission) {
			return x.forbidden()
		}
		return field(args)
	}
}

// administered answers only to those who may read the settings.
func (x *execution) administered(r *Repository, field lazy) lazy {
	return func(args map[string]any) any {
		if !x.s.world.administers(x.call.grant, r, "read") {
			return x.forbidden()
		}
		return field(args)
	}
}

// viewerPermission is a person's role. What it is for the tokens of apps is written
// nowhere; it is played after what they may write.
func (x *execution) viewerPermission(r *Repository) string {
	g := x.call.grant
	switch {
	case g.Kind == Classic || g.Kind == FineGrained:
		return strings.ToUpper(x.s.world.role(g.Login, r))
	case g.covers(r) && g.permission("administration:write"):
		return "ADMIN"
	case g.covers(r) && g.permission("contents:write"):
		return "WRITE"
	}
	return "READ"
}

func (x *execution) repository(r *Repository) node {
	w, g := x.s.world, x.call.grant
	one := node{
		"__typename": "Repository", "id": nodeID("repository", r.ID), "databaseId": r.ID, "name": r.Name, "nameWithOwner": r.full(), "isArchived": r.Archived,
		"isFork": r.Fork, "isEmpty": len(r.Commits) == 0, "isPrivate": r.private(), "isInOrganization": w.organisation(r.Owner) != nil, "isDisabled": false,
		"isLocked": false, "isMirror": false, "isTemplate": false, "visibility": strings.ToUpper(r.Visibility), "url": "https://github.com/" + r.full(), "resourcePath": "/" + r.full(),
		"pushedAt": stamp(epoch), "updatedAt": stamp(epoch), "createdAt": stamp(epoch), "archivedAt": nil, "description": nil, "viewerPermission": nullable(x.viewerPermission(r)),
		"viewerCanAdminister": x.viewerPermission(r) == "ADMIN", "webCommitSignoffRequired": r.Security.WebSignoff, "isSecurityPolicyEnabled": r.Security.Policy,
		"issues": connection("IssueConnection", nil), "mergeCommitAllowed": true, "squashMergeAllowed": true, "rebaseMergeAllowed": true, "autoMergeAllowed": false, "deleteBranchOnMerge": false, "forkingAllowed": true,
		// False too for those who may not know.
		"hasVulnerabilityAlertsEnabled": r.Security.Alerts && w.administers(g, r, "read"),
		"owner":                         lazy(func(map[string]any) any { return x.owner(r.Owner) }),
		"codeowners":                    x.gated(r, "contents:read", func(map[string]any) any { return x.codeowners(r) }),
		"rulesets": x.ruled(r, func(args map[string]any) any {
			return x.rulesets(r, w.rulesetsOf(r, args["includeParents"] != false))(args)
		}),
		"ruleset": x.ruled(r, func(args map[string]any) any {
			for _, s := range w.rulesetsOf(r, args["includeParents"] != false) {
				if s.ID == number(args["databaseId"]) {
					return x.ruleset(r, s)
				}
			}
			return nil
		}),
		"environments": x.gated(r, "actions:read", func(args map[string]any) any { return connection("EnvironmentConnection", x.environments(r))(args) }),
		"branchProtectionRules": x.administered(r, func(args map[string]any) any {
			return connection("BranchProtectionRuleConnection", x.protections(r))(args)
		}),
		"deployKeys": x.administered(r, func(args map[string]any) any { return connection("DeployKeyConnection", deployKeyNodes(r))(args) }),
	}
	x.addHistory(one, r)
	return one
}

// ruled answers for repositories that the plan has rules for.
func (x *execution) ruled(r *Repository, field lazy) lazy {
	return func(args map[string]any) any {
		if o := x.s.world.organisation(r.Owner); o != nil && o.Plan == "free" && r.private() {
			return &denied{"FORBIDDEN", "Upgrade to GitHub Pro or make this repository public to enable this feature."}
		}
		return field(args)
	}
}

func (x *execution) codeowners(r *Repository) any {
	if r.NoOwners {
		return nil
	}
	all := []node{}
	for _, e := range r.OwnerErrors {
		kind, path := e.Kind, e.Path
		if kind == "" {
			kind = "Unknown owner"
		}
		if path == "" {
			path = ".github/CODEOWNERS"
		}
		all = append(all, node{"__typename": "RepositoryCodeownersError", "kind": kind, "path": path, "line": max(e.Line, 1), "column": 1, "message": kind, "source": "", "suggestion": nil})
	}
	return node{"__typename": "RepositoryCodeowners", "errors": all}
}

func (x *execution) environments(r *Repository) []node {
	var all []node
	for _, e := range r.Environments {
		var rules []node
		rule := func(kind string, reviewers []string, prevents any) {
			var people []node
			for _, name := range reviewers {
				one, _ := x.named(r.Owner, name).(node)
				people = append(people, one)
			}
			rules = append(rules, node{
				"__typename": "DeploymentProtectionRule", "databaseId": e.ID*10 + len(rules), "type": kind, "preventSelfReview": prevents, "timeout": e.WaitMinutes,
				"reviewers": connection("DeploymentReviewerConnection", people),
			})
		}
		if e.WaitMinutes > 0 {
			rule("WAIT_TIMER", nil, nil)
		}
		if len(e.Reviewers) > 0 {
			rule("REQUIRED_REVIEWERS", e.Reviewers, e.PreventSelfReview)
		}
		if e.ProtectedBranches || len(e.Branches)+len(e.TagPatterns) > 0 {
			rule("BRANCH_POLICY", nil, nil)
		}
		all = append(all, node{
			"__typename": "Environment", "id": nodeID("environment", e.ID), "databaseId": e.ID, "name": e.Name, "isPinned": false, "protectionRules": connection("DeploymentProtectionRuleConnection", rules),
		})
	}
	slices.SortFunc(all, func(a, b node) int { return strings.Compare(a["name"].(string), b["name"].(string)) })
	return all
}

func deployKeyNodes(r *Repository) []node {
	var all []node
	for _, k := range r.DeployKeys {
		all = append(all, node{
			"__typename": "DeployKey", "id": nodeID("key", k.ID), "title": k.Title, "key": k.Key, "readOnly": !k.CanWrite, "verified": true, "enabled": !k.Disabled, "createdAt": stamp(since(k.Created)),
		})
	}
	return all
}
