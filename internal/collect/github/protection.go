package github

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// classicState is what is known of the classic protection of a branch.
type classicState struct {
	demands demands
	exists  evidence.Answer
	bypass  []evidence.Bypass
	// flag is "protected" of the branch itself: by anything at all.
	flag    evidence.Answer
	missing bool // there is no such branch
	reason  string
}

// classic asks for classic protection, and where that is not told, whether the branch
// is protected by anything.
func (c *collection) classic(ctx context.Context, what, branch string) (classicState, error) {
	state := classicState{}
	no := c.mayAdminister("administration:read", "repo")
	err := error(no)
	if no == nil {
		var p protectionAnswer
		_, err = c.get(ctx, c.path("/branches/"+url.PathEscape(branch)+"/protection"), &p)
		if err == nil {
			c.administration = true
			return classicState{demands: p.demands(), exists: evidence.Yes, bypass: p.bypass()}, nil
		}
	}
	switch said := refusalMessage(err); {
	case said == "Branch not protected": // said only to those who would see it
		c.administration = true
		return classicState{demands: silent(), exists: evidence.No}, nil
	case said == "Branch not found":
		state.missing = true
		return state, nil
	}
	if err := c.flagged(ctx, what, branch, &state); err != nil || state.missing || state.exists == evidence.No {
		return state, err
	}
	if branch == c.host.DefaultBranch {
		state.demands = c.visible.demands()
	}
	state.reason = reasonOf(err)
	return state, c.unseen(what, err, "administration:read")
}

func refusalMessage(err error) string {
	var no *refusal
	if errors.As(err, &no) {
		return no.Message
	}
	return ""
}

// flagged asks whether anything protects a branch, which everybody is told who reads
// it. If nothing does, classic protection does not either.
func (c *collection) flagged(ctx context.Context, what, branch string, state *classicState) error {
	var b struct {
		Protected *bool `json:"protected"`
	}
	var err error
	if flag, is := c.flags[branch]; is { // the list of branches said so
		b.Protected = &flag
	} else {
		_, err = c.get(ctx, c.path("/branches/"+url.PathEscape(branch)), &b)
	}
	switch {
	case refusalMessage(err) == "Branch not found":
		state.missing = true
		return nil
	case err != nil:
		return c.unseen(what, err, "contents:read")
	case b.Protected != nil:
		state.flag = evidence.Known(*b.Protected)
	}
	if state.flag == evidence.No {
		state.exists, state.demands = evidence.No, silent()
	}
	return nil
}

// protectionAnswer is classic protection, of GET branches/{branch}/protection.
type protectionAnswer struct {
	Reviews *struct {
		Approvals  int           `json:"required_approving_review_count"`
		Dismiss    bool          `json:"dismiss_stale_reviews"`
		CodeOwners bool          `json:"require_code_owner_reviews"`
		LastPush   bool          `json:"require_last_push_approval"`
		Bypass     *classicActor `json:"bypass_pull_request_allowances"`
	} `json:"required_pull_request_reviews"`
	Checks *struct {
		Strict   bool     `json:"strict"`
		Contexts []string `json:"contexts"`
		Checks   []struct {
			Context string `json:"context"`
		} `json:"checks"`
	} `json:"required_status_checks"`
	Admins     enabled `json:"enforce_admins"`
	Signatures enabled `json:"required_signatures"`
	Linear     enabled `json:"required_linear_history"`
	ForcePush  enabled `json:"allow_force_pushes"`
	Deletion   enabled `json:"allow_deletions"`
	Lock       enabled `json:"lock_branch"`
}

type enabled struct {
	Enabled bool `json:"enabled"`
}

type classicActor struct {
	Users []struct {
		Login string `json:"login"`
	} `json:"users"`
	Teams []struct {
		Slug string `json:"slug"`
	} `json:"teams"`
	Apps []struct {
		Slug string `json:"slug"`
	} `json:"apps"`
}

// classicSource names classic protection among what binds a branch.
const classicSource = "classic protection"

func (p *protectionAnswer) demands() demands {
	d := silent()
	d.sources = []string{classicSource}
	if r := p.Reviews; r != nil {
		d.pullRequest = evidence.Yes
		d.approvals = &r.Approvals
		d.dismissStale, d.codeOwners, d.lastPush = evidence.Known(r.Dismiss), evidence.Known(r.CodeOwners), evidence.Known(r.LastPush)
	}
	if p.Checks != nil {
		for _, check := range p.Checks.Checks {
			d.checks = append(d.checks, check.Context)
		}
		if len(d.checks) == 0 {
			d.checks = slices.Clone(p.Checks.Contexts)
		}
		d.statusChecks = evidence.Known(len(d.checks) > 0)
		d.strict = evidence.Known(p.Checks.Strict && len(d.checks) > 0)
	}
	d.signatures, d.linear = evidence.Known(p.Signatures.Enabled), evidence.Known(p.Linear.Enabled)
	d.forcePushBlocked = evidence.Known(!p.ForcePush.Enabled || p.Lock.Enabled)
	d.deletionBlocked = evidence.Known(!p.Deletion.Enabled)
	return d
}

// bypass is who may go past classic protection.
func (p *protectionAnswer) bypass() []evidence.Bypass {
	var all []evidence.Bypass
	add := func(kind, name string) {
		all = append(all, evidence.Bypass{Source: classicSource, Kind: kind, Name: name, Mode: "always"})
	}
	if !p.Admins.Enabled {
		add("administrators", "")
	}
	if p.Reviews != nil && p.Reviews.Bypass != nil {
		for _, one := range p.Reviews.Bypass.Users {
			add("user", one.Login)
		}
		for _, one := range p.Reviews.Bypass.Teams {
			add("team", one.Slug)
		}
		for _, one := range p.Reviews.Bypass.Apps {
			add("app", one.Slug)
		}
	}
	return sortedBypass(all)
}

func sortedBypass(all []evidence.Bypass) []evidence.Bypass {
	slices.SortFunc(all, func(a, b evidence.Bypass) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name), strings.Compare(a.Mode, b.Mode))
	})
	return slices.Compact(all)
}

// demands are those of classic protection that everybody is shown. Its silence says
// nothing.
func (v *visibleRule) demands() demands {
	var d demands
	if v == nil {
		return d
	}
	d.sources = []string{classicSource}
	yes := func(answer *evidence.Answer, on bool) {
		if on {
			*answer = evidence.Yes
		}
	}
	yes(&d.codeOwners, v.CodeOwners)
	yes(&d.signatures, v.Signatures)
	yes(&d.linear, v.Linear)
	yes(&d.statusChecks, len(v.Checks) > 0)
	d.checks = slices.Clone(v.Checks)
	if v.Approvals != nil && *v.Approvals > 0 {
		d.pullRequest, d.approvals = evidence.Yes, v.Approvals
	}
	return d
}
