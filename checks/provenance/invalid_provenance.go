package provenance

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed invalid_provenance.md
var invalidProvenanceDoc string

// InvalidProvenance finds proofs that do not hold.
var InvalidProvenance = &audit.Check{
	ID:       "invalid-provenance",
	Title:    "Proof of origin does not hold",
	Family:   audit.Provenance,
	Severity: audit.Critical,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.Publications, evidence.PublishedImages, evidence.PublishedModules, evidence.Releases},
	Doc:      invalidProvenanceDoc,
	Controls: []string{"SLSA-BUILD-L2", "OSPS-BR-06.01", "CIS-SSC-3.1.3", "CIS-SSC-4.1.1", "SSDF-PS.2.1", "S2C2F-AUD-4", "CICD-SEC-9", "OWASP-MCP04"},
	NoInline: true,
	Inspect:  inspectInvalidProvenance,
}

func inspectInvalidProvenance(seen *evidence.Snapshot, record *audit.Record) {
	registries := append(slices.Clone(attestable), "go") // whose checksum database proves that a tag stayed
	for p := range published(seen, 0, registries...) {
		judgeProofs(p, record)
	}
	unasked(seen, record, registries...)
}

// judgeProofs looks at each proof of a publication: one that does not hold counts
// whatever stands beside it, because nobody publishes one by accident.
func judgeProofs(p evidence.Publication, record *audit.Record) {
	held, broken := false, false
	for _, proof := range p.Proofs {
		switch {
		case proof.Class == provenance.NoProof:
			continue // none is not a wrong one
		case ofOther(proof.Class) || passes(proof):
			held = true // sound; whether it is of the right source others look at
		case provenance.OutcomeOfProof(proof) == provenance.Fail:
			broken = true
			record.Defect(audit.Finding{
				Subject: p.Subject(), Thing: p.Thing() + " " + p.File, Anchor: string(proof.Format), Location: p.At,
				Message: fmt.Sprintf("the proof of origin of %s does not hold (%s); %s", p.Subject(), because(proof), lower(provenance.Remedy(proof.Class))),
			})
		}
	}
	unjudged, is := undetermined(p)
	switch {
	case broken:
		return // said above
	case held:
		record.Pass(p.Subject(), p.At) // what nobody can judge beside it takes nothing away
	case is:
		doubtProof(record, p, unjudged)
	case len(p.Proofs) == 0 && p.Attested != evidence.No:
		doubtful(record, p) // where there is surely none, others say so
	}
}

// ofOther says whether a class means a sound proof of something else, or by
// somebody else, than was expected.
func ofOther(class evidence.ProofClass) bool {
	switch class {
	case provenance.SourceMismatch, provenance.IdentityMismatch, provenance.BuilderUntrusted, provenance.LevelTooLow, provenance.Denied:
		return true
	}
	return false
}
