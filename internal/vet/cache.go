package vet

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// Cache keeps verdicts by a key that names all they depend on.
type Cache interface {
	Load(key string) ([]byte, bool)
	Store(key string, value []byte)
}

// remembered is check with a memory. A proof never changes, so that a verdict on it
// holds as long as the program, the trust root, the artifact, the expectations and
// the day are the same; whatever could not be settled is asked again.
func (v *Vetter) remembered(question verify.Question, check func() []evidence.Proof) []evidence.Proof {
	if v.Cache == nil || v.Trust == "" || question.Material.File != nil {
		return check()
	}
	key := v.key(question)
	if stored, known := v.Cache.Load(key); known {
		var proofs []evidence.Proof
		if json.Unmarshal(stored, &proofs) == nil && len(proofs) > 0 {
			return proofs
		}
	}
	proofs := check()
	for _, p := range proofs {
		if provenance.OutcomeOfProof(p) == provenance.Undetermined || p.Second != nil && unsettled(p.Second.Class) {
			return proofs
		}
	}
	if value, err := json.Marshal(proofs); err == nil {
		v.Cache.Store(key, value)
	}
	return proofs
}

// unsettled says whether a second opinion may be another one tomorrow. A known limit
// of that verifier stays one.
func unsettled(class evidence.ProofClass) bool {
	return provenance.OutcomeOf(class) == provenance.Undetermined && class != provenance.CannotJudge
}

func (v *Vetter) key(question verify.Question) string {
	sum := sha256.New()
	encoder := json.NewEncoder(sum)
	material := question.Material
	for _, part := range []any{
		"verdict 1", v.Edition, v.Trust, question.Now.UTC().Format(time.DateOnly), question.Subject, question.Expect,
		material.Format, material.Origin, material.KeyID, digest(material.Raw), digest(material.Content), digest(material.Key),
	} {
		_ = encoder.Encode(part) // plain data into a hash: it cannot fail
	}
	for _, engine := range v.Engines {
		_ = encoder.Encode(engine.Name())
	}
	return "verdict:" + hex.EncodeToString(sum.Sum(nil))
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
