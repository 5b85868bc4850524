package npm

import (
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	fake "github.com/sealvet/sealvet/internal/registrytest/npm"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// From the registry to the verdict: real attestations, served as npm serves
// them.
func TestWhatIsFoundIsProved(t *testing.T) {
	roots, err := trust.Open(trust.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine := sigstore.New(roots, sigstore.Options{})
	for name, test := range map[string]struct {
		change func(*fake.Version)
		passes bool
	}{
		"as published":    {func(*fake.Version) {}, true},
		"another tarball": {func(v *fake.Version) { v.Tarball = []byte("swapped") }, false},
		"another tarball, same words": {func(v *fake.Version) {
			v.Integrity, v.Tarball = "sha512-Hi6+znVyUIdsze0PfGLtbuAIjEV6I8", []byte("swapped")
		}, false},
		"the attestations of another": {func(v *fake.Version) { v.Attestations = real(t, "gundam-visor-cli-v1-tag.tgz.json") }, false},
		"a forged signature":          {func(v *fake.Version) { v.Attestations = real(t, "supreme-googles-cli-v02-tag-invalidsigprov.tgz.json") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			all := packages(t)
			test.change(&all[0].Versions[1])
			server := fake.Serve(t, all...)
			found, err := ask(t, server, Options{Download: true}, web.Options{}).Find(t.Context(), registry.Reference{Name: goggles, Version: "1.0.5"})
			if err != nil || len(found.Materials) != 1 {
				t.Fatalf("%+v %v", found, err)
			}
			subject := provenance.Subject{Name: "pkg:npm/%40trishankatdatadog/supreme-goggles@1.0.5", Digests: found.Publication.Digests}
			proofs := engine.Verify(t.Context(), verify.Question{
				Material: found.Materials[0], Subject: subject, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
				Expect: provenance.Expect{Source: found.Publication.Declared},
			})
			verdict := provenance.Conclude("npm:"+goggles, subject, proofs, provenance.Expect{})
			if (verdict.Outcome == provenance.Pass) != test.passes || len(proofs) != 2 {
				t.Errorf("%s %s %s, %d proofs", verdict.Outcome, verdict.Class, verdict.Detail, len(proofs))
			}
			if found.Publication.Attested != evidence.Yes {
				t.Error("attested means held, not proved")
			}
		})
	}
}
