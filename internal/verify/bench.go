package verify

import (
	"context"
	"fmt"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// Bench is all that checks proofs.
type Bench struct {
	Engines []Engine
	// Complete looks up what a proof leaves out, as the log entry of an envelope; nil where nobody may be asked.
	Complete func(context.Context, Material) (Material, error)
	// Attach adds the opinion of a second verifier to the verdicts on one proof; nil where there is none.
	Attach func(context.Context, Question, []evidence.Proof) []evidence.Proof
}

// Prove asks every engine that reads the format of a material. Where none does, that
// is the verdict: there is always one. An engine compares no subject where the artifact
// has no digest, so a proof of an artifact whose content nobody knows proves nothing.
func (b Bench) Prove(ctx context.Context, question Question) []evidence.Proof {
	if len(question.Subject.Digests) == 0 && !holdsItsSubject(question.Material.Format) {
		return []evidence.Proof{{
			Format: question.Material.Format, Origin: question.Material.Origin, Class: provenance.Unknown, Engine: "none",
			Detail: "the digest of the artifact is not known, so that nothing can be held against it",
		}}
	}
	var lacking error
	if b.Complete != nil {
		whole, err := b.Complete(ctx, question.Material)
		if err == nil {
			question.Material = whole
		}
		lacking = err
	}
	var proofs []evidence.Proof
	for _, engine := range b.Engines {
		if engine.Can(question.Material.Format) {
			proofs = append(proofs, engine.Verify(ctx, question)...)
		}
	}
	if len(proofs) == 0 {
		return []evidence.Proof{{
			Format: question.Material.Format, Origin: question.Material.Origin, Class: provenance.EngineUnavailable, Engine: "none",
			Detail: fmt.Sprintf("no engine here reads proofs of the form %s", question.Material.Format),
		}}
	}
	if b.Attach != nil {
		proofs = b.Attach(ctx, question, proofs)
	}
	if lacking != nil {
		for i := range proofs {
			proofs[i].Notes = append(proofs[i].Notes, lacking.Error())
		}
	}
	return proofs
}

// holdsItsSubject says whether a proof and what it speaks of are one: a bundle with
// its trailer, a commit with its signature.
func holdsItsSubject(format evidence.ProofFormat) bool {
	return format == evidence.ProofMCPB || format == evidence.ProofGit
}
