// Package policy holds the checks that look at the rules themselves. They have
// no Inspect: internal/policy answers them while it judges, because only then is
// it known which waivers were needed.
package policy

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
)

//go:embed expired_waiver.md
var expiredWaiverDoc string

// ExpiredWaiver finds waivers whose last day is over.
var ExpiredWaiver = &audit.Check{
	ID:       "expired-waiver",
	Title:    "Waiver is past its last day",
	Family:   audit.PolicyOwn,
	Severity: audit.Medium,
	Source:   audit.FromPolicy,
	Doc:      expiredWaiverDoc,
	Controls: []string{"SSDF-PO.3.3", "S2C2F-UPD-2"},
	NoInline: true,
}

//go:embed unused_waiver.md
var unusedWaiverDoc string

// UnusedWaiver finds waivers that forgive nothing.
var UnusedWaiver = &audit.Check{
	ID:       "unused-waiver",
	Title:    "Waiver forgives nothing",
	Family:   audit.PolicyOwn,
	Severity: audit.Low,
	Source:   audit.FromPolicy,
	Doc:      unusedWaiverDoc,
	Controls: []string{"SSDF-PO.3.3"},
	NoInline: true,
}

//go:embed stale_baseline_entry.md
var staleBaselineEntryDoc string

// StaleBaselineEntry finds baseline entries whose finding is gone.
var StaleBaselineEntry = &audit.Check{
	ID:       "stale-baseline-entry",
	Title:    "Baseline lists a finding that is gone",
	Family:   audit.PolicyOwn,
	Severity: audit.Note,
	Source:   audit.FromPolicy,
	Doc:      staleBaselineEntryDoc,
	Controls: []string{"SSDF-PO.3.3"},
	NoInline: true,
}

//go:embed refused_loosening.md
var refusedLooseningDoc string

// RefusedLoosening finds lines of a policy, and inline waivers, that do not hold because
// the organisation does not allow them.
var RefusedLoosening = &audit.Check{
	ID:       "refused-loosening",
	Title:    "Policy loosens what its organisation holds it to",
	Family:   audit.PolicyOwn,
	Severity: audit.Note,
	Source:   audit.FromPolicy,
	Doc:      refusedLooseningDoc,
	Controls: []string{"SSDF-PO.1.1"},
	NoInline: true,
}
