package sigstore

import (
	"context"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
)

// asked is what the command line would ask about a chain.
func asked(c sigstoretest.Chain) verify.Question {
	return verify.Question{
		Material: verify.Material{Format: evidence.ProofFormat(c.Format), Raw: c.Proof},
		Subject:  provenance.Subject{Name: c.Subject, Digests: []evidence.Digest{{Algorithm: c.Algorithm, Value: c.Digest}}},
		Expect:   provenance.Expect{Source: c.Source, Ref: c.Ref, Commit: c.Commit, Workflow: c.Workflow, Issuer: c.Issuer},
	}
}

// TestChains judges proofs that a private Sigstore made well, and badly in one way
// each.
func TestChains(t *testing.T) {
	for _, chain := range sigstoretest.Chains() {
		t.Run(chain.Name, func(t *testing.T) {
			engine := New(hold(t, chain.Root, chain.NPMKeys), Options{})
			proofs := engine.Verify(context.Background(), asked(chain))
			got := whole(proofs)
			if string(got.Class) != chain.Class {
				t.Errorf("%s: %s\n%s, want %s", chain.Why, got.Detail, got.Class, chain.Class)
			}
			level := 0
			for _, p := range proofs {
				level = max(level, p.Level)
			}
			if chain.Level != 0 && level != chain.Level {
				t.Errorf("%s: level %d, want %d", chain.Why, level, chain.Level)
			}
			if got.Class != provenance.OK && got.Detail == "" {
				t.Error("it does not say why")
			}
		})
	}
}
