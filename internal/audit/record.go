package audit

import (
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Finding is one defect that one person can mend or waive.
type Finding struct {
	// Check is filled in by Run.
	Check string
	// Subject is the thing, as people name it: actions/checkout@v4.
	Subject string
	// Thing is Subject without what an update changes (actions/checkout); it goes into the
	// fingerprint. Empty means Subject itself.
	Thing string
	// Private is set where the Subject names what only insiders may know: a person without MFA, a
	// secret, a deploy key, who may bypass. It is what to call it before the public, without the
	// name: "a member of acme". The message then starts with the Subject, and holds the name nowhere
	// else; neither does the Anchor.
	Private string
	// Anchor is the structural place in the file: jobs/build/steps/install, packages/0.
	Anchor   string
	Location evidence.Location
	// Message names the subject, says what is wrong and what to do, in one sentence.
	Message string
	// Severity and Confidence grade this one finding; zero takes the check's.
	Severity   Severity
	Confidence Confidence
	Related    []Related
	// Flow is the way that leads to the place, in order: from a job that publishes to what it
	// executes. Each message is one link of it in words.
	Flow []Related
	// Fingerprint names the finding across versions and moves; filled in by Run.
	Fingerprint string
	// Role is that of the file it stands in; filled in by Run.
	Role evidence.Role
}

// Related is another place that helps to understand a finding.
type Related struct {
	Location evidence.Location `json:"location"`
	Message  string            `json:"message"`
}

// Doubt is one subject about which the evidence says neither good nor bad.
type Doubt struct {
	Subject  string            `json:"subject"`
	Location evidence.Location `json:"location,omitzero"`
	Reason   string            `json:"reason"`
	// Unlock says what would settle it: a permission by its name, a network, a tool.
	Unlock string `json:"unlock,omitempty"`
	// Private is what to call the Subject before the public, as in Finding.
	Private string `json:"-"`
}

// Pass is one subject that was looked at and found good.
type Pass struct {
	Subject  string            `json:"subject"`
	Location evidence.Location `json:"location"`
}

// Record is where a check writes down what it finds. Its methods cannot fail
// and may be called in any order; Run sorts.
type Record struct {
	findings []Finding
	doubts   []Doubt
	passes   []Pass
}

// Defect notes something wrong.
func (r *Record) Defect(f Finding) { r.findings = append(r.findings, f) }

// Doubt notes a subject that could not be judged.
func (r *Record) Doubt(d Doubt) { r.doubts = append(r.doubts, d) }

// Unseen notes a subject that the code host did not tell of.
func (r *Record) Unseen(subject string, why evidence.Unseen) {
	r.Doubt(Doubt{Subject: subject, Reason: why.Reason, Unlock: why.Unlock})
}

// Pass notes a subject that is as it should be. A check that noted neither
// defect nor doubt nor pass had nothing to look at: it is not applicable.
func (r *Record) Pass(subject string, at evidence.Location) {
	r.passes = append(r.passes, Pass{subject, at})
}

// sort puts everything in file order. What was noted twice of one place is one
// thing: an aliased step runs in two jobs and is mended once, at its anchor.
func (r *Record) sort() {
	slices.SortStableFunc(r.findings, func(a, b Finding) int { return a.compare(b) })
	r.findings = slices.CompactFunc(r.findings, func(a, b Finding) bool {
		return a.Location == b.Location && a.Subject == b.Subject && a.Message == b.Message
	})
	slices.SortStableFunc(r.doubts, func(a, b Doubt) int { return a.Location.Compare(b.Location) })
	r.doubts = slices.Compact(r.doubts)
	slices.SortStableFunc(r.passes, func(a, b Pass) int { return a.Location.Compare(b.Location) })
	r.passes = slices.Compact(r.passes)
}
