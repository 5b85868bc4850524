// Package text writes the report for people: findings grouped by family and
// file, what could not be assessed and why, and one closing line that never says
// more than is known.
package text

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// Style says how the report should look.
type Style struct {
	Color bool
	Width int // columns to wrap at; 0 does not wrap
}

// Write writes the report.
func Write(w io.Writer, r *reports.Report, style Style) error {
	p := &printer{w: w, style: style}
	p.head(r)
	p.findings(r.Verdict)
	p.forgiven(r.Verdict)
	p.notAssessed(r.Verdict)
	p.sums(r.Verdict)
	p.closing(r.Verdict)
	return p.err
}

func (p *printer) head(r *reports.Report) {
	line := p.bold(reports.Plain(r.Target.Name))
	if commit := r.Target.Commit; commit != "" {
		at := commit[:min(12, len(commit))]
		if r.Target.Branch != "" {
			at = r.Target.Branch + "@" + at
		}
		line += "  " + reports.Plain(at)
	}
	p.line("%s  %s", line, count(len(r.Files), "file"))
}

// findings prints the open ones: a heading per family, one per file, a line each.
func (p *printer) findings(v policy.Verdict) {
	var open []policy.Judged
	for _, f := range v.Findings {
		if f.Status == policy.Open {
			open = append(open, f)
		}
	}
	for _, family := range families(v.Results) {
		var its []policy.Judged
		for _, f := range open {
			if f.Rule.Family == family {
				its = append(its, f)
			}
		}
		if len(its) == 0 {
			continue
		}
		slices.SortStableFunc(its, func(a, b policy.Judged) int {
			return cmp.Or(a.Location.Compare(b.Location), cmp.Compare(a.Check, b.Check))
		})
		p.line("")
		p.line("%s", p.bold(strings.ToUpper(string(family))))
		p.files(its)
	}
}

func (p *printer) files(findings []policy.Judged) {
	ids := 0
	for _, f := range findings {
		ids = max(ids, len(f.Check))
	}
	path := ""
	for i, f := range findings {
		if i == 0 || f.Location.Path != path {
			path = f.Location.Path
			p.line("  %s", p.underlined(reports.Plain(path)))
		}
		prefix := fmt.Sprintf("    %8s  %s  %-*s  ", place(f), p.severity(f), ids, f.Check)
		p.wrapped(prefix, 4+8+2+8+2+ids+2, reports.Plain(f.Message))
	}
}

func place(f policy.Judged) string {
	if f.Location.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d", f.Location.Line, f.Location.Column)
}

// forgiven lists what a waiver or a baseline keeps from counting: in short, but
// never in silence.
func (p *printer) forgiven(v policy.Verdict) {
	first := true
	for _, f := range v.Findings {
		if f.Status != policy.Waived {
			continue // the baseline is counted below; it can hold hundreds
		}
		if first {
			p.line("")
			p.line("%s", p.bold("WAIVED"))
			first = false
		}
		p.wrapped("  ", 2, reports.Plain(fmt.Sprintf("%s %s %s: %s", f.Location, f.Check, f.Subject, f.Because)))
	}
}

// notAssessed says of each check that could not see everything why, and what
// would unlock it; also of checks that failed on what they did see.
func (p *printer) notAssessed(v policy.Verdict) {
	first := true
	for _, r := range v.Results {
		reasons := reasonsOf(r)
		if len(reasons) == 0 {
			continue
		}
		if first {
			p.line("")
			p.line("%s", p.bold("NOT ASSESSED"))
			first = false
		}
		partly := ""
		if r.Outcome == audit.Failed {
			partly = " (in part)"
		}
		p.line("  %s%s", r.Check.ID, partly)
		for _, reason := range reasons {
			p.wrapped("    ", 4, reason)
		}
	}
}

// mostReasons bounds the reasons shown for one check; the JSON report has all.
const mostReasons = 5

func reasonsOf(r policy.Result) []string {
	var reasons []string
	for _, d := range r.Doubts {
		reasons = append(reasons, reports.Plain(reports.Reason(d.Location, d.Subject, d.Reason, d.Unlock)))
	}
	for _, g := range r.Gaps {
		reasons = append(reasons, reports.Plain(reports.Reason(g.At, g.Subject, g.Reason, g.Unlock)))
	}
	if more := len(reasons) - mostReasons; more > 0 {
		reasons = append(reasons[:mostReasons], fmt.Sprintf("and %d more (--format json lists them all)", more))
	}
	return reasons
}

func (p *printer) sums(v policy.Verdict) {
	s := v.Summary
	p.line("")
	p.line("Checks:   %d passed, %d failed, %d not assessed, %d not applicable", s.Passed, s.Failed, s.NotAssessed, s.NotApplicable)
	line := fmt.Sprintf("Findings: %d open", s.Open)
	var grades []string
	for _, severity := range []audit.Severity{audit.Critical, audit.High, audit.Medium, audit.Low, audit.Note} {
		if n := s.BySeverity[severity]; n > 0 {
			grades = append(grades, fmt.Sprintf("%d %s", n, severity))
		}
	}
	if len(grades) > 0 {
		line += " (" + strings.Join(grades, ", ") + ")"
	}
	line += fmt.Sprintf(", %d waived", s.Waived)
	if s.Baseline > 0 {
		line += fmt.Sprintf(", %d in the baseline", s.Baseline)
	}
	p.line("%s", line)
	if s.Aside > 0 {
		p.line("Aside:    %s in %s (--include-fixtures counts them)", count(s.Aside, "finding"), asides(v.Aside))
	}
}

// asides says where the findings that do not count stand: "9 fixture, 2 example files".
func asides(findings []policy.Judged) string {
	sums := make(map[string]int)
	for _, f := range findings {
		sums[f.Aside]++
	}
	var parts []string
	for _, one := range []struct{ key, name string }{
		{"fixture", "test fixtures"}, {"example", "examples"}, {"vendored", "vendored code"}, {"excluded", "excluded paths"},
	} {
		if n := sums[one.key]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s (%d)", one.name, n))
		}
	}
	return strings.Join(parts, ", ")
}

func (p *printer) closing(v policy.Verdict) {
	p.line("")
	fails := 0
	for _, f := range v.Findings {
		if f.Fails {
			fails++
		}
	}
	unknown := 0
	for _, r := range v.Results {
		if r.Fails && r.Outcome == audit.NotAssessed {
			unknown++
		}
	}
	rest := ""
	if v.Summary.NotAssessed > 0 {
		rest = fmt.Sprintf(", %d not assessed", v.Summary.NotAssessed)
	}
	if v.Met {
		p.line("%s%s", p.paint(green, "Policy met"), rest)
		return
	}
	var why []string
	if fails > 0 {
		why = append(why, fmt.Sprintf("%s at %s or above", count(fails, "finding"), v.Policy.FailAt))
	}
	if unknown > 0 {
		why = append(why, fmt.Sprintf("%s that the policy wants assessed", count(unknown, "check")))
	}
	p.line("%s: %s%s", p.paint(red, "Policy not met"), strings.Join(why, ", "), rest)
}

func families(results []policy.Result) []audit.Family {
	var all []audit.Family
	for _, r := range results {
		if !slices.Contains(all, r.Check.Family) {
			all = append(all, r.Check.Family)
		}
	}
	return all
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
