// Package json writes the stable, versioned report for programs. Its shape is
// fixed by docs/schema/report.v1.json.
package json

import (
	"io"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/reports"
)

// Schema names the format.
const Schema = "sealvet/report/v1"

type document struct {
	Schema   string       `json:"schema"`
	Tool     reports.Tool `json:"tool"`
	Target   target       `json:"target"`
	TakenAt  time.Time    `json:"takenAt"`
	Summary  summary      `json:"summary"`
	Findings []finding    `json:"findings"`
	Aside    []finding    `json:"aside"`
	Results  []result     `json:"results"`
	Gaps     []gap        `json:"gaps"`
	// LeftAlone belongs to others, and leaves no check open.
	LeftAlone []gap `json:"leftAlone"`
	// Chains are there where registries were asked.
	Chains []provenance.Chain `json:"chains,omitempty"`
	// Source is there where the code host was asked.
	Source string `json:"sourceControls,omitempty"`
}

type target struct {
	evidence.Target
	MCPServer bool `json:"mcpServer"`
	Files     int  `json:"files"`
}

type summary struct {
	Met      bool           `json:"met"`
	Complete bool           `json:"complete"`
	FailAt   string         `json:"failAt"`
	Base     string         `json:"base,omitempty"`
	Checks   map[string]int `json:"checks"`
	Findings map[string]int `json:"findings"`
	Severity map[string]int `json:"openBySeverity"`
}

type finding struct {
	Check       string            `json:"check"`
	Severity    audit.Severity    `json:"severity"`
	Confidence  audit.Confidence  `json:"confidence"`
	Location    evidence.Location `json:"location"`
	Anchor      string            `json:"anchor,omitempty"`
	Subject     string            `json:"subject"`
	Message     string            `json:"message"`
	Remediation string            `json:"remediation,omitempty"`
	Evidence    audit.Source      `json:"evidence"`
	Related     []audit.Related   `json:"related,omitempty"`
	Flow        []audit.Related   `json:"flow,omitempty"`
	Controls    []string          `json:"controls"`
	Fingerprint string            `json:"fingerprint"`
	Status      policy.Status     `json:"status"`
	Because     string            `json:"because,omitempty"`
	Aside       string            `json:"aside,omitempty"`
	New         bool              `json:"new,omitempty"`
	Fails       bool              `json:"fails"`
}

type result struct {
	Check    string        `json:"check"`
	Family   audit.Family  `json:"family"`
	Outcome  audit.Outcome `json:"outcome"`
	Fails    bool          `json:"fails"`
	Why      string        `json:"why,omitempty"`
	Open     int           `json:"open"`
	Waived   int           `json:"waived"`
	Baseline int           `json:"baseline"`
	Aside    int           `json:"aside"`
	Passes   int           `json:"passes"`
}

type gap struct {
	Check    string            `json:"check,omitempty"`
	Subject  string            `json:"subject"`
	Location evidence.Location `json:"location,omitzero"`
	Reason   string            `json:"reason"`
	Unlock   string            `json:"unlock,omitempty"`
}

// Write writes the report, indented, with a newline at its end.
func Write(w io.Writer, r *reports.Report) error {
	v := r.Verdict
	d := document{
		Schema: Schema, Tool: r.Tool, TakenAt: r.TakenAt.UTC(),
		Target:   target{r.Target, r.Server, len(r.Files)},
		Summary:  sum(v),
		Findings: findings(v.Findings), Aside: findings(v.Aside),
		Results: []result{}, Gaps: []gap{}, LeftAlone: []gap{}, Chains: r.Chains, Source: r.Source,
	}
	for _, one := range v.Results {
		d.Results = append(d.Results, result{
			one.Check.ID, one.Check.Family, one.Outcome, one.Fails, one.Why,
			one.Open, one.Waived, one.Baseline, one.Aside, one.Passes,
		})
		d.Gaps = append(d.Gaps, gaps(one)...)
	}
	for _, g := range r.LeftAlone {
		d.LeftAlone = append(d.LeftAlone, gap{"", g.Subject, g.At, g.Reason, g.Unlock})
	}
	return reports.EncodeJSON(w, d)
}

func sum(v policy.Verdict) summary {
	s := v.Summary
	failAt := "never"
	if v.Policy.FailAt != policy.Never {
		failAt = v.Policy.FailAt.String()
	}
	severity := make(map[string]int)
	for _, one := range []audit.Severity{audit.Critical, audit.High, audit.Medium, audit.Low, audit.Note} {
		severity[one.String()] = s.BySeverity[one]
	}
	return summary{
		Met: v.Met, Complete: s.Complete, FailAt: failAt, Base: v.Base, Severity: severity,
		Checks:   map[string]int{"passed": s.Passed, "failed": s.Failed, "notAssessed": s.NotAssessed, "notApplicable": s.NotApplicable},
		Findings: map[string]int{"open": s.Open, "waived": s.Waived, "baseline": s.Baseline, "aside": s.Aside},
	}
}

func findings(judged []policy.Judged) []finding {
	out := make([]finding, 0, len(judged))
	for _, f := range judged {
		out = append(out, finding{
			Check: f.Check, Severity: f.Severity, Confidence: f.Confidence, Location: f.Location,
			Anchor: f.Anchor, Subject: f.Subject, Message: f.Message, Remediation: f.Rule.Remedy(),
			Evidence: f.Rule.Source, Related: f.Related, Flow: f.Flow, Controls: append([]string{}, f.Rule.Controls...),
			Fingerprint: f.Fingerprint, Status: f.Status, Because: f.Because, Aside: f.Aside, New: f.New, Fails: f.Fails,
		})
	}
	return out
}

// gaps lists what kept a check from seeing everything, also under a failed check.
func gaps(r policy.Result) []gap {
	var out []gap
	for _, d := range r.Doubts {
		out = append(out, gap{r.Check.ID, d.Subject, d.Location, d.Reason, d.Unlock})
	}
	for _, g := range r.Gaps {
		out = append(out, gap{r.Check.ID, g.Subject, g.At, g.Reason, g.Unlock})
	}
	return out
}
