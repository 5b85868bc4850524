package second

import (
	"errors"
	"testing"

	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// fixedRoots are trust roots of a test.
type fixedRoots struct {
	material root.TrustedMaterial
	keys     []trust.Key
}

func (f fixedRoots) Sigstore(trust.Instance) (trust.Anchor, error) {
	if f.material == nil {
		return trust.Anchor{}, errors.New("there is none")
	}
	return trust.Anchor{Material: f.material}, nil
}

func (f fixedRoots) NPMKeys() ([]trust.Key, evidence.RootInfo, error) {
	return f.keys, evidence.RootInfo{}, nil
}

// TestBeside: the trust root of the first engine, written out again, serves the
// second one, whose library is years older.
func TestBeside(t *testing.T) {
	v := open(t, built)
	for _, id := range []string{"github/MODULE.bazel", "npm/gundam-visor-cli-v1-tag", "synthetic/npm.attestations.json"} {
		question, raw, keys := readCase(t, id).question(t)
		material, err := root.NewTrustedRootFromJSON(raw)
		if err != nil {
			t.Fatal(err)
		}
		attach := v.Beside(fixedRoots{material, keys})
		proofs, count := []evidence.Proof{{Class: provenance.OK}, {Class: provenance.OK}}, 1
		if question.Material.Format == evidence.ProofNPM {
			count = 2 // of its pair both get the one opinion
		}
		for _, proof := range attach(t.Context(), question, proofs[:count]) {
			if proof.Second == nil || proof.Second.Class != provenance.OK {
				t.Errorf("%s: got %+v", id, proof.Second)
			}
		}
		// With no root nothing is judged, and nothing lost.
		if proof := v.Beside(fixedRoots{})(t.Context(), question, proofs[:1])[0]; proof.Class != provenance.OK || proof.Second.Class != provenance.CannotJudge {
			t.Errorf("%s without a root: got %+v", id, proof)
		}
	}
}
