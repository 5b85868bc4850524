package sigstore

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

func TestNameIsTheVersionInUse(t *testing.T) {
	module, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(module), "github.com/sigstore/"+Name+"\n") {
		t.Errorf("go.mod does not require %s", Name)
	}
}

// broken is a trust root whose material panics, as a parser might on bytes that
// nobody thought of.
type broken struct{ pinned }

func (broken) Sigstore(trust.Instance) (trust.Anchor, error) { panic("no such case") }

func TestPanicIsNoPass(t *testing.T) {
	raw := read(t, "conformance/happy-path-v0.3/bundle.sigstore.json")
	proofs := New(broken{}, Options{}).Verify(context.Background(), verify.Question{Material: verify.Material{Format: evidence.ProofBundle, Raw: raw, Origin: "here"}})
	want(t, "panic", proofs, provenance.ToolError)
	if proofs[0].Origin != "here" || proofs[0].Engine != Name {
		t.Errorf("whose verdict is it: %+v", proofs[0])
	}
}

func TestCancelledIsNoPass(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, format := range []evidence.ProofFormat{evidence.ProofBundle, evidence.ProofNPM, evidence.ProofPEP740, evidence.ProofCosign} {
		want(t, string(format), New(pinned{}, Options{}).Verify(ctx, verify.Question{Material: verify.Material{Format: format, Raw: []byte("{}")}}), provenance.ToolError)
	}
}
