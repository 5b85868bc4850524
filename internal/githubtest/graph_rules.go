package githubtest

import (
	"slices"
	"strings"
)

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
