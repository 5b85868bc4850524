package gitlabtest

import (
	"time"
)

func (c *call) jobTokenScope() answer {
	return ok(object{"inbound_enabled": !c.project.JobTokenOpen, "outbound_enabled": false})
}

func (c *call) variables() answer {
	variables := []Variable(nil)
	if c.project != nil {
		variables = c.project.Variables
	} else {
		variables = c.group.Variables
	}
	var all []any
	for _, v := range variables {
		scope := v.Scope
		if scope == "" {
			scope = "*"
		}
		all = append(all, object{"key": v.Key, "value": "PLANTED-VALUE", "variable_type": "env_var", "protected": v.Protected, "masked": v.Masked, "hidden": false, "environment_scope": scope})
	}
	return listed(all)
}

func (c *call) deployKeys() answer {
	var all []any
	for _, k := range c.project.DeployKeys {
		entry := object{"id": k.ID, "title": k.Title, "key": "ssh-ed25519 AAAA", "created_at": moment(k.Created), "expires_at": moment(k.Expires), "can_push": k.CanPush}
		if !c.world.Old {
			entry["last_used_at"] = moment(k.LastUsed)
		}
		all = append(all, entry)
	}
	return listed(all)
}

func (c *call) deployTokens() answer {
	var all []any
	for _, k := range c.project.DeployTokens {
		all = append(all, object{"id": k.ID, "name": k.Name, "username": "gitlab+deploy-token", "expires_at": moment(k.Expires), "revoked": k.Revoked, "expired": false, "scopes": k.Scopes})
	}
	return listed(all)
}

func (c *call) accessTokens() answer {
	var all []any
	for _, k := range c.project.AccessTokens {
		if c.query.Get("state") == "active" && k.Revoked {
			continue
		}
		all = append(all, object{
			"id": k.ID, "name": k.Name, "scopes": k.Scopes, "access_level": k.Level, "created_at": moment(k.Created), "last_used_at": moment(k.LastUsed),
			"expires_at": day(k.Expires), "revoked": k.Revoked, "active": !k.Revoked,
		})
	}
	return listed(all)
}

func (c *call) hooks() answer {
	hooks := []Hook(nil)
	if c.project != nil {
		hooks = c.project.Hooks
	} else {
		hooks = c.group.Hooks
	}
	var all []any
	for _, h := range hooks {
		status := "executable"
		if h.Disabled {
			status = "disabled"
		}
		all = append(all, object{"id": h.ID, "url": h.URL, "enable_ssl_verification": !h.NoTLS, "alert_status": status})
	}
	return listed(all)
}

func (c *call) environments() answer {
	var all []any
	for _, e := range c.project.Environments {
		rules := []any{}
		if e.Required > 0 {
			rules = append(rules, object{"id": 1, "user_id": nil, "group_id": nil, "access_level": Maintainer, "required_approvals": e.Required})
		}
		all = append(all, object{"name": e.Name, "deploy_access_levels": levels(e.Deploy), "required_approval_count": 0, "approval_rules": rules})
	}
	return listed(all)
}

func (c *call) runners() answer {
	var all []any
	for _, r := range c.project.Runners {
		kind := r.Type
		if kind == "" {
			kind = "project_type"
		}
		all = append(all, object{"id": r.ID, "description": r.Name, "runner_type": kind, "active": true, "is_shared": kind == "instance_type"})
	}
	return listed(all)
}

// moment is a time as JSON, null where there is none.
func moment(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format(time.RFC3339)
}

// day is a date without its time.
func day(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format(time.DateOnly)
}
