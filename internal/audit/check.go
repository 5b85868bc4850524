// Package audit holds the words that a check speaks: Check, Record, Finding,
// Doubt. It runs a register of checks over a Snapshot. It knows evidence and
// nothing else: no file, no policy, no output format.
package audit

import (
	"fmt"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Check is one question about a repository. It is a value: an identity, a page
// for people, and one pure function from evidence to findings.
type Check struct {
	// ID names the defect, in kebab-case.
	ID    string
	Title string
	// Family is the folder it lives in: pinning, hermetic, provenance, access, policy, ...
	Family   Family
	Severity Severity
	// Confidence is how sure a finding is unless it says otherwise; the zero value is High.
	Confidence Confidence
	// Source says which sort of evidence decides.
	Source Source
	// Needs lists the kinds of evidence; a Gap in one of them makes the check "not assessed"
	// unless it failed anyway.
	Needs []evidence.Kind
	// Doc is the page in Markdown: Why / What it looks at / How to mend / When a waiver is fair / References.
	Doc string
	// Controls are ids of the standards it serves, as "OSPS-BR-05.01", "SLSA-BUILD-L2", "CIS-SSC-3.1.7",
	// "SSDF-PW.4.1", "S2C2F-ENF-1", "CICD-SEC-3", "MCP04".
	Controls []string
	// Strict checks count only where the policy's profile is strict.
	Strict bool
	// NoInline forbids waiving it beside the line.
	NoInline bool
	// Asked says whether the policy's settings ask this at all; nil is always. Where they do not, nothing
	// that could not be seen is missed.
	Asked func(evidence.Settings) bool
	// Inspect looks at the evidence. Nil means that policy itself decides (an expired waiver).
	Inspect func(*evidence.Snapshot, *Record)
}

// Family is a part of the supply chain, and a folder under checks/.
type Family string

const (
	Pinning    Family = "pinning"
	Hermetic   Family = "hermetic"
	Provenance Family = "provenance"
	Branches   Family = "branches"
	Review     Family = "review"
	Access     Family = "access"
	Signing    Family = "signing"
	Tools      Family = "tools"
	Revocation Family = "revocation"
	PolicyOwn  Family = "policy"
)

// Source says which sort of evidence a finding rests on.
type Source string

const (
	FromTree     Source = "tree"
	FromGit      Source = "git"
	FromRegistry Source = "registry"
	FromHost     Source = "host"
	FromPolicy   Source = "policy"
	FromBuild    Source = "build"
)

// Severity grades a finding, worst last, so that severities compare with <.
type Severity uint8

const (
	Unset Severity = iota
	Note
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"", "note", "low", "medium", "high", "critical"}

// String is the name in reports and policies.
func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads such a name.
func ParseSeverity(name string) (Severity, error) {
	for i, known := range severityNames {
		if known == name && name != "" {
			return Severity(i), nil
		}
	}
	return Unset, fmt.Errorf("severity %q is none of note, low, medium, high, critical", name)
}

func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s *Severity) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSeverity(string(text))
	return err
}

// Confidence says how sure a finding is. Findings of low confidence never fail a build.
type Confidence uint8

const (
	Sure Confidence = iota // the zero value: what was read leaves no doubt
	Likely
	Guess
)

var confidenceNames = [...]string{"high", "medium", "low"}

func (c Confidence) String() string               { return confidenceNames[c] }
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

func (c *Confidence) UnmarshalText(text []byte) error {
	for i, name := range confidenceNames {
		if name == string(text) {
			*c = Confidence(i)
			return nil
		}
	}
	return fmt.Errorf("confidence %q is none of high, medium, low", text)
}
