package gitlabtest

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
)

func (c *call) user() answer {
	body := object{"id": idOf(c.who.name), "username": c.who.name, "bot": c.who.kind != Personal}
	if c.who.admin {
		body["is_admin"] = true
	}
	return ok(body)
}

func (c *call) instance() answer {
	if !c.who.admin {
		return said(http.StatusForbidden, "403 Forbidden")
	}
	return ok(object{"require_two_factor_authentication": c.world.InstanceMFA})
}

// projectItself tells the basic details to those without an account.
func (c *call) projectItself() answer {
	p := c.project
	namespace := object{"id": 7, "kind": "group", "full_path": p.Path[:max(strings.LastIndex(p.Path, "/"), 0)]}
	if p.Person != "" {
		namespace["kind"] = "user"
	}
	body := object{
		"id": c.number(), "path_with_namespace": p.Path, "web_url": c.URL + "/" + p.Path,
		"default_branch": p.DefaultBranch, "namespace": namespace,
	}
	if p.Empty {
		body["default_branch"] = nil
	}
	if c.who == nil || c.who.kind == Job {
		return ok(body)
	}
	builds := "enabled"
	if p.NoPipelines {
		builds = "disabled"
	}
	method := p.MergeMethod
	if method == "" {
		method = "merge"
	}
	add := object{
		"visibility": visibility(p.Private), "archived": false, "empty_repo": p.Empty, "merge_method": method, "issues_access_level": "enabled", "builds_access_level": builds,
		"only_allow_merge_if_pipeline_succeeds": p.PipelineMustSucceed, "allow_merge_on_skipped_pipeline": p.SkippedCounts,
		"permissions": object{"project_access": access(c.role), "group_access": nil},
	}
	if c.role >= Maintainer {
		add["ci_push_repository_for_job_token_allowed"] = p.JobTokenPushes
	}
	if c.world.Plan == Ultimate {
		add["pre_receive_secret_detection_enabled"] = p.PushProtection
	}
	for key, value := range add {
		body[key] = value
	}
	return ok(body)
}

func (c *call) number() int {
	for i := range c.world.Projects {
		if &c.world.Projects[i] == c.project {
			return i + 1
		}
	}
	return 0
}

func access(role int) any {
	if role == 0 {
		return nil
	}
	return object{"access_level": role, "notification_level": 3}
}

func visibility(private bool) string {
	if private {
		return "private"
	}
	return "public"
}

func (c *call) groupItself() answer {
	g := c.group
	return ok(object{
		"id": 7, "full_path": g.Path, "web_url": c.URL + "/groups/" + g.Path, "visibility": visibility(g.Private),
		"require_two_factor_authentication": g.RequireMFA, "two_factor_grace_period": 48,
	})
}

// members are those of the project or group and all that hold it.
func (c *call) members() answer {
	levels := map[string]int{}
	var order []string
	add := func(members []Member) {
		for _, m := range members {
			if levels[m.Name] == 0 {
				order = append(order, m.Name)
			}
			levels[m.Name] = max(levels[m.Name], m.Level)
		}
	}
	path := ""
	if c.project != nil {
		add(c.project.Members)
		path = c.project.Path
	} else {
		add(c.group.Members)
		path = c.group.Path
	}
	for i := range c.world.Groups {
		if g := &c.world.Groups[i]; within(path, g.Path) {
			add(g.Members)
		}
	}
	var all []any
	for _, name := range order {
		all = append(all, object{"id": idOf(name), "username": name, "state": "active", "access_level": levels[name]})
	}
	return listed(all)
}

func listed(all []any) answer {
	if all == nil {
		all = []any{}
	}
	return ok(all)
}

func idOf(name string) int64 {
	h := fnv.New32a()
	h.Write([]byte(name))
	return int64(h.Sum32() % 100000)
}

func (c *call) protected() answer {
	var all []any
	for i, b := range c.project.Protected {
		entry := object{
			"id": i + 1, "name": b.Name, "push_access_levels": levels(b.Push), "merge_access_levels": levels(b.Merge), "allow_force_push": b.ForcePush,
		}
		if c.world.Plan >= Premium {
			entry["code_owner_approval_required"] = b.CodeOwners
			entry["unprotect_access_levels"] = []any{}
			entry["inherited"] = false
		}
		all = append(all, entry)
	}
	return listed(all)
}

// levels are the entries as GitLab writes them: nobody is level 0.
func levels(entries []Access) []any {
	if len(entries) == 0 {
		entries = []Access{{Level: 0, Called: "No one"}}
	}
	var all []any
	for i, e := range entries {
		called := e.Called
		switch {
		case called != "":
		case e.Level == Developer:
			called = "Developers + Maintainers"
		case e.Level == Maintainer:
			called = "Maintainers"
		}
		entry := object{"id": i + 1, "access_level": e.Level, "access_level_description": called, "user_id": nil, "group_id": nil, "deploy_key_id": nil}
		for key, id := range map[string]int64{"user_id": e.User, "group_id": e.Group, "deploy_key_id": e.Key} {
			if id != 0 {
				entry[key] = id
				entry["access_level"] = Maintainer
			}
		}
		all = append(all, entry)
	}
	return all
}

func (c *call) protectedTags() answer {
	var all []any
	for _, tag := range c.project.Tags {
		all = append(all, object{"name": tag.Name, "create_access_levels": levels(tag.Create)})
	}
	return listed(all)
}

func (c *call) approvalSettings() answer {
	a := c.project.Approvals
	return ok(object{
		"approvers": []any{}, "approver_groups": []any{}, "approvals_before_merge": 0, "reset_approvals_on_push": a.ResetOnPush, "selective_code_owner_removals": a.SelectiveOwnerRemovals,
		"disable_overriding_approvers_per_merge_request": a.OverridingDisabled, "merge_requests_author_approval": a.AuthorMayApprove,
		"merge_requests_disable_committers_approval": a.CommittersMayNot, "require_password_to_approve": false,
	})
}

func (c *call) approvalRules() answer {
	var all []any
	for i, rule := range c.project.Rules {
		kind := rule.Type
		if kind == "" {
			kind = "regular"
		}
		bound := []any{}
		for j, name := range rule.Branches {
			bound = append(bound, object{"id": j + 1, "name": name})
		}
		all = append(all, object{
			"id": i + 1, "name": fmt.Sprint("rule ", i+1), "rule_type": kind, "approvals_required": rule.Required, "protected_branches": bound,
			"applies_to_all_protected_branches": rule.AllProtected, "eligible_approvers": []any{}, "users": []any{}, "groups": []any{},
		})
	}
	return listed(all)
}

// pushRule is null where none was ever set.
func (c *call) pushRule() answer {
	r := c.project.PushRules
	if r == nil {
		return ok(nil)
	}
	return ok(object{"id": 1, "project_id": c.number(), "reject_unsigned_commits": r.RejectUnsigned, "deny_delete_tag": r.DenyDeleteTag, "commit_committer_check": r.CommitterCheck})
}
