package audit

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Outcome is how a check ended. Defects outrank doubts, doubts outrank a pass.
type Outcome string

const (
	Passed        Outcome = "passed"
	Failed        Outcome = "failed"
	NotApplicable Outcome = "not applicable"
	NotAssessed   Outcome = "not assessed"
)

// Result is what one check found.
type Result struct {
	Check    *Check
	Outcome  Outcome
	Findings []Finding
	Doubts   []Doubt
	Gaps     []evidence.Gap // of the kinds the check needs
	Passes   []Pass
}

// Run asks every check of the register about the snapshot. The order of the
// results is the register's; the same snapshot gives the same results.
func Run(register []*Check, seen *evidence.Snapshot) []Result {
	return slices.Collect(Results(register, seen))
}

// Results is Run for who may want to end between two checks.
func Results(register []*Check, seen *evidence.Snapshot) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		roles := seen.Roles()
		for _, check := range register {
			if !yield(run(check, seen, roles)) {
				return
			}
		}
	}
}

func run(check *Check, seen *evidence.Snapshot, roles map[string]evidence.Role) Result {
	if check.Asked != nil && !check.Asked(seen.Settings) {
		return Result{Check: check, Outcome: NotApplicable}
	}
	var record Record
	if check.Inspect != nil {
		check.Inspect(seen, &record)
	}
	record.sort()
	result := Result{Check: check, Findings: record.findings, Doubts: record.doubts, Passes: record.passes}
	for gap := range gapsOf(check, seen) {
		result.Gaps = append(result.Gaps, gap)
	}
	for i := range result.Findings {
		f := &result.Findings[i]
		f.Check = check.ID
		f.Severity = cmp.Or(f.Severity, check.Severity)
		f.Confidence = max(f.Confidence, check.Confidence)
		f.Role = roles[f.Location.Path]
	}
	fingerprint(result.Findings)
	result.Outcome = result.outcome()
	return result
}

func (r Result) outcome() Outcome {
	switch {
	case len(r.Findings) > 0:
		return Failed
	case len(r.Doubts) > 0 || len(r.Gaps) > 0:
		return NotAssessed
	case len(r.Passes) > 0:
		return Passed
	}
	return NotApplicable
}

// gapsOf are the gaps in what the check needs. Where the list of files itself
// has one, anything may be missing from any kind.
func gapsOf(check *Check, seen *evidence.Snapshot) iter.Seq[evidence.Gap] {
	return func(yield func(evidence.Gap) bool) {
		for _, gap := range seen.Gaps {
			needed := slices.Contains(check.Needs, gap.Kind) || gap.Kind == evidence.Files && len(check.Needs) > 0
			if needed && !yield(gap) {
				return
			}
		}
	}
}

func (f Finding) compare(other Finding) int {
	return cmp.Or(
		f.Location.Compare(other.Location),
		cmp.Compare(f.Subject, other.Subject),
		cmp.Compare(f.Anchor, other.Anchor),
		cmp.Compare(f.Message, other.Message),
	)
}

// String reads like a compiler's message: path:line:column check: message.
func (f Finding) String() string {
	return fmt.Sprintf("%s %s: %s", f.Location, f.Check, f.Message)
}
