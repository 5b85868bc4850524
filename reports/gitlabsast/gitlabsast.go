// Package gitlabsast writes GitLab's report of a static analysis, for its
// vulnerability pages.
//
// It holds the open findings. GitLab keeps its own record of what was dismissed and
// knows no suppressions in a report, so waived and known findings are left out and
// counted in a message; what could not be assessed is a message too. GitLab takes a
// finding that is missing from the next report for mended, also where that report saw
// less: a scan that was cut short says "failure".
package gitlabsast

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// GitLab refuses versions that it does not know; this one it knows since 17.
const (
	version = "15.2.1"
	schema  = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v" + version + "/dist/sast-report-format.json"
)

// What GitLab takes, in characters and in entries.
const (
	longestName     = 255
	longestSolution = 7000
	mostIdentifiers = 20
	// Ours: a description says one sentence, and one way.
	longestDescription = 4000
	mostMessages       = 100
)

// severities are GitLab's, by ours.
var severities = map[audit.Severity]string{
	audit.Critical: "Critical", audit.High: "High", audit.Medium: "Medium", audit.Low: "Low", audit.Note: "Info",
}

// Write writes the report.
func Write(w io.Writer, r *reports.Report) error {
	us := tool{ID: "sealvet", Name: "sealvet", URL: reports.Home, Version: cmp.Or(r.Tool.Version, "unknown"), Vendor: vendor{"sealvet"}}
	when := r.TakenAt.UTC().Format("2006-01-02T15:04:05")
	status := "success"
	if !r.Verdict.Summary.Complete {
		status = "failure"
	}
	d := document{
		Schema: schema, Version: version,
		Scan:            scan{Analyzer: us, Scanner: us, Type: "sast", Start: when, End: when, Status: status, Messages: messages(r.Verdict)},
		Vulnerabilities: []vulnerability{},
	}
	tree := reports.NewTree(r.Files)
	for _, f := range r.Verdict.Findings {
		if f.Status == policy.Open {
			d.Vulnerabilities = append(d.Vulnerabilities, newVulnerability(tree, f))
		}
	}
	return reports.EncodeJSON(w, d)
}

// namespace keeps our ids apart from all others.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte(reports.Home))

// newVulnerability says one finding. GitLab follows it by its first identifier, which
// is the check, and by its place; the id hangs on the fingerprint alone.
func newVulnerability(tree reports.Tree, f policy.Judged) vulnerability {
	at, real := tree.Place(f.Location)
	text := cmp.Or(f.Message, f.Rule.Title)
	if !real {
		text += reports.Elsewhere(f.Location)
	}
	if way := reports.Way(f.Flow); way != "" {
		text += "; " + way
	}
	start := max(at.Line, 1)
	page := reports.PageOf(f.Rule)
	return vulnerability{
		ID:          uuid.NewSHA1(namespace, []byte(f.Fingerprint)).String(),
		Name:        shorten(f.Rule.Title, longestName),
		Description: reports.Markdown(reports.Cut(text, longestDescription)),
		Severity:    severities[f.Severity],
		Solution:    shorten(f.Rule.Remedy(), longestSolution),
		Identifiers: identifiers(f.Rule, page),
		Links:       []link{{"What " + f.Check + " looks at, and how to mend it", page}},
		Location:    location{at.Path, start, max(at.EndLine, start)},
	}
}

func identifiers(check *audit.Check, page string) []identifier {
	all := []identifier{{Type: "sealvet_check", Name: "sealvet " + check.ID, Value: check.ID, URL: page}}
	for _, control := range check.Controls {
		all = append(all, identifier{Type: "control", Name: control, Value: control})
	}
	return all[:min(len(all), mostIdentifiers)]
}

// messages say the verdict, what is left out, and what was not seen: a list without
// vulnerabilities alone would look like a pass.
func messages(v policy.Verdict) []message {
	verdict, rest := reports.Closing(v)
	all := []message{{"info", verdict + rest}, {"info", "Findings: " + reports.Findings(v.Summary)}}
	for _, one := range reports.UnseenIn(v, id) {
		all = append(all, warning(one.Reason+"; this leaves open: "+strings.Join(one.Checks, ", ")))
	}
	needs, doubts := reports.DoubtsIn(v, id)
	if needs != "" {
		all = append(all, warning(needs))
	}
	for _, one := range doubts {
		for _, reason := range one.Reasons {
			all = append(all, warning(strings.Join(one.Checks, ", ")+": not assessed: "+reason))
		}
	}
	if more := len(all) - mostMessages; more > 0 {
		all = append(all[:mostMessages], message{"warn", fmt.Sprintf("and %d more that could not be assessed; the JSON report lists them all", more)})
	}
	return all
}

func id(r policy.Result) string { return r.Check.ID }

func warning(s string) message {
	return message{"warn", reports.Cut(reports.Plain(s), 1000)}
}

// shorten keeps a text below a limit that counts the mark of the cut too.
func shorten(s string, most int) string { return reports.Cut(s, most-1) }
