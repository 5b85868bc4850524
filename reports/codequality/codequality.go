// Package codequality writes the report of GitLab's Code Quality, which a merge
// request shows beside the lines it changes.
//
// It holds the open findings. The format knows no suppressions and no checks that
// could not be assessed: waived and known findings are left out, and so is what is
// not known. The summary (markdown) and the JSON report have both.
package codequality

import (
	"cmp"
	"io"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// issue is one entry, in GitLab's part of the Code Climate format.
type issue struct {
	Description string   `json:"description"`
	Check       string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"`
	Location    location `json:"location"`
}

// location is a path from the root of the repository, without "./" before it.
type location struct {
	Path  string `json:"path"`
	Lines lines  `json:"lines"`
}

type lines struct {
	Begin int `json:"begin"`
}

// severities are GitLab's, by ours.
var severities = map[audit.Severity]string{
	audit.Critical: "blocker", audit.High: "critical", audit.Medium: "major", audit.Low: "minor", audit.Note: "info",
}

// longest is how many characters of a description are shown.
const longest = 1000

// Write writes the report: an array, without a byte order mark, empty where nothing
// is open. GitLab tells findings apart by their fingerprint.
func Write(w io.Writer, r *reports.Report) error {
	tree := reports.NewTree(r.Files)
	issues := []issue{}
	for _, f := range r.Verdict.Findings {
		if f.Status != policy.Open {
			continue // the format has no place for what is forgiven
		}
		at, real := tree.Place(f.Location)
		text := cmp.Or(f.Message, f.Rule.Title)
		if !real {
			text += reports.Elsewhere(f.Location)
		}
		issues = append(issues, issue{
			Description: reports.Cut(reports.Plain(text), longest), Check: f.Check, Fingerprint: f.Fingerprint,
			Severity: severities[f.Severity], Location: location{at.Path, lines{max(at.Line, 1)}},
		})
	}
	return reports.EncodeJSON(w, issues)
}
