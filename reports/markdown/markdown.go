// Package markdown writes the summary for people, as the page of a CI job or a
// merge request shows it: the verdict, how much is known, the worst findings of each
// family with links to their lines, what is not assessed and what would settle it,
// what is published, and what is waived and why. The baseline is only counted.
//
// It is an extract: the JSON report has everything. Links are relative to the root of
// the repository. All that comes from a repository goes through reports.Markdown.
package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// mostBytes is what a summary may weigh. GitHub throws away one of more than 1 MiB as
// a whole.
const mostBytes = 1_000_000

// Write writes the summary. What would make it too heavy is left out section by
// section, and that is said.
func Write(w io.Writer, r *reports.Report) error {
	_, err := io.WriteString(w, fit(sectionsOf(r), mostBytes))
	return err
}

// section is one part of the page, which stays whole or is left out. The first has no
// name and always stays.
type section struct {
	name string
	text string
}

func sectionsOf(r *reports.Report) []section {
	sections := []section{{"", head(r)}}
	tree := reports.NewTree(r.Files)
	for _, family := range familiesOf(r.Verdict.Results) {
		sections = append(sections, section{string(family), findings(tree, r.Verdict, family)})
	}
	return append(sections,
		section{"not assessed", notAssessed(r.Verdict)},
		section{"what is published", published(r.Chains)},
		section{"waived", waived(tree, r.Verdict)},
	)
}

// room is kept for the notice of what is left out.
const room = 1000

// fit puts the sections together as far as they fit, each below its heading.
func fit(sections []section, most int) string {
	var b strings.Builder
	var left []string
	for _, s := range sections {
		if s.text == "" {
			continue // nothing to say
		}
		if s.name != "" {
			s.text = "\n## " + strings.ToUpper(s.name[:1]) + s.name[1:] + "\n\n" + s.text
		}
		if s.name != "" && b.Len()+len(s.text) > most-room {
			left = append(left, s.name)
			continue
		}
		b.WriteString(s.text)
	}
	if len(left) > 0 {
		fmt.Fprintf(&b, "\n## Cut short\n\nThis page may weigh %d bytes. Left out: %s; the JSON report has them.\n", most, strings.Join(left, ", "))
	}
	return b.String()
}

// head says what was looked at and the verdict, and counts.
func head(r *reports.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# sealvet: %s\n\n", reports.Markdown(reports.Cut(r.Target.Name, longestName)))
	verdict, rest := reports.Closing(r.Verdict)
	fmt.Fprintf(&b, "**%s**%s\n\n", verdict, rest)
	if commit := r.Target.Commit; commit != "" {
		at := reports.MarkdownCode(commit[:min(12, len(commit))])
		if r.Target.Branch != "" {
			at = name(r.Target.Branch) + " at " + at
		}
		fmt.Fprintf(&b, "%s, %s.\n\n", at, reports.Count(len(r.Files), "file"))
	}
	counts(&b, r.Verdict)
	return b.String()
}

func counts(b *strings.Builder, v policy.Verdict) {
	s := v.Summary
	b.WriteString("| Checks | passed | failed | not assessed | not applicable |\n| --- | --: | --: | --: | --: |\n")
	fmt.Fprintf(b, "| %d | %d | %d | %d | %d |\n\n", len(v.Results), s.Passed, s.Failed, s.NotAssessed, s.NotApplicable)
	fmt.Fprintf(b, "Findings: %s.", reports.Findings(s))
	if s.Aside > 0 {
		fmt.Fprintf(b, " Aside, and not counted: %d in fixtures, examples, vendored code or excluded paths.", s.Aside)
	}
	b.WriteString("\n")
	if !v.Met && s.Open > 0 {
		b.WriteString("What makes the policy unmet is set in bold.\n")
	}
}
