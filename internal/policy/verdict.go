package policy

import (
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Status says whether a finding still counts.
type Status string

const (
	Open     Status = "open"
	Waived   Status = "waived"
	Baseline Status = "baseline" // known before today
)

// Judged is a finding as policy sees it: severity after overrides, and status.
type Judged struct {
	audit.Finding
	Rule   *audit.Check
	Status Status
	// Because is the waiver's reason, owner and last day in one line; empty for open ones.
	Because string
	// Inline: the waiver stands beside the line itself.
	Inline bool
	// Aside says why a finding is reported apart: fixture, example, vendored, excluded.
	Aside string
	// Fails is set where this finding by itself makes the policy unmet.
	Fails bool
	// New: a pull request brings it, or makes it worse.
	New bool
	// Withheld says that the name in it was withheld: Subject is a number of several, Thing what they all are.
	Withheld bool
}

// Result is the outcome of one check after policy: fixtures set apart, waivers applied.
type Result struct {
	Check    *audit.Check
	Outcome  audit.Outcome
	Open     int // findings that count
	Waived   int
	Baseline int
	Aside    int // findings in fixtures, examples, vendored code and excluded paths
	Passes   int
	Doubts   []audit.Doubt
	Gaps     []evidence.Gap
	// Fails is set where the check fails the build: by a finding, or because it could
	// not be assessed and the policy wants it known.
	Fails bool
	// Why explains a not applicable outcome that is policy's doing.
	Why string
}

// Verdict is the judgement of one repository: all that a report needs.
type Verdict struct {
	Policy   *Policy
	Met      bool
	Base     string   // what a pull request was compared with; empty where none was
	Results  []Result // in the register's order
	Findings []Judged // that count: open, waived and baseline ones, worst first
	Aside    []Judged // that do not, in the same order
	Summary  Summary
}

// Told says whether a report for people lists a finding: an open one, and on a pull
// request only what is new or worse.
func (v Verdict) Told(f Judged) bool {
	return f.Status == Open && (v.Base == "" || f.New)
}

// Summary counts checks by outcome and findings by status.
type Summary struct {
	Passed, Failed, NotAssessed, NotApplicable int // checks
	Open, Waived, Baseline, Aside              int // findings
	BySeverity                                 map[audit.Severity]int
	// Complete is false where anything was cut short.
	Complete bool
}
