package text

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// findings prints the open ones, family by family: first those that stand alone,
// in a table per file; then those of which there are many, under one sentence.
func (p *printer) findings(v policy.Verdict) {
	for _, family := range families(v.Results) {
		var its []policy.Judged
		for _, f := range v.Findings {
			if v.Told(f) && f.Rule.Family == family {
				its = append(its, f)
			}
		}
		if len(its) == 0 {
			continue
		}
		slices.SortStableFunc(its, func(a, b policy.Judged) int {
			return cmp.Or(cmp.Compare(headless(a), headless(b)), a.Location.Compare(b.Location), cmp.Compare(a.Check, b.Check))
		})
		single, repeated := split(its)
		p.heading(string(family))
		p.table(single)
		for i, group := range repeated {
			if i > 0 || len(single) > 0 {
				p.line("")
			}
			p.repeated(group)
		}
	}
}

// many is how often a check may say the same before it is said once for all.
const many = 5

// split takes out the groups of one check and severity that would fill the page
// with one sentence, worst first.
func split(findings []policy.Judged) (single []policy.Judged, repeated [][]policy.Judged) {
	type kind struct {
		check    string
		severity audit.Severity
	}
	groups := make(map[kind][]policy.Judged)
	for _, f := range findings {
		key := kind{f.Check, f.Severity}
		groups[key] = append(groups[key], f)
	}
	for _, f := range findings {
		key := kind{f.Check, f.Severity}
		switch group := groups[key]; {
		case group == nil: // told already
		case len(group) < many:
			single = append(single, f)
		default:
			repeated = append(repeated, group)
			groups[key] = nil
		}
	}
	slices.SortStableFunc(repeated, func(a, b []policy.Judged) int { return cmp.Compare(b[0].Severity, a[0].Severity) })
	return single, repeated
}

// table prints a line each, under a heading per file.
func (p *printer) table(findings []policy.Judged) {
	places, ids := 0, 0
	for _, f := range findings {
		places, ids = max(places, len(place(f))), max(ids, len(f.Check))
	}
	for i, f := range findings {
		if i == 0 || heading(f) != heading(findings[i-1]) {
			p.line("  %s", p.underlined(heading(f)))
		}
		start := fmt.Sprintf("    %*s  %s  ", places, place(f), p.severity(f.Severity, fmt.Sprintf("%-8s", f.Severity)))
		p.row(start, 4+places+2+8+2, fmt.Sprintf("%-*s", ids, f.Check), show(f.Message))
		if way := way(f); way != "" {
			p.wrapped(strings.Repeat(" ", 4+places+2), 4+places+2, way)
		}
	}
}

// heading names the file of a finding, or what else was looked at.
func heading(f policy.Judged) string {
	if f.Location.Path != "" {
		return show(f.Location.Path)
	}
	return headless(f)
}

// headless is what was looked at where that is no file; those come first.
func headless(f policy.Judged) string {
	switch {
	case f.Location.Path != "":
		return "~"
	case f.Rule.Source == audit.FromGit:
		return "commits and tags"
	case f.Rule.Source == audit.FromRegistry:
		return "what registries hold"
	}
	return "settings of the code host" // a finding in the tree has its place
}

// way tells in words how one comes to the place of a finding.
func way(f policy.Judged) string { return show(reports.Way(f.Flow)) }

// repeated says once what a check says often, and then where: every place stays
// visible, those of one subject in one file on one line.
func (p *printer) repeated(group []policy.Judged) {
	rule, severity := group[0].Rule, group[0].Severity
	p.line("  %s  %s", rule.ID, p.severity(severity, fmt.Sprintf("%d %s", len(group), severity)))
	p.wrapped("  ", 2, sentence(rule.Title)+" "+rule.Remedy())
	for len(group) > 0 {
		n := 1
		for n < len(group) && group[n].Location.Path == group[0].Location.Path {
			n++
		}
		p.repeatedIn(group[:n])
		group = group[n:]
	}
}

func (p *printer) repeatedIn(file []policy.Judged) {
	path := file[0].Location.Path
	if len(file) == 1 && file[0].Subject == path {
		p.line("    %s", show(file[0].Location.String()))
		return
	}
	p.line("    %s", p.underlined(heading(file[0])))
	column := 0
	places := make(map[string][]string)
	for _, f := range file {
		column = max(column, len(place(f)))
		places[subject(f)] = append(places[subject(f)], cmp.Or(place(f), "the file"))
	}
	for _, f := range file {
		its := places[subject(f)]
		if its == nil {
			continue // its place stands behind the first of that subject
		}
		places[subject(f)] = nil
		words := show(subject(f))
		if way := way(f); way != "" {
			words += "  " + way
		}
		switch {
		case len(its) > 1 && f.Withheld:
			words = fmt.Sprintf("%d times %s", len(its), words)
		case len(its) > 1:
			words += "  also at " + strings.Join(its[1:], ", ")
		}
		p.wrapped(fmt.Sprintf("      %*s  ", column, place(f)), 6+column+2, words)
	}
}

// subject is what a finding is about; of several whose names are withheld, what they
// all are.
func subject(f policy.Judged) string {
	if f.Withheld {
		return f.Thing
	}
	return f.Subject
}

func place(f policy.Judged) string {
	if f.Location.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d", f.Location.Line, f.Location.Column)
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

func sentence(s string) string { return strings.TrimSuffix(s, ".") + "." }
