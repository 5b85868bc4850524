package verify

import (
	"context"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// yes is an engine that finds everything good.
type yes struct{}

func (yes) Name() string                  { return "yes" }
func (yes) Can(evidence.ProofFormat) bool { return true }
func (yes) Verify(_ context.Context, q Question) []evidence.Proof {
	return []evidence.Proof{{Format: q.Material.Format, Class: provenance.OK, Engine: "yes"}}
}

// TestNothingIsProvedOfWhatNobodyKnows: no digest, no verdict, but for proofs that
// are one with what they speak of.
func TestNothingIsProvedOfWhatNobodyKnows(t *testing.T) {
	known := provenance.Subject{Digests: []evidence.Digest{{Algorithm: "sha256", Value: "00"}}}
	for _, c := range []struct {
		format  evidence.ProofFormat
		subject provenance.Subject
		want    evidence.ProofClass
	}{
		{evidence.ProofBundle, known, provenance.OK},
		{evidence.ProofBundle, provenance.Subject{Name: "weather"}, provenance.Unknown},
		{evidence.ProofNPM, provenance.Subject{Name: "weather"}, provenance.Unknown},
		{evidence.ProofMCPB, provenance.Subject{}, provenance.OK},
	} {
		got := Bench{Engines: []Engine{yes{}}}.Prove(t.Context(), Question{Material: Material{Format: c.format}, Subject: c.subject})
		if len(got) != 1 || got[0].Class != c.want {
			t.Errorf("%s: %+v, want %s", c.format, got, c.want)
		}
	}
}
