package provenance

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed provenance_regression.md
var provenanceRegressionDoc string

// ProvenanceRegression finds versions that prove less than the one before: what a
// stolen token leaves behind.
var ProvenanceRegression = &audit.Check{
	ID:       "provenance-regression",
	Title:    "Version proves less than the one before it",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.Publications, evidence.PublishedImages, evidence.Releases},
	Doc:      provenanceRegressionDoc,
	Controls: []string{"SLSA-BUILD-L2", "OSPS-BR-06.01", "CIS-SSC-3.1.3", "SSDF-PS.2.1", "SSDF-PS.3.2", "S2C2F-AUD-1", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectProvenanceRegression,
}

func inspectProvenanceRegression(seen *evidence.Snapshot, record *audit.Record) {
	before := make(map[string]*version)
	for _, v := range versions(seen, 1, attestable...) {
		before[v.Thing()] = v
	}
	for _, v := range versions(seen, 0, attestable...) {
		if old := before[v.Thing()]; old != nil { // else there is nothing to fall behind
			compare(seen, old, v, record)
		}
	}
	unasked(seen, record, attestable...)
}

func compare(seen *evidence.Snapshot, old, v *version, record *audit.Record) {
	had, has := old.proven(), v.proven()
	lost := func(message string, severity audit.Severity) {
		f := v.finding(message)
		f.Severity = severity
		record.Defect(f)
	}
	expect := expected(seen)
	highest := func(whole string, rank int) (level int) {
		for p := range published(seen, rank, attestable...) {
			if p.Whole() == whole {
				level = max(level, levelOf(seen, p, expect))
			}
		}
		return level
	}
	switch {
	case !had && old.doubt != nil:
		record.Doubt(audit.Doubt{Subject: v.Whole(), Location: v.At, Reason: fmt.Sprintf("nobody can tell what %s proved", old.Whole()), Unlock: old.Unlock})
	case !had:
		record.Pass(v.Whole(), v.At) // nothing to lose
	case !has && v.doubt != nil:
		v.doubt(record)
	case !has:
		lost(fmt.Sprintf("%s has no provenance, and %s had; find out who published it and how, before anybody installs it", v.Whole(), old.Whole()), audit.Unset)
	case highest(v.Whole(), 0) < highest(old.Whole(), 1):
		lost(fmt.Sprintf("%s is proved at SLSA Build level %d, and %s was at %d; find out why it was built another way", v.Whole(), highest(v.Whole(), 0), old.Whole(), highest(old.Whole(), 1)), audit.Medium)
	default:
		record.Pass(v.Whole(), v.At)
	}
}

// proven says whether a file of the version has provenance that holds.
func (v *version) proven() bool { return len(v.bare)+len(v.signed)+len(v.doubtful) < v.files }
