// Package text writes the report for people: findings grouped by family and
// file, what was forgiven, what could not be assessed and why, and one closing
// line that never says more than is known.
package text

import (
	"fmt"
	"io"
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
	p.chains(r.Chains, len(r.Chains) <= fewChains)
	p.waived(r.Verdict)
	p.notAssessed(r.Verdict)
	p.notSeen(r.Verdict)
	p.leftAlone(r.LeftAlone)
	p.sums(r.Source, r.Verdict)
	p.closing(r.Verdict)
	return p.err
}

func (p *printer) head(r *reports.Report) {
	line := p.bold(show(r.Target.Name))
	if commit := r.Target.Commit; commit != "" {
		at := commit[:min(12, len(commit))]
		if r.Target.Branch != "" {
			at = r.Target.Branch + "@" + at
		}
		line += "  " + show(at)
	}
	p.line("%s  %s", line, count(len(r.Files), "file"))
}

func (p *printer) sums(source string, v policy.Verdict) {
	s := v.Summary
	p.line("")
	if source != "" {
		p.sum("Source:", show(source))
	}
	p.sum("Checks:", fmt.Sprintf("%d passed, %d failed, %d not assessed, %d not applicable", s.Passed, s.Failed, s.NotAssessed, s.NotApplicable))
	line := fmt.Sprintf("%d open", s.Open)
	var grades []string
	for _, severity := range worstFirst {
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
	p.sum("Findings:", line)
	if s.Aside > 0 {
		p.sum("Aside:", count(s.Aside, "finding")+" in "+asides(v.Aside))
	}
}

func (p *printer) sum(what, words string) { p.wrapped(pad(what, 10), 10, words) }

var worstFirst = []audit.Severity{audit.Critical, audit.High, audit.Medium, audit.Low, audit.Note}

// asides says where the findings that do not count stand, and how to make them.
func asides(findings []policy.Judged) string {
	sums := make(map[string]int)
	for _, f := range findings {
		sums[f.Aside]++
	}
	var parts []string
	for _, one := range []struct{ key, name string }{
		{"fixture", "test fixtures"}, {"example", "examples"}, {"vendored", "vendored code"}, {"excluded", "excluded paths"},
	} {
		switch n := sums[one.key]; n {
		case 0:
		case len(findings):
			parts = append(parts, one.name)
		default:
			parts = append(parts, fmt.Sprintf("%s (%d)", one.name, n))
		}
	}
	all := strings.Join(parts, ", ")
	if sums["excluded"] < len(findings) {
		all += "; --include-fixtures counts them"
	}
	return all
}

// closing is the verdict. It says what is not known beside what is met, and that
// nothing was looked at where nothing was.
func (p *printer) closing(v policy.Verdict) {
	rest := ""
	if n := v.Summary.NotAssessed; n > 0 {
		rest = fmt.Sprintf(", %d not assessed", n)
	}
	if !v.Summary.Complete {
		rest += ", cut short"
	}
	p.line("")
	switch why := failures(v); {
	case !v.Met:
		p.wrapped(p.paint(red, "Policy not met")+": ", len("Policy not met: "), why+rest)
	case v.Summary.Passed+v.Summary.Failed+v.Summary.NotAssessed == 0:
		p.line("%s: no check applies to anything here%s", p.paint(green, "Policy met"), rest)
	default:
		p.line("%s%s", p.paint(green, "Policy met"), rest)
	}
}

func failures(v policy.Verdict) string {
	fails, unknown := 0, 0
	for _, f := range v.Findings {
		if f.Fails {
			fails++
		}
	}
	for _, r := range v.Results {
		if r.Fails && r.Outcome == audit.NotAssessed {
			unknown++
		}
	}
	var why []string
	if fails > 0 {
		why = append(why, fmt.Sprintf("%s at %s or above", count(fails, "finding"), v.Policy.FailAt))
	}
	if unknown > 0 {
		why = append(why, fmt.Sprintf("%s that the policy wants assessed", count(unknown, "check")))
	}
	return strings.Join(why, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
