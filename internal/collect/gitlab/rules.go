package gitlab

import (
	"context"
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
)

// approvalRuling is what the project asks of merge requests. It takes Premium.
type approvalRuling struct {
	rules    []approvalRule
	settings approvalSettings
	// why tells what kept them from being seen.
	why, whyRules evidence.Unseen
}

type approvalRule struct {
	Type      string `json:"rule_type"` // regular, any_approver, code_owner, report_approver
	Required  int    `json:"approvals_required"`
	Protected bool   `json:"applies_to_all_protected_branches"`
	Branches  []struct {
		Name string `json:"name"`
	} `json:"protected_branches"` // all when empty
}

type approvalSettings struct {
	AuthorMay     *bool `json:"merge_requests_author_approval"`
	CommittersNot *bool `json:"merge_requests_disable_committers_approval"`
	ResetOnPush   *bool `json:"reset_approvals_on_push"`
}

// pushRuling are the push rules. They take Premium.
type pushRuling struct {
	signed  evidence.Answer
	tagKept evidence.Answer // tags cannot be deleted by git
	why     evidence.Unseen
}

func (c *collection) approvalRules(ctx context.Context) (err error) {
	a := &c.approval
	if a.why, err = c.setting(ctx, premium, c.path("/approvals"), &a.settings); err != nil {
		return err
	}
	if refusedPlan(a.why) {
		a.whyRules = a.why
		return nil // the plan that has no settings has no rules
	}
	a.rules, a.whyRules, err = settings[approvalRule](ctx, c, premium, c.path("/approval_rules"))
	return err
}

func refusedPlan(why evidence.Unseen) bool { return why.Unlock == premium.plan }

func (c *collection) pushRules(ctx context.Context) (err error) {
	p := &c.push
	if refusedPlan(c.approval.why) {
		p.why = c.approval.why
		return nil
	}
	var rule *struct {
		Signed  *bool `json:"reject_unsigned_commits"`
		TagKept *bool `json:"deny_delete_tag"`
	}
	p.why, err = c.setting(ctx, premium, c.path("/push_rule"), &rule)
	switch {
	case err != nil || p.why.Reason != "":
	case rule == nil: // none was ever set
		p.signed, p.tagKept = evidence.No, evidence.No
	default:
		p.signed, p.tagKept = answerOf(rule.Signed), answerOf(rule.TagKept)
	}
	return err
}

// review tells how many others must approve a change to a branch, and what voids an
// approval. Where everybody who may write may push, nobody has to.
func (c *collection) review(b *evidence.Branch, writers evidence.Answer) {
	what := "branches/" + b.Name
	if b.Signatures = c.push.signed; b.Signatures == evidence.Unknown {
		c.because(what+"/signatures", c.push.why)
	}
	if b.Protected == evidence.No {
		return // told
	}
	required := c.required(b)
	switch {
	case writers == evidence.Yes:
		none := 0
		b.Approvals = &none
	case writers == evidence.No, required != nil && *required == 0:
		b.Approvals = required
	case writers == evidence.Unknown:
	}
	if b.Approvals == nil {
		why := c.approval.whyRules
		if why.Reason == "" {
			why = c.approval.why
		}
		if why.Reason == "" {
			why = evidence.Unseen{Reason: "whether everybody who may write may push was not told", Unlock: maintainer.role}
		}
		c.because(what+"/approvals", why)
	}
	s := c.approval.settings
	if b.DismissStale = answerOf(s.ResetOnPush); b.DismissStale == evidence.Unknown {
		c.because(what+"/dismissStale", c.approval.why)
	}
	if b.LastPush = answerOf(s.CommittersNot); b.LastPush == evidence.Unknown {
		c.because(what+"/lastPush", c.approval.why)
	}
}

// because notes a field with a reason found before.
func (c *collection) because(what string, why evidence.Unseen) {
	if why.Reason == "" {
		why.Reason = "the answer leaves it out"
	}
	c.note(what, why.Reason, why.Unlock)
}

// required is how many approvals besides the author's a change needs: the strictest rule
// counts, for one person may satisfy several. Where authors may approve their own, one
// of them is no second person's. Nil is not known.
func (c *collection) required(b *evidence.Branch) *int {
	if c.approval.whyRules.Reason != "" || b.Protected == evidence.Unknown {
		return nil
	}
	required := 0
	for _, rule := range c.approval.rules {
		if rule.Type != "code_owner" && rule.Type != "report_approver" && rule.binds(b) {
			required = max(required, rule.Required)
		}
	}
	if required == 0 {
		return &required
	}
	switch answerOf(c.approval.settings.AuthorMay) {
	case evidence.Yes:
		required--
	case evidence.Unknown:
		return nil
	case evidence.No:
	}
	return &required
}

// binds says whether a rule asks for approvals of changes to a branch.
func (r approvalRule) binds(b *evidence.Branch) bool {
	if r.Protected {
		return b.Protected == evidence.Yes
	}
	return len(r.Branches) == 0 || slices.ContainsFunc(r.Branches, func(one struct {
		Name string `json:"name"`
	}) bool {
		return fits(one.Name, b.Name)
	})
}

// gates tells what must be fulfilled before a merge. A pipeline that may be skipped is
// no check.
func (c *collection) gates(b *evidence.Branch, writers evidence.Answer) {
	if b.Protected == evidence.No {
		return // told
	}
	what := "branches/" + b.Name
	passes := answerOf(c.repo.PipelineMustSucceed)
	switch answerOf(c.repo.SkippedCounts) {
	case evidence.Yes:
		passes = evidence.No
	case evidence.No:
	case evidence.Unknown:
		if passes == evidence.Yes {
			passes = evidence.Unknown
		}
	}
	switch {
	case writers == evidence.Yes, passes == evidence.No:
		b.StatusChecks = evidence.No
	case writers == evidence.No:
		b.StatusChecks = passes
	}
	if b.StatusChecks == evidence.Yes {
		b.Checks = []string{"pipeline"}
	}
	switch c.repo.MergeMethod {
	case "":
	case "ff":
		b.Strict, b.Linear = evidence.Yes, evidence.Yes
	case "rebase_merge":
		b.Strict, b.Linear = evidence.Yes, evidence.No
	default:
		b.Strict, b.Linear = evidence.No, evidence.No
	}
	for field, a := range map[string]evidence.Answer{"statusChecks": b.StatusChecks, "strict": b.Strict, "linear": b.Linear} {
		if a == evidence.Unknown {
			why := evidence.Unseen{Reason: "the settings of merge requests are told to those with an account", Unlock: anybody.role}
			if c.kind.member() {
				why = evidence.Unseen{Reason: "the settings of branches are told to who has the " + maintainer.role, Unlock: maintainer.role}
			}
			c.because(what+"/"+field, why)
		}
	}
}
