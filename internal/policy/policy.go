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
	Strict          bool           // profile: strict
	FailOnUnknown   bool           // on-unknown: fail
	IncludeFixtures bool
	MaxWaiverDays   int
	Exclude         []string // path globs whose findings are reported apart
	Checks          map[string]Setting
	Waivers         []Waiver
	// Settings are the words that checks ask for: who runs them hands it to the snapshot.
	Settings evidence.Settings
}

// Setting is what a policy says of one check.
type Setting struct {
	Severity  audit.Severity // replaces every grade; Unset leaves them
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
	line    int // of an inline waiver: the line it speaks of
}

// Default is what holds where a repository says nothing.
func Default() *Policy {
	return &Policy{FailAt: audit.High, MaxWaiverDays: 180}
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
