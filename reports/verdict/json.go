package verdict

import (
	"io"
	"time"

	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/reports"
)

// Schema names the wire format.
const Schema = "sealvet/verify/v1"

// Document is the outcome of one run of verify.
type Document struct {
	Schema  string               `json:"schema"`
	Tool    reports.Tool         `json:"tool"`
	TakenAt time.Time            `json:"takenAt"`
	Expect  provenance.Expect    `json:"expect,omitzero"`
	Summary Summary              `json:"summary"`
	Results []provenance.Verdict `json:"results"`
}

// Summary counts artifacts by outcome.
type Summary struct {
	Pass         int `json:"pass"`
	Fail         int `json:"fail"`
	Absent       int `json:"absent"`
	Undetermined int `json:"undetermined"`
}

// Count adds up the outcomes.
func Count(results []provenance.Verdict) Summary {
	var sum Summary
	for _, r := range results {
		switch r.Outcome {
		case provenance.Pass:
			sum.Pass++
		case provenance.Fail:
			sum.Fail++
		case provenance.Absent:
			sum.Absent++
		case provenance.Undetermined:
			sum.Undetermined++
		}
	}
	return sum
}

// WriteJSON writes the document.
func WriteJSON(w io.Writer, document Document) error {
	document.Schema = Schema
	document.Summary = Count(document.Results)
	return reports.EncodeJSON(w, document)
}
