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
		"mergeCommitAllowed": true, "squashMergeAllowed": true, "rebaseMergeAllowed": true, "autoMergeAllowed": false, "deleteBranchOnMerge": false, "forkingAllowed": true,
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

func (x *execution) protections(r *Repository) []node {
	names := map[string]bool{}
	for name, p := range r.Protection {
		names[name] = p != nil
	}
	var all []node
	for _, name := range sorted(names) {
		if p, is := x.protection(r, name).(node); is {
			all = append(all, p)
		}
	}
	return all
}

// protection is the classic one of a branch, null where there is none.
func (x *execution) protection(r *Repository, branch string) any {
	p := r.Protection[branch]
	if p == nil {
		return nil
	}
	allowances := func(kind string, names []string) lazy {
		var all []node
		for _, name := range names {
			all = append(all, node{"__typename": kind, "id": nodeID("allowance", name), "actor": x.named(r.Owner, name)})
		}
		return connection(kind+"Connection", all)
	}
	var approvals any
	if p.Approvals != nil {
		approvals = *p.Approvals
	}
	checks := len(p.StatusChecks) > 0
	return node{
		"__typename": "BranchProtectionRule", "id": nodeID("protection", branch), "databaseId": r.ID, "pattern": branch, "isAdminEnforced": p.Admins, "requiredApprovingReviewCount": approvals,
		"requiresApprovingReviews": p.Approvals != nil, "requireLastPushApproval": p.LastPush, "dismissesStaleReviews": p.DismissStale, "requiresCodeOwnerReviews": p.CodeOwners,
		"requiresCommitSignatures": p.Signatures, "requiresLinearHistory": p.Linear, "allowsForcePushes": p.AllowForcePush, "allowsDeletions": p.AllowDeletion,
		"requiresConversationResolution": p.Conversations, "requiresStatusChecks": checks,
		// A bug of GitHub's: without status checks it says strict.
		"requiresStrictStatusChecks": p.Strict || !checks, "requiredStatusCheckContexts": stringsOf(p.StatusChecks), "restrictsPushes": p.RestrictPush, "lockBranch": p.Lock,
		"restrictsReviewDismissals": false, "blocksCreations": false, "lockAllowsFetchAndMerge": false,
		"bypassPullRequestAllowances": allowances("BypassPullRequestAllowance", p.BypassReview), "bypassForcePushAllowances": allowances("BypassForcePushAllowance", p.BypassForcePush),
	}
}

func stringsOf(list []string) []any {
	all := []any{}
	for _, one := range list {
		all = append(all, one)
	}
	return all
}

// updateRule is what those who are no administrators see of a classic protection.
func (x *execution) updateRule(r *Repository, branch string) any {
	p := r.Protection[branch]
	if p == nil {
		return nil
	}
	var approvals any
	if p.Approvals != nil {
		approvals = *p.Approvals
	}
	return node{
		"__typename": "RefUpdateRule", "pattern": branch, "requiredApprovingReviewCount": approvals, "requiresCodeOwnerReviews": p.CodeOwners, "requiresSignatures": p.Signatures,
		"requiresLinearHistory": p.Linear, "allowsForcePushes": p.AllowForcePush, "allowsDeletions": p.AllowDeletion, "requiredStatusCheckContexts": stringsOf(p.StatusChecks),
		"requiresConversationResolution": p.Conversations, "blocksCreations": false, "viewerCanPush": atLeast(x.s.world.acts(x.call.grant, r), "write"), "viewerAllowedToDismissReviews": false,
	}
}

func (x *execution) rulesets(r *Repository, list []sourced) lazy {
	return func(args map[string]any) any {
		var all []node
		targets, limited := args["targets"].([]any)
		for _, s := range list {
			if !limited || slices.Contains(targets, any(strings.ToUpper(s.Target))) {
				all = append(all, x.ruleset(r, s))
			}
		}
		return connection("RepositoryRulesetConnection", all)(args)
	}
}

func (x *execution) ruleset(r *Repository, s sourced) node {
	var source any
	if s.org != nil {
		source = lazy(func(map[string]any) any { return x.organisation(s.org) })
	} else {
		source = lazy(func(map[string]any) any { return x.repository(r) })
	}
	c := *x.call
	c.repo = r
	return node{
		"__typename": "RepositoryRuleset", "id": nodeID("ruleset", s.ID), "databaseId": s.ID, "name": s.Name, "target": strings.ToUpper(s.Target), "enforcement": strings.ToUpper(s.Enforcement),
		"createdAt": stamp(s.Updated), "updatedAt": stamp(s.Updated), "source": source,
		"conditions": node{
			"__typename": "RepositoryRuleConditions",
			"refName":    node{"__typename": "RefNameConditionTarget", "include": stringsOf(s.Include), "exclude": stringsOf(s.Exclude)},
		},
		// Null, without an error, for those who may not write the ruleset.
		"bypassActors": lazy(func(args map[string]any) any {
			if !c.writesRuleset(s) {
				return nil
			}
			return connection("RepositoryRulesetBypassActorConnection", x.bypassNodes(s))(args)
		}),
		"rules": lazy(func(args map[string]any) any {
			var all []node
			for i := range s.Rules {
				all = append(all, x.rule(r, rulePlace{s.Rules[i], s}))
			}
			return connection("RepositoryRuleConnection", all)(args)
		}),
	}
}

var roleNames = map[int]string{1: "read", 2: "maintain", 3: "triage", 4: "write", 5: "admin"}

func (x *execution) bypassNodes(s sourced) []node {
	var all []node
	for i, b := range s.Bypass {
		one := node{
			"__typename": "RepositoryRulesetBypassActor", "id": nodeID("bypass", s.ID*100+i), "organizationAdmin": b.Type == "OrganizationAdmin", "enterpriseOwner": b.Type == "EnterpriseOwner",
			"deployKey": b.Type == "DeployKey", "repositoryRoleName": nil, "repositoryRoleDatabaseId": nil, "actor": nil, "bypassMode": "ALWAYS",
		}
		switch b.Mode {
		case "pull_request":
			one["bypassMode"] = "PULL_REQUEST"
		case "exempt":
			one["bypassMode"] = nil // the schema has no name for it
		}
		switch b.Type {
		case "RepositoryRole":
			one["repositoryRoleName"], one["repositoryRoleDatabaseId"] = nullable(roleNames[b.ID]), b.ID
		case "Team":
			one["actor"] = x.team(s.source, b.Name)
		case "Integration":
			one["actor"] = x.named(s.source, "app/"+b.Name)
		}
		all = append(all, one)
	}
	return all
}

func (x *execution) rule(r *Repository, p rulePlace) node {
	parameters := func(name string) any { return p.Parameters[name] }
	one := node{
		"__typename": "RepositoryRule", "id": nodeID("rule", p.Type), "type": strings.ToUpper(p.Type), "parameters": nil,
		"repositoryRuleset": lazy(func(map[string]any) any { return x.ruleset(r, p.from) }),
	}
	switch p.Type {
	case "pull_request":
		methods := []any{"MERGE", "SQUASH", "REBASE"}
		one["parameters"] = node{
			"__typename": "PullRequestParameters", "requiredApprovingReviewCount": number(parameters("required_approving_review_count")), "requireLastPushApproval": parameters("require_last_push_approval") == true,
			"dismissStaleReviewsOnPush": parameters("dismiss_stale_reviews_on_push") == true, "requireCodeOwnerReview": parameters("require_code_owner_review") == true,
			"requiredReviewThreadResolution": parameters("required_review_thread_resolution") == true, "allowedMergeMethods": methods,
		}
	case "required_status_checks":
		var checks []node
		list, _ := parameters("required_status_checks").([]any)
		for _, each := range list {
			check, _ := each.(fields)
			checks = append(checks, node{"__typename": "StatusCheckConfiguration", "context": check["context"], "integrationId": check["integration_id"]})
		}
		one["parameters"] = node{
			"__typename": "RequiredStatusChecksParameters", "strictRequiredStatusChecksPolicy": parameters("strict_required_status_checks_policy") == true, "requiredStatusChecks": checks, "doNotEnforceOnCreate": false,
		}
	}
	return one
}
