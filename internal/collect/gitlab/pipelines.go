package gitlab

import (
	"context"

	"github.com/sealvet/sealvet/internal/evidence"
)

// pipelines reads what jobs may do: whose job tokens reach the project, and whether its
// own push to it.
func (c *collection) pipelines(ctx context.Context) error {
	a := &evidence.ActionsPolicy{TokenWrites: answerOf(c.repo.JobTokenPushes)}
	c.host.Actions = a
	switch c.repo.Builds {
	case "enabled", "private":
		a.Enabled = evidence.Yes
	case "disabled":
		a.Enabled = evidence.No
	default:
		c.note("actions/enabled", "whether pipelines run is told to those with an account", anybody.role)
	}
	if a.TokenWrites == evidence.Unknown {
		c.note("actions/tokenWrites", "whether job tokens may push is told to Maintainers", maintainer.role)
	}
	var scope struct {
		Inbound *bool `json:"inbound_enabled"`
	}
	why, err := c.setting(ctx, maintainer, c.path("/job_token_scope"), &scope)
	c.noteAll(why, "actions/jobTokenOpen")
	switch {
	case err != nil || why.Reason != "":
	case scope.Inbound == nil:
		c.note("actions/jobTokenOpen", "the answer leaves it out", maintainer.role)
	default:
		a.JobTokenOpen = evidence.Known(!*scope.Inbound)
	}
	return err
}

// runners lists the runners that the project or its groups brought themselves.
func (c *collection) runners(ctx context.Context) error {
	all, _, err := settings[struct {
		ID   int64  `json:"id"`
		Name string `json:"description"`
		Type string `json:"runner_type"`
	}](ctx, c, maintainer, c.path("/runners"), "runners")
	for _, r := range all {
		level := ""
		switch r.Type {
		case "project_type":
			level = "repository"
		case "group_type":
			level = "organisation"
		default:
			continue // of the instance, which keeps them
		}
		name := short(r.Name)
		if name == "" {
			name = id(r.ID)
		}
		c.host.Runners = append(c.host.Runners, evidence.HostRunner{Name: name, Level: level})
	}
	return err
}

// environments lists the protected environments, which take Premium. They bind who
// deploys, not from which branch.
func (c *collection) environments(ctx context.Context) error {
	if refusedPlan(c.approval.why) {
		c.note("environments", c.approval.why.Reason, c.approval.why.Unlock)
		return nil
	}
	all, _, err := settings[struct {
		Name     string `json:"name"`
		Required *int   `json:"required_approval_count"`
		Rules    []struct {
			Required int `json:"required_approvals"`
		} `json:"approval_rules"`
	}](ctx, c, premium, c.path("/protected_environments"), "environments")
	for _, e := range all {
		one := evidence.Environment{Name: e.Name, BranchesBound: evidence.No, Link: c.webOf("/-/settings/ci_cd")}
		if e.Required != nil || len(e.Rules) > 0 {
			required := 0
			if e.Required != nil {
				required = *e.Required
			}
			for _, rule := range e.Rules {
				required = max(required, rule.Required)
			}
			one.Reviewers = &required
		}
		c.host.Environments = append(c.host.Environments, one)
	}
	return err
}
