// Package reports holds what every report writer is given. Writers live in
// folders of their own; they know verdicts and never checks or collectors, and
// each escapes hostile text for its own medium.
package reports

import (
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/internal/provenance"
)

// Home is where sealvet lives.
const Home = "https://github.com/sealvet/sealvet"

// Report is one judged repository.
type Report struct {
	Tool    Tool
	Target  evidence.Target
	Server  bool // it makes an MCP server
	TakenAt time.Time
	Files   []evidence.File
	// LeftAlone is what the list of files leaves to others; it leaves no check open.
	LeftAlone []evidence.Gap
	// Chains lead from what users are told to the proof of what they get; empty where nobody was asked.
	Chains []provenance.Chain
	// Source says which SLSA Source level the controls of the code host are consistent with today; empty
	// where it was not asked.
	Source  string
	Verdict policy.Verdict
}

// Tool says which sealvet wrote the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
}
