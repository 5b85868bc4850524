// Package junit writes the verdict as a test report, which Jenkins, GitLab and most
// other build servers show: a suite for each family, a case for each check.
//
// A case fails where its check makes the policy unmet, with a line for each finding
// that does; a check that the policy wants assessed and that was not, fails too. Not
// assessed and not applicable are skipped, with the reason, and never a pass. What
// else was found, what is waived and what the baseline knows stands in the output of
// the case, marked as such.
package junit

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// mostLines bounds the lines of one case, longest the characters of a line.
const (
	mostLines = 500
	longest   = 1000
)

// Write writes the report.
func Write(w io.Writer, r *reports.Report) error {
	verdict, rest := reports.Closing(r.Verdict)
	d := document{Name: "sealvet"}
	findings := make(map[string][]policy.Judged)
	for _, f := range r.Verdict.Findings {
		findings[f.Check] = append(findings[f.Check], f)
	}
	for _, one := range r.Verdict.Results {
		s := d.suite(string(one.Check.Family))
		if s.Properties == nil {
			s.Timestamp = r.TakenAt.UTC().Format("2006-01-02T15:04:05")
			s.Properties = []property{{"target", plain(r.Target.Name)}, {"commit", plain(r.Target.Commit)}, {"verdict", verdict + rest}}
		}
		s.add(newCase(one, findings[one.Check.ID]))
	}
	for _, s := range d.Suites {
		d.Tests += s.Tests
		d.Failures += s.Failures
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(d); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// suite finds or adds the one of that name.
func (d *document) suite(name string) *suite {
	i := slices.IndexFunc(d.Suites, func(s suite) bool { return s.Name == name })
	if i < 0 {
		i = len(d.Suites)
		d.Suites = append(d.Suites, suite{Name: name})
	}
	return &d.Suites[i]
}

func (s *suite) add(c testcase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// newCase says how one check ended, given its findings.
func newCase(r policy.Result, findings []policy.Judged) testcase {
	c := testcase{Name: r.Check.ID, Class: "sealvet." + string(r.Check.Family), Time: "0"}
	var failing, others []string
	worst := audit.Unset
	for _, f := range findings {
		if f.Fails {
			failing, worst = append(failing, lineOf(f)), max(worst, f.Severity)
			continue
		}
		others = append(others, lineOf(f))
	}
	unknown := unknowns(r)
	switch {
	case len(failing) > 0:
		c.Failure = newOutcome(worst.String(), reports.Count(len(failing), "finding")+": "+r.Check.Title, failing)
		others = append(others, unknown...)
	case r.Fails:
		c.Failure = newOutcome("not assessed", "not assessed, and the policy wants it known", unknown)
	case r.Outcome == audit.NotAssessed:
		c.Skipped = newOutcome("", "not assessed: "+first(unknown), unknown[min(1, len(unknown)):])
	case r.Outcome == audit.NotApplicable:
		c.Skipped = newOutcome("", strings.TrimSuffix("not applicable: "+r.Why, ": "), nil)
	default:
		others = append(others, unknown...)
	}
	if len(others) > 0 {
		c.Output = &lines{body(others)}
	}
	return c
}

func newOutcome(kind, message string, under []string) *outcome {
	o := &outcome{Type: kind, Message: plain(message)}
	if len(under) > 0 {
		o.Lines = body(under)
	}
	return o
}

// lineOf reads like a compiler's message.
func lineOf(f policy.Judged) string {
	line := strings.TrimPrefix(f.Location.String()+": ", ": ") + f.Severity.String() + ": " + cmp.Or(f.Message, f.Rule.Title)
	switch f.Status {
	case policy.Waived:
		line += " [waived: " + f.Because + "]"
	case policy.Baseline:
		line += " [in the baseline]"
	case policy.Open:
		if way := reports.Way(f.Flow); way != "" {
			line += "; " + way
		}
	}
	return line
}

// unknowns are the reasons why a check could not judge all that it looks at.
func unknowns(r policy.Result) []string {
	var all []string
	for _, d := range r.Doubts {
		all = append(all, "not assessed: "+reports.Reason(d.Location, d.Subject, d.Reason, d.Unlock))
	}
	for _, g := range r.Gaps {
		all = append(all, "not seen: "+reports.Reason(g.At, g.Subject, g.Reason, g.Unlock))
	}
	return all
}

// first is what a list of unknowns says in one line.
func first(unknown []string) string {
	if len(unknown) == 0 {
		return "nobody could look"
	}
	_, reason, _ := strings.Cut(unknown[0], ": ")
	if more := len(unknown) - 1; more > 0 {
		return fmt.Sprintf("%s; and %d more", reports.Cut(reason, longest/2), more)
	}
	return reason
}

// body writes lines as the text of an element, from a line of their own to the next.
func body(all []string) string {
	var b strings.Builder
	b.WriteString("\n")
	for _, line := range all[:min(len(all), mostLines)] {
		b.WriteString(escape.Replace(plain(line)) + "\n")
	}
	if more := len(all) - mostLines; more > 0 {
		fmt.Fprintf(&b, "and %d more; the JSON report lists them all\n", more)
	}
	return b.String()
}

// plain makes a line safe to print, and legal in XML: of what XML forbids, Plain shows
// controls and halves of characters, and two more are left that are no characters.
func plain(s string) string {
	return nonCharacters.Replace(reports.Cut(reports.Plain(s), longest))
}

var (
	escape        = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	nonCharacters = strings.NewReplacer("\uFFFE", `\u{FFFE}`, "\uFFFF", `\u{FFFF}`)
)
