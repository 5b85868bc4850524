package sigstore

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// TestConformance runs the whole suite of sigstore/sigstore-conformance where a
// checkout of it is named: SIGSTORE_CONFORMANCE=<checkout> go test -run Conformance.
// A part of it lies in testdata and always runs.
func TestConformance(t *testing.T) {
	checkout := os.Getenv("SIGSTORE_CONFORMANCE")
	if checkout == "" {
		t.Skip("SIGSTORE_CONFORMANCE names no checkout of the suite")
	}
	folders, err := filepath.Glob(filepath.Join(checkout, "test/assets/bundle-verify/*/bundle.sigstore.json"))
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases in the checkout", err)
	}
	for _, file := range folders {
		folder := filepath.Dir(file)
		name := filepath.Base(folder)
		t.Run(name, func(t *testing.T) {
			trusted := filepath.Join(folder, "trusted_root.json")
			if _, err := os.Stat(trusted); err != nil {
				trusted = "trust/public-good.trusted_root.json"
			}
			q := verify.Question{Material: verify.Material{Format: evidence.ProofBundle, Raw: read(t, file)}}
			conform(t, &q, folder)
			got := New(pin(t, trusted, ""), Options{}).Verify(context.Background(), q)[0]
			passed := provenance.OutcomeOfProof(got) == provenance.Pass
			if passed == strings.HasSuffix(name, "_fail") {
				t.Errorf("%s: %s", got.Class, got.Detail)
			}
			t.Logf("%s: %s", got.Class, got.Detail)
		})
	}
}
