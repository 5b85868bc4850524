package policy

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
)

// Withhold is the verdict as the public may read it: what only insiders may know is
// counted, not named. Nothing else changes; waivers and the baseline have had their say.
func (v Verdict) Withhold() Verdict {
	v.Findings, v.Aside = withhold(v.Findings), withhold(v.Aside)
	v.Results = slices.Clone(v.Results)
	for i := range v.Results {
		r := &v.Results[i]
		doubts := make([]audit.Doubt, len(r.Doubts))
		for i, d := range r.Doubts {
			doubts[i] = d.Withheld()
		}
		r.Doubts = slices.Compact(doubts)
	}
	return v
}

// withhold takes the names out, and numbers those that then look the same.
func withhold(findings []Judged) []Judged {
	type sight struct{ check, path, anchor, name string }
	of := func(f Judged) sight { return sight{f.Check, f.Location.Path, f.Anchor, f.Private} }
	several, number := make(map[sight]int), make(map[sight]int)
	for _, f := range findings {
		several[of(f)]++
	}
	public := make([]Judged, len(findings))
	for i, f := range findings {
		if f.Private != "" {
			s := of(f)
			number[s]++
			f.Because = strings.ReplaceAll(f.Because, f.Subject, "it")
			f.Finding, f.Withheld = f.Finding.Withheld(number[s], several[s]), true
		}
		public[i] = f
	}
	return public
}
