package policy

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Judge holds the results of a run against a policy. now decides which waivers
// still hold; known lists the fingerprints of a baseline, or is nil.
func Judge(results []audit.Result, seen *evidence.Snapshot, policy *Policy, known *Known, now time.Time) Verdict {
	return JudgeChange(results, seen, policy, known, now, nil)
}

// JudgeChange is Judge for a pull request: only what is new or worse than before fails.
// A nil before is Judge.
func JudgeChange(results []audit.Result, seen *evidence.Snapshot, policy *Policy, known *Known, now time.Time, before *Before) Verdict {
	j := &judge{
		policy:  policy,
		known:   known,
		before:  before,
		now:     now,
		roles:   seen.Roles(),
		waivers: append(slices.Clone(policy.Waivers), inlineWaivers(seen.Ignores, policy, now)...),
		used:    make(map[string]bool),
		outcome: make(map[string]audit.Outcome),
	}
	j.refused = append(slices.Clone(policy.Refused), j.refuseInline()...)
	verdict := Verdict{Policy: policy, Met: true}
	if before != nil {
		before.index()
		before.roles(j.roles)
		j.refused = append(j.refused, before.Proposed...)
		verdict.Base = before.Name
	}
	verdict.Summary.BySeverity = make(map[audit.Severity]int)
	verdict.Summary.Complete = true
	for _, result := range results {
		if result.Check.Inspect == nil {
			result = j.own(result.Check, seen)
		}
		j.check(result, &verdict)
	}
	slices.SortStableFunc(verdict.Findings, worstFirst)
	slices.SortStableFunc(verdict.Aside, worstFirst)
	return verdict
}

type judge struct {
	policy  *Policy
	known   *Known
	before  *Before // nil where no change is judged
	now     time.Time
	roles   map[string]evidence.Role
	waivers []Waiver
	refused []Refusal                // lines of the policy, and inline waivers, that do not hold
	used    map[string]bool          // keys of the waivers that spoke of something
	outcome map[string]audit.Outcome // of each check judged so far, before waivers
}

// check judges one check and adds it to the verdict.
func (j *judge) check(raw audit.Result, verdict *Verdict) {
	setting := j.policy.Checks[raw.Check.ID]
	result := Result{Check: raw.Check}
	j.outcome[raw.Check.ID] = raw.Outcome
	if why := j.policy.unasked(raw.Check); why != "" {
		result.Outcome, result.Why = audit.NotApplicable, why
		verdict.add(result)
		return
	}
	if raw.Check.Asked != nil && !raw.Check.Asked(j.policy.Settings) {
		result.Outcome, result.Why = audit.NotApplicable, "the policy does not ask it"
		verdict.add(result)
		return
	}
	for _, finding := range raw.Findings {
		judged := Judged{Finding: finding, Rule: raw.Check, Status: Open}
		judged.Severity = cmp.Or(setting.Severity, max(finding.Severity, j.policy.grade(raw.Check)))
		judged.Severity = max(judged.Severity, setting.AtLeast)
		if judged.Aside = j.aside(finding.Location.Path); judged.Aside != "" {
			result.Aside++
			verdict.Aside = append(verdict.Aside, judged)
			continue
		}
		var was Judged
		met := false
		if j.before != nil {
			was, met = j.before.was(finding)
		}
		j.forgive(&judged, setting, was.Inline)
		judged.New = j.before != nil && judged.Status == Open && j.before.compares(raw.Check) &&
			(!met || was.Aside != "" || was.Status == Waived || judged.Severity > was.Severity)
		counts := j.before == nil || judged.New
		judged.Fails = counts && judged.Status == Open && judged.Severity >= j.policy.FailAt && judged.Confidence != audit.Guess
		result.count(judged)
		verdict.Findings = append(verdict.Findings, judged)
	}
	for _, doubt := range raw.Doubts {
		if j.aside(doubt.Location.Path) == "" {
			result.Doubts = append(result.Doubts, doubt)
		}
	}
	for _, gap := range raw.Gaps {
		if j.aside(gap.At.Path) == "" {
			result.Gaps = append(result.Gaps, gap)
		}
	}
	for _, pass := range raw.Passes {
		if j.aside(pass.Location.Path) == "" {
			result.Passes++
		}
	}
	result.Outcome = result.outcome()
	mustKnow := cmp.Or(setting.OnUnknown, map[bool]string{true: "fail"}[j.policy.FailOnUnknown]) == "fail"
	if j.before != nil {
		mustKnow = mustKnow && j.before.compares(raw.Check) && j.before.assessed(raw.Check)
	}
	result.Fails = result.Fails || mustKnow && result.Outcome == audit.NotAssessed
	verdict.add(result)
}

// aside says why what stands at the path is reported apart, or "".
func (j *judge) aside(path string) string {
	if matchAny(j.policy.Exclude, path) {
		return "excluded"
	}
	if role := j.roles[path]; role != evidence.Source && !j.policy.IncludeFixtures {
		return string(role)
	}
	return ""
}

// forgive sets the status of a finding: licensed by the policy, waived, or known before.
// An inline waiver that a change brings does not forgive what the change brings;
// wasInline says that one forgave the finding before.
func (j *judge) forgive(f *Judged, setting Setting, wasInline bool) {
	if matchAny(setting.Allow, f.Subject) {
		f.Status, f.Because = Waived, "the policy allows "+f.Subject
		return
	}
	for _, waiver := range j.waivers {
		if !waiver.covers(f.Finding) || waiver.Inline && f.Rule.NoInline {
			continue
		}
		j.used[waiver.key()] = true
		if waiver.Inline && j.before != nil && !wasInline {
			continue // it holds once it is merged
		}
		if waiver.expired(j.now) {
			continue // it speaks of something, so it is not unused; but it no longer forgives
		}
		f.Status, f.Inline = Waived, waiver.Inline
		f.Because = fmt.Sprintf("%s (%s, until %s)", waiver.Reason, waiver.Owner, waiver.Until.Format(time.DateOnly))
		return
	}
	if j.known.has(f.Fingerprint) {
		f.Status, f.Because = Baseline, "in the baseline"
	}
}

func (r *Result) count(f Judged) {
	switch f.Status {
	case Open:
		r.Open++
		r.Fails = r.Fails || f.Fails
	case Waived:
		r.Waived++
	case Baseline:
		r.Baseline++
	}
}

// outcome weighs what counts: defects outrank doubts, doubts outrank a pass.
func (r *Result) outcome() audit.Outcome {
	switch {
	case r.Open > 0:
		return audit.Failed
	case len(r.Doubts) > 0 || len(r.Gaps) > 0:
		return audit.NotAssessed
	case r.Passes > 0 || r.Waived > 0 || r.Baseline > 0:
		return audit.Passed
	}
	return audit.NotApplicable
}

// add appends one result and keeps the sums.
func (v *Verdict) add(r Result) {
	v.Results = append(v.Results, r)
	v.Met = v.Met && !r.Fails
	s := &v.Summary
	switch r.Outcome {
	case audit.Passed:
		s.Passed++
	case audit.Failed:
		s.Failed++
	case audit.NotAssessed:
		s.NotAssessed++
	case audit.NotApplicable:
		s.NotApplicable++
	}
	s.Open += r.Open
	s.Waived += r.Waived
	s.Baseline += r.Baseline
	s.Aside += r.Aside
	for _, f := range v.Findings[len(v.Findings)-r.Open-r.Waived-r.Baseline:] {
		if f.Status == Open {
			s.BySeverity[f.Severity]++
		}
	}
}

// worstFirst orders open before forgiven, then by severity, then by place.
func worstFirst(a, b Judged) int {
	return cmp.Or(
		cmp.Compare(statusOrder[a.Status], statusOrder[b.Status]),
		cmp.Compare(b.Severity, a.Severity),
		a.Location.Compare(b.Location),
		cmp.Compare(a.Check, b.Check),
		cmp.Compare(a.Fingerprint, b.Fingerprint),
	)
}

var statusOrder = map[Status]int{Open: 0, Baseline: 1, Waived: 2}
