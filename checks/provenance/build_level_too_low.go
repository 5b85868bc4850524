package provenance

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed build_level_too_low.md
var buildLevelTooLowDoc string

// BuildLevelTooLow finds what does not reach the policy's SLSA Build level.
var BuildLevelTooLow = &audit.Check{
	ID:       "build-level-too-low",
	Title:    "Publication does not reach the SLSA Build level of the policy",
	Family:   audit.Provenance,
	Severity: audit.Medium,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.Publications, evidence.PublishedImages, evidence.Releases},
	Doc:      buildLevelTooLowDoc,
	Controls: []string{"SLSA-BUILD-L1", "SLSA-BUILD-L2", "SLSA-BUILD-L3", "CIS-SSC-2.4.6", "SSDF-PS.3.2", "S2C2F-AUD-1", "CICD-SEC-9", "OWASP-MCP04"},
	Asked:    func(s evidence.Settings) bool { return s.Provenance.MinLevel > 0 },
	Inspect:  inspectBuildLevelTooLow,
}

func inspectBuildLevelTooLow(seen *evidence.Snapshot, record *audit.Record) {
	wanted := seen.Settings.Provenance.MinLevel
	expect := expected(seen)
	for p := range published(seen, 0, attestable...) {
		proved := levelOf(seen, p, expect)
		unjudged, is := undetermined(p)
		switch {
		case proved >= wanted:
			record.Pass(p.Whole(), p.At)
		case is: // what could not be judged may prove more
			doubtProof(record, p, unjudged)
		case len(p.Proofs) == 0 && p.Attested != evidence.No:
			doubtful(record, p)
		default:
			record.Defect(audit.Finding{
				Subject: p.Whole(), Thing: p.Thing(), Location: p.At,
				Message: fmt.Sprintf("%s reaches SLSA Build level %d, and the policy asks for %d; %s", p.Whole(), proved, wanted, reach(wanted)),
			})
		}
	}
	unasked(seen, record, attestable...)
}

// levelOf is the highest level that a proof of a publication is trusted for.
func levelOf(seen *evidence.Snapshot, p evidence.Publication, expect provenance.Expect) int {
	level := 0
	for _, proof := range p.Proofs {
		if passes(proof) && (proof.Format == evidence.ProofGCB || proof.Format == evidence.ProofVSA) {
			level = max(level, proof.Level) // their own verifier's word: no certificate says it
		}
	}
	for _, proof := range provenance.Decisive(seen, p.Proofs) {
		level = max(level, provenance.Level(proof.Claims, expect))
	}
	return level
}

// reach says what gives a level.
func reach(level int) string {
	switch level {
	case 1, 2:
		return "let a workflow on hosted runners publish and attest it"
	}
	return "build it in a reusable workflow that isolates the signing, as slsa-github-generator does"
}
