// Package policy says what a repository is held to and judges results by it:
// which severities fail, what may be unknown, what is waived, by whom and until
// when. It forgives; checks only state facts. It knows no report format.
package policy

import (
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Name is where a repository keeps its policy.
const Name = ".sealvet.yml"

// Never is the FailAt that no finding reaches.
const Never = audit.Critical + 1

// Policy is one policy, read or default.
type Policy struct {
	Path            string         // where it was read; empty for the default
	FailAt          audit.Severity // the lowest severity that fails the build
	Profiles        []string       // which checks are asked, see asks; what several of them ask adds up
	FailOnUnknown   bool           // on-unknown: fail
	IncludeFixtures bool
	MaxWaiverDays   int
	Exclude         []string // path globs whose findings are reported apart
	Checks          map[string]Setting
	Waivers         []Waiver
	// Settings are the words that checks ask for: who runs them hands it to the snapshot.
	Settings evidence.Settings
	// AllowLoosening names what a policy that is laid over this one may loosen: keys
	// (fail-at, review.solo), whole sections, ids of checks.
	AllowLoosening []string
	// Extends is what this policy is laid over: a path, or owner/repo@ref.
	Extends string `json:"-"`
	// Said tells where each line was written, by its key: fail-at, review.solo, deny[npm:evil].
	Said map[string]Said `json:"-"`
	// Sources are the files that it was made of, the strongest first.
	Sources []Source `json:"-"`
	// Refused are lines that do not take effect, because they loosen what they may not.
	Refused []Refusal `json:"-"`

	bounds []*Policy                 // those it was laid over
	grades map[string]audit.Severity // of the register that it was read with
	read   time.Time                 // when
}

// Said is a line of a policy as somebody wrote it.
type Said struct {
	At   evidence.Location
	Text string // of a single word; empty for a list or a mapping
	// Foreign: the file is none of the repository that is judged.
	Foreign bool
}

// Source is one file that a policy was made of.
type Source struct {
	Path   string `json:"path"`
	Commit string `json:"commit,omitempty"` // where it lies in another repository
}

// Setting is what a policy says of one check.
type Setting struct {
	Severity  audit.Severity // replaces every grade; Unset leaves them
	AtLeast   audit.Severity // raises lower grades: what may not be loosened can be graded up
	OnUnknown string         // "", report or fail
	Allow     []string       // globs over subjects that the policy licenses
	At        evidence.Location
}

// Waiver forgives findings for a reason, by someone, until a day.
type Waiver struct {
	Check   string
	Subject string // glob over the finding's subject; empty is any
	Path    string // glob over its path; empty is any
	Reason  string
	Owner   string
	Until   time.Time // the last day it holds, inclusive, in UTC
	At      evidence.Location
	Inline  bool
	Foreign bool // written in no file of the repository that is judged
	line    int  // of an inline waiver: the line it speaks of
}

// Default is what holds where a repository says nothing.
func Default() *Policy {
	return &Policy{FailAt: audit.High, MaxWaiverDays: 180, Profiles: []string{Standard}, Said: map[string]Said{}}
}

// expired says whether the waiver's last day is over at that moment.
func (w Waiver) expired(now time.Time) bool {
	return !now.UTC().Before(w.Until.AddDate(0, 0, 1))
}

// covers says whether the waiver speaks of the finding.
func (w Waiver) covers(f audit.Finding) bool {
	if w.Check != f.Check {
		return false
	}
	if w.Inline {
		return w.Path == f.Location.Path && (w.line == f.Location.Line || w.At.Line == f.Location.Line)
	}
	return (w.Subject == "" || match(w.Subject, f.Subject)) && (w.Path == "" || match(w.Path, f.Location.Path))
}

// key tells waivers apart; one inline comment may hold several.
func (w Waiver) key() string { return w.At.String() + " " + w.Check }
