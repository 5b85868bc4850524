package pypi

import (
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/provenance"
	fake "github.com/sealvet/sealvet/internal/registrytest/pypi"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// From the index to the verdict: a real provenance object, served as PyPI serves
// it.
func TestWhatIsFoundIsProved(t *testing.T) {
	roots, err := trust.Open(trust.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine := sigstore.New(roots, sigstore.Options{})
	server := fake.Serve(t, projects(t)...)
	for project, passes := range map[string]bool{
		"pypi-attestations": true,
		"rfc8785":           false, // the provenance is that of another project's file
	} {
		found, err := ask(server, Options{}).Find(t.Context(), registry.Reference{Name: project})
		if err != nil || len(found.Files[0].Materials) != 1 {
			t.Fatalf("%+v %v", found, err)
		}
		file := found.Files[0]
		subject := provenance.Subject{Name: file.Publication.Name, Digests: file.Publication.Digests}
		proofs := engine.Verify(t.Context(), verify.Question{
			Material: file.Materials[0], Subject: subject, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
			Expect: provenance.Expect{Source: file.Publication.Declared},
		})
		verdict := provenance.Conclude("pypi:"+project, subject, proofs, provenance.Expect{})
		if (verdict.Outcome == provenance.Pass) != passes {
			t.Errorf("%s: %s %s %s", project, verdict.Outcome, verdict.Class, verdict.Detail)
		}
	}
}
