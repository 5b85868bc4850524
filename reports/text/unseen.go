package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// mostReasons bounds the reasons shown for one check, mostGaps the places that
// nobody could look at; the JSON report has all.
const (
	mostReasons = 5
	mostGaps    = 20
)

// waived lists what a waiver keeps from counting, under the reason that was given
// for it. The baseline is only counted: it can hold hundreds.
func (p *printer) waived(v policy.Verdict) {
	var reasons []string
	under := make(map[string][]policy.Judged)
	for _, f := range v.Findings {
		if f.Status != policy.Waived {
			continue
		}
		reason := f.Check + ": " + f.Because
		if under[reason] == nil {
			reasons = append(reasons, reason)
		}
		under[reason] = append(under[reason], f)
	}
	if len(reasons) > 0 {
		p.heading("waived")
	}
	for _, reason := range reasons {
		p.wrapped("  ", 2, show(reason))
		for _, f := range under[reason] {
			p.line("    %s  %s", show(f.Location.String()), show(f.Subject))
		}
	}
}

// notAssessed says which subjects could not be judged, and what would settle it;
// also of checks that failed on others.
func (p *printer) notAssessed(v policy.Verdict) {
	needs, doubts := reports.DoubtsIn(v, inPart)
	if needs != "" || len(doubts) > 0 {
		p.heading("not assessed")
	}
	for _, one := range doubts {
		p.wrapped("  ", 2, strings.Join(one.Checks, ", "))
		for _, reason := range one.Reasons[:min(len(one.Reasons), mostReasons)] {
			p.wrapped("    ", 4, show(reason))
		}
		p.more(len(one.Reasons) - mostReasons)
	}
	if needs != "" {
		p.wrapped("  ", 2, show(needs))
	}
}

// notSeen lists what could not be looked at, and which checks that leaves open.
func (p *printer) notSeen(v policy.Verdict) {
	unseen := reports.UnseenIn(v, inPart)
	if len(unseen) > 0 {
		p.heading("not seen")
	}
	for _, one := range unseen[:min(len(unseen), mostGaps)] {
		p.wrapped("  ", 2, show(one.Reason))
		p.wrapped("    leaves open: ", 6, leavesOpen(one, v))
	}
	p.more(len(unseen) - mostGaps)
}

// leavesOpen names the checks, or says so where it is all of them that look at
// evidence, or all that ask the code host.
func leavesOpen(one reports.Unseen, v policy.Verdict) string {
	looking := 0
	var asking []string
	for _, r := range v.Results {
		if len(r.Check.Needs) > 0 {
			looking++
		}
		if r.Check.Source == audit.FromHost {
			asking = append(asking, inPart(r))
		}
	}
	if looking > 1 && len(one.Checks) == looking {
		return "every check"
	}
	names := one.Checks
	if len(asking) > 1 && within(asking, names) {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(asking, name) })
		names = append([]string{fmt.Sprintf("all %d checks that only the code host can answer", len(asking))}, names...)
	}
	return strings.Join(names, ", ")
}

func within(some, all []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

// leftAlone lists what belongs to others and leaves no check open.
func (p *printer) leftAlone(gaps []evidence.Gap) {
	if len(gaps) > 0 {
		p.heading("left alone")
	}
	for _, g := range gaps[:min(len(gaps), mostGaps)] {
		p.wrapped("  ", 2, show(reports.Reason(g.At, g.Subject, g.Reason, g.Unlock)))
	}
	p.more(len(gaps) - mostGaps)
}

func (p *printer) more(n int) {
	if n > 0 {
		p.line("    and %d more; --format json lists them all", n)
	}
}

// inPart names a check, and says where it did see something else.
func inPart(r policy.Result) string {
	if r.Outcome == audit.NotAssessed && r.Passes+r.Waived+r.Baseline == 0 {
		return r.Check.ID
	}
	return fmt.Sprintf("%s (in part)", r.Check.ID)
}
