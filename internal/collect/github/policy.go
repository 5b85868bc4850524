package github

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// actionsAnswer is what workflows may use, of a repository or an organisation.
type actionsAnswer struct {
	Enabled      *bool  `json:"enabled"`              // of a repository
	Repositories string `json:"enabled_repositories"` // of an organisation: all, none, selected
	Allowed      string `json:"allowed_actions"`
	SHAPinning   *bool  `json:"sha_pinning_required"`
}

// actionsPolicy collects what the host lets workflows do.
func (c *collection) actionsPolicy(ctx context.Context) error {
	a := &evidence.ActionsPolicy{}
	c.host.Actions = a
	no := c.mayAdminister("administration:read", "repo")
	if no != nil {
		c.note("actions", no.Reason, "administration:read")
	} else if err := c.repositoryPolicy(ctx, a); err != nil {
		return err
	}
	if err := c.organisationPolicy(ctx, a); err != nil {
		return err
	}
	if err := c.subject(ctx, a); err != nil {
		return err
	}
	if err := c.alerts(ctx); err != nil {
		return err
	}
	return c.immutableReleases(ctx)
}

func (c *collection) repositoryPolicy(ctx context.Context, a *evidence.ActionsPolicy) error {
	const permission = "administration:read"
	var allowed actionsAnswer
	seen, err := c.field(ctx, "actions/allowed", nil, permission, c.path("/actions/permissions"), &allowed)
	if err != nil {
		return err
	}
	if seen {
		c.administration = true
		a.Allowed, a.SHAPinning, a.Enabled = allowed.Allowed, known(allowed.SHAPinning), known(allowed.Enabled)
	} else {
		c.note("actions/enabled", c.host.Why("actions/allowed").Reason, permission)
		c.note("actions/shaPinning", c.host.Why("actions/allowed").Reason, permission)
	}
	for what, missing := range map[string]bool{"actions/allowed": allowed.Allowed == "", "actions/shaPinning": allowed.SHAPinning == nil} {
		switch {
		case !seen || !missing: // noted, or known
		case a.Enabled == evidence.No:
			c.note(what, "Actions are off for the repository", permission)
		default:
			c.note(what, "the host leaves it out", permission)
		}
	}
	if err := c.selected(ctx, a, c.path("/actions/permissions/selected-actions"), permission); err != nil {
		return err
	}
	return c.workflowPolicy(ctx, a)
}

// selected asks which actions are allowed, where only some are.
func (c *collection) selected(ctx context.Context, a *evidence.ActionsPolicy, path, permission string) error {
	if a.Allowed != "selected" {
		return nil
	}
	var some struct {
		GitHub   *bool    `json:"github_owned_allowed"`
		Verified *bool    `json:"verified_allowed"`
		Patterns []string `json:"patterns_allowed"`
	}
	seen, err := c.field(ctx, "actions/allowedPatterns", nil, permission, path, &some)
	if seen {
		a.AllowedPatterns = slices.Sorted(slices.Values(some.Patterns))
		a.VerifiedAllowed = known(some.Verified)
	}
	return err
}

func (c *collection) workflowPolicy(ctx context.Context, a *evidence.ActionsPolicy) error {
	const permission = "administration:read"
	var token struct {
		Default string `json:"default_workflow_permissions"`
		Approve *bool  `json:"can_approve_pull_request_reviews"`
	}
	seen, err := c.field(ctx, "actions/tokenWrites", nil, permission, c.path("/actions/permissions/workflow"), &token)
	if err != nil {
		return err
	}
	switch {
	case !seen:
		c.note("actions/mayApprove", c.host.Why("actions/tokenWrites").Reason, permission)
	case token.Default == "write" || token.Default == "read":
		a.TokenWrites = evidence.Known(token.Default == "write")
	}
	a.MayApprove = known(token.Approve)
	var forks struct {
		Policy string `json:"approval_policy"`
	}
	if _, err := c.field(ctx, "actions/forkApproval", nil, permission, c.path("/actions/permissions/fork-pr-contributor-approval"), &forks); err != nil {
		return err
	}
	a.ForkApproval = forks.Policy
	var kept struct {
		Days *int `json:"days"`
	}
	_, err = c.field(ctx, "actions/logDays", nil, permission, c.path("/actions/permissions/artifact-and-log-retention"), &kept)
	a.LogDays = kept.Days
	return err
}

// strictness orders what may be used.
var strictness = []string{"", "all", "selected", "local_only"}

// organisationPolicy takes in what the organisation demands of all its
// repositories: the stricter counts.
func (c *collection) organisationPolicy(ctx context.Context, a *evidence.ActionsPolicy) error {
	if c.host.Organisation == nil || a.SHAPinning == evidence.Yes && a.Allowed == "local_only" || a.Enabled == evidence.No {
		return nil // nothing can be stricter
	}
	if no := c.may("organization_administration:read", "admin:org"); no != nil {
		return nil // the repository's own answer already holds what binds it, where it is told
	}
	var own actionsAnswer
	_, err := c.get(ctx, c.orgPath("/actions/permissions"), &own)
	switch {
	case refusalStatus(err) != 0:
		return nil // as above
	case err != nil:
		return c.unseen("actions/allowed", err, "organization_administration:read")
	case own.SHAPinning != nil && *own.SHAPinning:
		a.SHAPinning = evidence.Yes
	}
	if a.Allowed != "" && slices.Index(strictness, own.Allowed) > slices.Index(strictness, a.Allowed) {
		a.Allowed = own.Allowed
		return c.selected(ctx, a, c.orgPath("/actions/permissions/selected-actions"), "organization_administration:read")
	}
	return nil
}

// subject asks whether identity tokens name ids: a name can be taken over.
func (c *collection) subject(ctx context.Context, a *evidence.ActionsPolicy) error {
	const what, permission = "actions/immutableSub", "actions:read"
	no := c.may(permission, "repo")
	if c.kind == Job {
		no = &refusal{Reason: "left out: with the token of a job a scan asks for no more than ten things"}
	}
	var sub struct {
		Immutable *bool `json:"use_immutable_subject"`
	}
	seen, err := c.field(ctx, what, no, permission, c.path("/actions/oidc/customization/sub"), &sub)
	if seen && sub.Immutable == nil {
		c.note(what, "the host leaves it out", permission)
	}
	a.ImmutableSub = known(sub.Immutable)
	return err
}

// immutableReleases asks whether releases cannot be changed once they are out. A 404
// says no only to those who surely may know.
func (c *collection) immutableReleases(ctx context.Context) error {
	const what, permission = "security/immutableRelease", "administration:read"
	if no := c.mayAdminister(permission, "repo"); no != nil {
		return c.unseen(what, no, permission)
	}
	var seen struct {
		Enabled *bool `json:"enabled"`
	}
	a, err := c.get(ctx, c.path("/immutable-releases"), &seen)
	switch {
	case err == nil && a.Status == http.StatusOK:
		c.host.Security.ImmutableRelease = known(seen.Enabled)
	case absent(err) && c.administers():
		c.host.Security.ImmutableRelease = evidence.No
	case err != nil:
		return c.unseen(what, err, permission)
	}
	return nil
}

// alerts asks whether the host warns of vulnerable dependencies, where GraphQL did
// not say so. It answers by the status, and says no in words.
func (c *collection) alerts(ctx context.Context) error {
	const what, permission = "security/alerts", "administration:read"
	if c.host.Security.Alerts != evidence.Unknown {
		return nil
	}
	if no := c.mayAdminister(permission, "repo"); no != nil {
		return c.unseen(what, no, permission)
	}
	a, err := c.get(ctx, c.path("/vulnerability-alerts"), nil)
	switch {
	case err == nil && a.Status == http.StatusNoContent:
		c.host.Security.Alerts = evidence.Yes
	case strings.HasPrefix(refusalMessage(err), "Vulnerability alerts are disabled"):
		c.host.Security.Alerts = evidence.No
	case err != nil:
		return c.unseen(what, err, permission)
	}
	return nil
}

func known(said *bool) evidence.Answer {
	if said == nil {
		return evidence.Unknown
	}
	return evidence.Known(*said)
}
