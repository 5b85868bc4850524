// Package sarif writes SARIF 2.1.0 in two forms: for GitHub code scanning, and
// whole, for other readers.
//
// GitHub reads no suppressions and closes an alert that the next upload does not
// hold, so its form holds every open finding and nothing else; what is left out
// is counted. The whole form keeps waived and known findings, suppressed, and
// the controls each rule serves.
//
// The structs are our own: they hold what sealvet says and nothing else, where
// the libraries of the format write empty arrays and -1 for all it does not say.
package sarif

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

const (
	schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	// category keeps this upload apart from others of the same tool. GitHub takes what
	// stands before the last slash.
	category = "sealvet/tree/"
	// mostResults is how many GitHub shows; it would cut off the rest without a word.
	mostResults = 5000
	// mostNotices bounds the notifications.
	mostNotices = 100
)

// Write writes the form for GitHub code scanning.
func Write(w io.Writer, r *reports.Report) error {
	s := newWriter(r)
	var open []policy.Judged
	for _, f := range r.Verdict.Findings {
		if f.Status == policy.Open {
			open = append(open, f)
		}
	}
	results := s.merged(open)
	s.run.Properties.Results = len(results)
	if more := len(results) - mostResults; more > 0 {
		s.run.Properties.Capped = true
		s.notices = slices.Insert(s.notices, 0, notification{Level: "warning", Message: message{
			Text: fmt.Sprintf("%d more results are left out: GitHub shows %d, and these are the worst", more, mostResults),
		}})
		results = results[:mostResults]
	}
	s.run.Results = append(s.run.Results, results...)
	return s.write(w)
}

// WriteFull writes the form for readers that know suppressions and taxonomies.
func WriteFull(w io.Writer, r *reports.Report) error {
	s := newWriter(r)
	s.run.Taxonomies = taxonomies(s.checks, s.run.Tool.Driver.Rules)
	for _, f := range r.Verdict.Findings {
		one := s.newResult(f)
		one.Suppressions = suppressed(f)
		s.run.Results = append(s.run.Results, one)
	}
	s.run.Properties.Results = len(s.run.Results)
	return s.write(w)
}

type writer struct {
	run       run
	tree      reports.Tree
	checks    []*audit.Check
	ruleIndex map[string]int
	notices   []notification
	complete  bool
}

// newWriter fills in all but the results.
func newWriter(r *reports.Report) *writer {
	s := r.Verdict.Summary
	w := &writer{tree: reports.NewTree(r.Files), ruleIndex: make(map[string]int), complete: s.Complete}
	w.run = run{
		Tool: tool{component{
			Name: r.Tool.Name, Version: semantic(r.Tool.Version), SemanticVersion: semantic(r.Tool.Version), InformationURI: reports.Home,
		}},
		Automation: automation{category},
		Provenance: provenanceOf(r.Target),
		BaseIDs:    map[string]artifactLocation{srcRoot: {Description: &message{Text: "The root of the repository."}}},
		ColumnKind: "unicodeCodePoints",
		Results:    []result{},
		Properties: counts{Open: s.Open, Waived: s.Waived, Baseline: s.Baseline, Aside: s.Aside},
	}
	for i, one := range r.Verdict.Results {
		w.checks = append(w.checks, one.Check)
		w.ruleIndex[one.Check.ID] = i
		w.run.Tool.Driver.Rules = append(w.run.Tool.Driver.Rules, newRule(one.Check))
	}
	w.unassessed(r.Verdict)
	return w
}

// unassessed tells what was not seen, which is a warning, and what was seen and
// could not be judged, which is a note.
func (w *writer) unassessed(v policy.Verdict) {
	for _, one := range reports.UnseenIn(v, func(r policy.Result) string { return r.Check.ID }) {
		w.notify("warning", one.Reason+"; this leaves open: "+strings.Join(one.Checks, ", "), nil)
	}
	for _, r := range v.Results {
		for _, d := range r.Doubts {
			w.notify("note", reports.Reason(d.Location, d.Subject, d.Reason, d.Unlock), &reference{ID: r.Check.ID, Index: w.ruleIndex[r.Check.ID]})
		}
	}
}

func (w *writer) notify(level, text string, rule *reference) {
	w.notices = append(w.notices, notification{Level: level, Message: message{Text: safe(text)}, Rule: rule})
}

func (w *writer) write(to io.Writer) error {
	if more := len(w.notices) - mostNotices; more > 0 {
		w.notices = append(w.notices[:mostNotices], notification{Level: "note", Message: message{
			Text: fmt.Sprintf("and %d more that could not be assessed; the JSON report lists them all", more),
		}})
	}
	w.run.Invocations = []invocation{{Successful: w.complete, Notifications: w.notices}}
	return reports.EncodeJSON(to, document{Schema: schema, Version: "2.1.0", Runs: []run{w.run}})
}

// plainAddress is an address on the web that needs no escapes. A remote can hold
// anything; one that looks odd is left out.
var plainAddress = regexp.MustCompile(`^https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~-]+)+$`)

func provenanceOf(t evidence.Target) []provenance {
	if !plainAddress.MatchString(t.Remote) {
		return nil
	}
	return []provenance{{
		RepositoryURI: t.Remote, RevisionID: reports.Plain(t.Commit), Branch: reports.Plain(t.Branch),
		MappedTo: artifactLocation{BaseID: srcRoot},
	}}
}

var semver = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

// semantic makes a semantic version of what a build from a work tree calls itself.
func semantic(version string) string {
	if semver.MatchString(version) {
		return version
	}
	return "0.0.0-" + notSemver.ReplaceAllString(version, "-")
}

var notSemver = regexp.MustCompile(`[^0-9A-Za-z]+`)
