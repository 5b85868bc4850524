package github

import (
	"encoding/json"
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
)

// ruleAnswer is one rule that binds a branch today, of GET rules/branches/{branch}.
// Unknown types are kept.
type ruleAnswer struct {
	Type       string          `json:"type"`
	Ruleset    int64           `json:"ruleset_id"`
	Source     string          `json:"ruleset_source"`
	Parameters json.RawMessage `json:"parameters"`
}

// demands is what one source asks of a branch: all rulesets together, or classic
// protection. Each Answer is Yes where it is demanded, No where the source was seen
// and is silent, Unknown where it was not seen.
type demands struct {
	pullRequest, dismissStale, lastPush, codeOwners, statusChecks, strict evidence.Answer
	forcePushBlocked, deletionBlocked, signatures, linear                 evidence.Answer
	approvals                                                             *int
	checks                                                                []string
	sources                                                               []string
}

// each lists the answers, so that sources can be merged field by field.
func (d *demands) each() []*evidence.Answer {
	return []*evidence.Answer{
		&d.pullRequest, &d.dismissStale, &d.lastPush, &d.codeOwners, &d.statusChecks, &d.strict,
		&d.forcePushBlocked, &d.deletionBlocked, &d.signatures, &d.linear,
	}
}

// silent is a source that was seen and demands nothing.
func silent() demands {
	var d demands
	for _, answer := range d.each() {
		*answer = evidence.No
	}
	none := 0
	d.approvals = &none
	return d
}

// merge is what sources demand together: Yes where one does, No where all were seen
// and are silent. Classic protection that was not seen over silent rulesets is
// unknown, and not "not demanded".
func merge(a, b demands) demands {
	var both demands
	left, right := a.each(), b.each()
	for i, answer := range both.each() {
		switch {
		case *left[i] == evidence.Yes || *right[i] == evidence.Yes:
			*answer = evidence.Yes
		case *left[i] == evidence.No && *right[i] == evidence.No:
			*answer = evidence.No
		}
	}
	both.approvals = mostApprovals(a.approvals, b.approvals)
	both.checks = slices.Concat(a.checks, b.checks)
	slices.Sort(both.checks)
	both.checks = slices.Compact(both.checks)
	both.sources = slices.Concat(a.sources, b.sources)
	return both
}

// mostApprovals is the stricter number. One that is unknown may be any: beside it a
// zero says nothing, and a demand is at least that.
func mostApprovals(a, b *int) *int {
	switch {
	case a != nil && b != nil:
		most := max(*a, *b)
		return &most
	case a != nil && *a > 0:
		return a
	case b != nil && *b > 0:
		return b
	}
	return nil
}

// ofRules reads what rulesets demand. A parameter that cannot be read leaves its own
// answer unknown.
func ofRules(rules []ruleAnswer) demands {
	d := silent()
	for _, rule := range rules {
		if name := sourceName(number(rule.Ruleset), rule.Source); !slices.Contains(d.sources, name) {
			d.sources = append(d.sources, name)
		}
		switch rule.Type {
		case "pull_request":
			d.review(rule.Parameters)
		case "merge_queue":
			d.pullRequest = evidence.Yes
		case "required_status_checks":
			d.status(rule.Parameters)
		case "workflows":
			d.statusChecks = evidence.Yes
			d.checks = append(d.checks, "required workflows")
		case "non_fast_forward", "update":
			d.forcePushBlocked = evidence.Yes
		case "deletion":
			d.deletionBlocked = evidence.Yes
		case "required_signatures":
			d.signatures = evidence.Yes
		case "required_linear_history":
			d.linear = evidence.Yes
		}
	}
	slices.Sort(d.sources)
	return d
}

func (d *demands) review(parameters json.RawMessage) {
	d.pullRequest = evidence.Yes
	var p struct {
		Approvals  *int  `json:"required_approving_review_count"`
		Dismiss    *bool `json:"dismiss_stale_reviews_on_push"`
		LastPush   *bool `json:"require_last_push_approval"`
		CodeOwners *bool `json:"require_code_owner_review"`
	}
	if json.Unmarshal(parameters, &p) != nil {
		p.Approvals = nil
	}
	raise(&d.dismissStale, p.Dismiss)
	raise(&d.lastPush, p.LastPush)
	raise(&d.codeOwners, p.CodeOwners)
	if p.Approvals == nil {
		d.approvals = mostApprovals(d.approvals, nil)
	} else {
		d.approvals = mostApprovals(d.approvals, p.Approvals)
	}
}

func (d *demands) status(parameters json.RawMessage) {
	var p struct {
		Strict *bool `json:"strict_required_status_checks_policy"`
		Checks []struct {
			Context string `json:"context"`
		} `json:"required_status_checks"`
	}
	if json.Unmarshal(parameters, &p) != nil {
		raise(&d.statusChecks, nil)
		raise(&d.strict, nil)
		return
	}
	for _, check := range p.Checks {
		d.checks = append(d.checks, check.Context)
	}
	if len(p.Checks) > 0 {
		d.statusChecks = evidence.Yes
		raise(&d.strict, p.Strict) // with no check to be strict about it demands nothing
	}
}

// raise takes in what one more rule says: nil is a parameter that is not there.
func raise(answer *evidence.Answer, said *bool) {
	switch {
	case *answer == evidence.Yes:
	case said == nil:
		*answer = evidence.Unknown
	case *said:
		*answer = evidence.Yes
	}
}
