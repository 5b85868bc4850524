// Package text writes the report for people: findings grouped by family and
// file, what was forgiven, what could not be assessed and why, and one closing
// line that never says more than is known.
package text

import (
	"fmt"
	"io"
	"strings"

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
	p.line("%s  %s", line, reports.Count(len(r.Files), "file"))
}

func (p *printer) sums(source string, v policy.Verdict) {
	s := v.Summary
	p.line("")
	if source != "" {
		p.sum("Source:", show(source))
	}
	p.sum("Checks:", fmt.Sprintf("%d passed, %d failed, %d not assessed, %d not applicable", s.Passed, s.Failed, s.NotAssessed, s.NotApplicable))
	p.sum("Findings:", reports.Findings(s))
	if s.Aside > 0 {
		p.sum("Aside:", reports.Count(s.Aside, "finding")+" in "+asides(v.Aside))
	}
}

func (p *printer) sum(what, words string) { p.wrapped(pad(what, 10), 10, words) }

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

// closing is the verdict.
func (p *printer) closing(v policy.Verdict) {
	verdict, rest := reports.Closing(v)
	color, indent := green, len(verdict)
	if !v.Met {
		color, indent = red, len(verdict+": ")
	}
	p.line("")
	p.wrapped(p.paint(color, verdict), indent, rest)
}
