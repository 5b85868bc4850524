package reports

import (
	"cmp"
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

// Unseen is one place where nobody could look, and the checks that it leaves
// open. A file that cannot be read is one such place, however many checks would
// have read it.
type Unseen struct {
	Reason string // not yet safe to print
	Checks []string
}

// UnseenIn lists the gaps of a verdict once each, in the order of the checks.
// name says how to call a check.
func UnseenIn(v policy.Verdict, name func(policy.Result) string) []Unseen {
	var all []Unseen
	index := make(map[string]int)
	for _, r := range v.Results {
		for _, g := range r.Gaps {
			reason := Reason(g.At, g.Subject, g.Reason, g.Unlock)
			i, known := index[reason]
			if !known {
				i = len(all)
				index[reason], all = i, append(all, Unseen{Reason: reason})
			}
			if check := name(r); !slices.Contains(all[i].Checks, check) {
				all[i].Checks = append(all[i].Checks, check)
			}
		}
	}
	return all
}

// Reason says in one line what kept something from being assessed, and what
// would settle it. It is not yet safe to print.
func Reason(at evidence.Location, subject, why, unlock string) string {
	line := cmp.Or(at.String(), subject) + ": " + why
	if unlock != "" {
		line += "; to settle it: " + unlock
	}
	return line
}
