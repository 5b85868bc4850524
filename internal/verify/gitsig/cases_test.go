package gitsig

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

const data = "../../../testdata/provenance"

// pinned is the trust root of the recorded cases.
type pinned struct {
	trust.Roots
	material root.TrustedMaterial
}

func (p pinned) Sigstore(trust.Instance) (trust.Anchor, error) {
	return trust.Anchor{Material: p.material, Info: evidence.RootInfo{Name: "recorded", Origin: "file"}}, nil
}

func recordedRoot(t testing.TB) pinned {
	t.Helper()
	material, err := root.NewTrustedRootFromPath(filepath.Join(data, "trust", "public-good.trusted_root.json"))
	if err != nil {
		t.Fatal(err)
	}
	return pinned{material: material}
}

// Every recorded commit and tag gets the class that it is known to have.
func TestRecordedCases(t *testing.T) {
	var list struct {
		Cases []struct{ ID, Format, File, Expect, Class string }
	}
	content, err := os.ReadFile(filepath.Join(data, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &list); err != nil {
		t.Fatal(err)
	}
	engine := &Engine{Roots: recordedRoot(t)}
	ran := 0
	for _, c := range list.Cases {
		if !strings.HasPrefix(c.Format, "git-") {
			continue // other engines'
		}
		ran++
		t.Run(c.ID, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join(data, filepath.FromSlash(c.File)))
			if err != nil {
				t.Fatal(err)
			}
			id, _, _ := strings.Cut(filepath.Base(c.File), ".")
			question := verify.Question{Material: verify.Material{Format: evidence.ProofGit, Raw: raw}, Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
			question.Subject.Digests = []evidence.Digest{{Algorithm: "gitObject", Value: id}}
			proof := engine.Verify(context.Background(), question)[0]
			if string(proof.Class) != c.Class || string(provenance.OutcomeOfProof(proof)) != c.Expect {
				t.Errorf("it is %s (%s: %s), want %s (%s)", proof.Class, provenance.OutcomeOfProof(proof), proof.Detail, c.Class, c.Expect)
			}
			question.Material.Raw = append([]byte(nil), raw...)
			question.Material.Raw[len(raw)-1] ^= 1 // of a tag, the end of its signature
			if c.Format == "git-tag" {
				question.Material.Raw[60] ^= 1
			}
			changed := engine.Verify(context.Background(), question)[0]
			if provenance.OutcomeOf(changed.Class) == provenance.Pass {
				t.Errorf("with one bit changed it is still %s", changed.Class)
			}
		})
	}
	if ran < 12 {
		t.Errorf("%d cases were found, want 12", ran)
	}
}

func TestWhatTheRecordedCertificateSays(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(data, "git", "c788cb781e05179f17a74340693a2bb06a752f5e.commit"))
	if err != nil {
		t.Fatal(err)
	}
	object, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	without := new(Verifier).Check(object)
	if without.Class != provenance.RootMissing {
		t.Errorf("without a trust root it is %s", without.Class)
	}
	with := (&Verifier{Sigstore: recordedRoot(t).material}).Check(object)
	if len(with.Signer) != 1 || with.Issuer == "" || with.Algorithm != "ecdsa" || len(with.Key) != 64 || with.Hash != "sha256" {
		t.Errorf("the certificate says %+v", with)
	}
}
