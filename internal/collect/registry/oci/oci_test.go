package oci_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/registry/oci"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/registrytest"
	fake "github.com/sealvet/sealvet/internal/registrytest/oci"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

var (
	pool = sigstoretest.New("oci source", sigstoretest.Options{})
	who  = sigstoretest.Workflow("acme/weather", "refs/tags/v1.2.0")
)

const (
	weather = "acme/weather"
)

func attest(image fake.Descriptor) []byte {
	subject := sigstoretest.Subject{Name: "registry.example.com/" + weather, Algorithm: "sha256", Digest: strings.TrimPrefix(image.Digest, "sha256:")}
	return pool.Attest(who, sigstoretest.SLSA1(who, subject), sigstoretest.Signing{})
}

func source(allow ...string) *oci.Source {
	if len(allow) == 0 {
		allow = []string{"127.0.0.1"}
	}
	return oci.New(oci.Options{Client: web.New(web.Options{Allow: allow, Retries: -1})})
}

func find(t *testing.T, s *fake.Server, version string) registry.Found {
	t.Helper()
	found, err := source().Find(context.Background(), registry.Reference{Registry: "oci", Name: s.Host() + "/" + weather, Version: version})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func formats(found registry.Found) string {
	var all []string
	for _, m := range found.Materials {
		all = append(all, string(m.Format))
	}
	return strings.Join(all, " ")
}

// judge has every material verified, as of the digest of the publication.
func judge(t *testing.T, found registry.Found) []evidence.ProofClass {
	t.Helper()
	path := filepath.Join(t.TempDir(), "root.json")
	if err := os.WriteFile(path, pool.TrustedRootJSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	roots, err := trust.Open(trust.Options{File: path})
	if err != nil {
		t.Fatal(err)
	}
	engine := sigstore.New(roots, sigstore.Options{})
	var classes []evidence.ProofClass
	for _, m := range found.Materials {
		for _, proof := range engine.Verify(context.Background(), verify.Question{Material: m, Subject: subject(found), Now: time.Now()}) {
			classes = append(classes, proof.Class)
			if proof.Class != ok {
				t.Logf("%s: %s: %s", m.Origin, proof.Class, proof.Detail)
			}
		}
	}
	return classes
}

// attach are the ways in which a proof lies beside an image.
var attach = map[string]struct {
	referrers bool
	do        func(t *testing.T, s *fake.Server, image fake.Descriptor)
	want      string
}{
	"a referrer, listed": {true, func(_ *testing.T, s *fake.Server, image fake.Descriptor) {
		s.Refer(weather, image, fake.BundleType, fake.BundleType, attest(image))
	}, "sigstore-bundle"},
	"a referrer, under the tag that stands in": {false, func(_ *testing.T, s *fake.Server, image fake.Descriptor) {
		s.Fallback(weather, image, fake.BundleType, fake.BundleType, attest(image))
	}, "sigstore-bundle"},
	"an empty list beside a tag that stands in": {true, func(_ *testing.T, s *fake.Server, image fake.Descriptor) {
		other := s.Image(weather, "other", "other", nil)
		one := s.Refer(weather, other, "application/example", "application/example", []byte("x"))
		s.Index(weather, fake.Old(image, ""), one)
	}, ""},
	"cosign's attestation": {true, func(t *testing.T, s *fake.Server, image fake.Descriptor) {
		envelope, annotations, err := fake.Layer(attest(image))
		if err != nil {
			t.Fatal(err)
		}
		s.Cosign(weather, image, ".att", fake.EnvelopeType, envelope, annotations)
	}, "cosign"},
	"cosign's signature and a referrer": {true, func(t *testing.T, s *fake.Server, image fake.Descriptor) {
		payload := fake.Signed(image)
		_, annotations, err := fake.Layer(pool.SignMessage(who, payload, sigstoretest.Signing{}))
		if err != nil {
			t.Fatal(err)
		}
		s.Cosign(weather, image, ".sig", fake.SigningType, payload, annotations)
		s.Refer(weather, image, fake.BundleType, fake.BundleType, attest(image))
	}, "sigstore-bundle cosign"},
}

func TestFindProofsWhereverTheyLie(t *testing.T) {
	for name, c := range attach {
		t.Run(name, func(t *testing.T) {
			s := fake.Serve(t, c.referrers)
			image := s.Image(weather, "1.2.0", "layer", map[string]string{
				"io.modelcontextprotocol.server.name": "io.github.acme/weather", "org.opencontainers.image.source": "https://github.com/acme/weather",
			})
			c.do(t, s, image)
			found := find(t, s, "1.2.0")
			if got := formats(found); got != c.want {
				t.Fatalf("found %q, want %q", got, c.want)
			}
			p := found.Publication
			if p.ServerName != "io.github.acme/weather" || p.Declared != "https://github.com/acme/weather" || "sha256:"+p.Digests[0].Value != image.Digest || p.Published.IsZero() {
				t.Errorf("described as %+v", p)
			}
			want := evidence.Yes
			if c.want == "" {
				want = evidence.No
			}
			if p.Attested != want {
				t.Errorf("attested %v (%s)", p.Attested, p.Why)
			}
			for _, class := range judge(t, found) {
				if class != ok {
					t.Errorf("a good proof is %s", class)
				}
			}
		})
	}
}

func TestProofOfAnotherImage(t *testing.T) {
	s := fake.Serve(t, true)
	image := s.Image(weather, "1.2.0", "layer", nil)
	other := s.Image(weather, "other", "other", nil)
	s.Refer(weather, image, fake.BundleType, fake.BundleType, attest(other))
	if got := judge(t, find(t, s, "1.2.0")); len(got) != 1 || got[0] != mismatch {
		t.Errorf("the proof of another image is %v", got)
	}
}

func TestIndex(t *testing.T) {
	s := fake.Serve(t, true)
	amd := s.Image(weather, "", "amd64", map[string]string{"io.modelcontextprotocol.server.name": "io.github.acme/weather"})
	arm := s.Image(weather, "", "arm64", nil)
	index := s.Index(weather, "1.2.0", arm.For("linux", "arm64"), amd.For("linux", "amd64"), s.BuildKit(weather, amd, provenanceV02), s.BuildKit(weather, arm, provenanceV02))

	found := find(t, s, "1.2.0")
	if found.Publication.Attested != evidence.No || len(found.Files) > 0 || found.Publication.ServerName == "" {
		t.Errorf("an index without proofs: %v, %d files", found.Publication.Attested, len(found.Files))
	}
	if notes := strings.Join(found.Publication.Notes, "\n"); !strings.Contains(notes, "nobody signed it") {
		t.Errorf("BuildKit's unsigned provenance is not told: %q", notes)
	}

	s.Refer(weather, amd, fake.BundleType, fake.BundleType, attest(amd))
	found = find(t, s, "1.2.0")
	var got []string
	for _, f := range found.Files {
		got = append(got, f.Publication.Name+" "+f.Publication.Attested.String())
	}
	if strings.Join(got, ", ") != "linux/amd64 yes, linux/arm64 no" {
		t.Errorf("with a proof of one platform: %v", got)
	}

	s.Refer(weather, index, fake.BundleType, fake.BundleType, attest(index))
	found = find(t, s, "1.2.0")
	if formats(found) != "sigstore-bundle" || len(found.Files) > 0 {
		t.Errorf("with a proof of the index: %s, %d files", formats(found), len(found.Files))
	}
}

func TestBillOfMaterials(t *testing.T) {
	for name, do := range map[string]func(*fake.Server, fake.Descriptor){
		"a referrer": func(s *fake.Server, d fake.Descriptor) {
			s.Refer(weather, d, "application/spdx+json", "application/spdx+json", []byte("{}"))
		},
		"cosign's": func(s *fake.Server, d fake.Descriptor) {
			s.Cosign(weather, d, ".sbom", "text/spdx+json", []byte("{}"), nil)
		},
		"an attested": func(s *fake.Server, d fake.Descriptor) {
			s.Refer(weather, d, fake.BundleType, fake.BundleType, bill(d))
		},
	} {
		s := fake.Serve(t, true)
		image := s.Image(weather, "1.2.0", "layer", nil)
		if p := find(t, s, "1.2.0").Publication; p.Bill != evidence.No {
			t.Errorf("%s: before it reads %v", name, p.Bill)
		}
		do(s, image)
		if p := find(t, s, "1.2.0").Publication; p.Bill != evidence.Yes {
			t.Errorf("%s bill of materials reads %v", name, p.Bill)
		}
	}
}

func bill(image fake.Descriptor) []byte {
	subject := sigstoretest.Subject{Name: weather, Algorithm: "sha256", Digest: strings.TrimPrefix(image.Digest, "sha256:")}
	return pool.Attest(who, sigstoretest.Statement("https://spdx.dev/Document", map[string]any{}, subject), sigstoretest.Signing{})
}

func TestVersions(t *testing.T) {
	s := fake.Serve(t, true)
	for _, tag := range []string{"1.1.0", "1.2.0", "1.10.0", "1.3.0-rc.1", "1.2", "nightly", "v1.1.5", "sha-abc"} {
		s.Image(weather, tag, tag, nil)
	}
	for version, want := range map[string]string{"1.2.0": "1.1.0", "1.10.0": "1.2.0", "1.1.0": "", "1.3.0-rc.1": "1.2.0", "nightly": "", "1.2": ""} {
		if got := find(t, s, version).Previous; got != want {
			t.Errorf("before %s is %q, want %q", version, got, want)
		}
	}
	if got := find(t, s, "").Publication.Version; got != "1.10.0" {
		t.Errorf("without latest the newest is %s", got)
	}
	s.Image(weather, "latest", "newest", nil)
	if got := find(t, s, "").Publication.Version; got != "latest" {
		t.Errorf("the newest is %s", got)
	}
	digest := s.Image(weather, "", "by digest", nil).Digest
	if p := find(t, s, digest).Publication; p.Version != digest {
		t.Errorf("by digest: %s", p.Version)
	}
	for _, version := range []string{"9.9.9", "sha256:" + strings.Repeat("ab", 32)} {
		if _, err := source().Find(context.Background(), registry.Reference{Name: s.Host() + "/" + weather, Version: version}); !web.NotFound(err) {
			t.Errorf("%s: %v", version, err)
		}
	}
	if _, err := source().Find(context.Background(), registry.Reference{Name: s.Host() + "/acme/nothing"}); !web.NotFound(err) {
		t.Errorf("no such image: %v", err)
	}
}

func TestAbsentIsNotUnknown(t *testing.T) {
	for name, plan := range map[string]func(*fake.Server, fake.Descriptor){
		"referrers refused": func(s *fake.Server, d fake.Descriptor) {
			s.Always("/v2/acme/weather/referrers/", registrytest.Answer(403))
		},
		"referrers broken": func(s *fake.Server, d fake.Descriptor) {
			s.Always("/v2/acme/weather/referrers/", registrytest.Answer(500))
		},
		"tag not answered": func(s *fake.Server, d fake.Descriptor) {
			s.Always("/v2/acme/weather/manifests/"+fake.Old(d, ".att"), registrytest.Answer(503))
		},
		"tag refused": func(s *fake.Server, d fake.Descriptor) {
			s.Always("/v2/acme/weather/manifests/"+fake.Old(d, ".sig"), registrytest.Answer(401))
		},
		"proof not answered": func(s *fake.Server, d fake.Descriptor) {
			lost(s, s.Refer(weather, d, fake.BundleType, fake.BundleType, attest(d)))
		},
		"proof is no JSON": func(s *fake.Server, d fake.Descriptor) {
			s.Always("/v2/acme/weather/manifests/"+fake.Old(d, ".att"), registrytest.Send(fake.ManifestType, []byte("{")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := fake.Serve(t, true)
			plan(s, s.Image(weather, "1.2.0", "layer", nil))
			p := find(t, s, "1.2.0").Publication
			if p.Attested != evidence.Unknown || p.Why == "" || p.Unlock == "" {
				t.Errorf("reads %v (%s; %s)", p.Attested, p.Why, p.Unlock)
			}
		})
	}
}

func lost(s *fake.Server, d fake.Descriptor) {
	s.Always("/v2/acme/weather/manifests/"+d.Digest, registrytest.Answer(500))
}

func TestContentThatIsNotItsDigest(t *testing.T) {
	s := fake.Serve(t, true)
	image := s.Image(weather, "1.2.0", "layer", nil)
	one := s.Refer(weather, image, fake.BundleType, fake.BundleType, attest(image))
	s.Always("/v2/acme/weather/blobs/"+fake.Digest(attest(image)), registrytest.Send("application/octet-stream", []byte("{}")))
	if p := find(t, s, "1.2.0"); len(p.Materials) > 0 && string(p.Materials[0].Raw) == "{}" {
		t.Error("a blob that is not its digest was taken")
	}
	s.Always("/v2/acme/weather/manifests/"+one.Digest, registrytest.Send(fake.ManifestType, []byte("{}")))
	if p := find(t, s, "1.2.0"); len(p.Materials) > 0 || p.Publication.Attested != evidence.Unknown {
		t.Errorf("a manifest that is not its digest reads %v", p.Publication.Attested)
	}
}

func TestNamesThatAreNone(t *testing.T) {
	for _, ref := range []registry.Reference{
		{Name: ""}, {Name: "UPPER/case"}, {Name: "https://registry.example.com/a"}, {Name: "a", Version: "../../x"}, {Name: "a", Version: "sha256:short"}, {Name: "a b"},
	} {
		if _, err := source().Find(context.Background(), ref); err == nil {
			t.Errorf("%+v was asked for", ref)
		}
	}
}

func TestRequestsOfOneLook(t *testing.T) {
	s := fake.Serve(t, true)
	image := s.Image(weather, "1.2.0", "layer", nil)
	s.Refer(weather, image, fake.BundleType, fake.BundleType, attest(image))
	s.Forget()
	find(t, s, "1.2.0")
	if n := len(s.Asked()); n > 11 {
		t.Errorf("%d requests: %v", n, s.Asked())
	}
}

func TestRegistryThatKnowsNoReferrers(t *testing.T) {
	for _, status := range []int{400, 404, 405, 406, 501} {
		s := fake.Serve(t, true)
		image := s.Image(weather, "1.2.0", "layer", nil)
		s.Always("/v2/acme/weather/referrers/", registrytest.Answer(status))
		if p := find(t, s, "1.2.0").Publication; p.Attested != evidence.No {
			t.Errorf("%d, and no tag that stands in: %v (%s)", status, p.Attested, p.Why)
		}
		s.Fallback(weather, image, fake.BundleType, fake.BundleType, attest(image))
		if got := formats(find(t, s, "1.2.0")); got != "sigstore-bundle" {
			t.Errorf("%d, and a tag that stands in: %q", status, got)
		}
	}
}

func TestMuchIsCut(t *testing.T) {
	s := fake.Serve(t, true)
	image := s.Image(weather, "1.2.0", "layer", nil)
	for i := range 70 {
		s.Refer(weather, image, fake.BundleType, fake.BundleType, []byte(strings.Repeat(" ", i)+"{}"))
	}
	found := find(t, s, "1.2.0")
	if notes := strings.Join(found.Publication.Notes, ""); len(found.Materials) > 64 || len(found.Materials) == 0 || !strings.Contains(notes, "70 manifests") {
		t.Errorf("%d of 70 proofs are read", len(found.Materials))
	}
}
