package sigstore

import (
	"context"
	"encoding/json"
	"fmt"
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

const dir = "../../../testdata/provenance"

// beacon is who signs in the conformance suite of Sigstore.
const beacon = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"

// provenCase is a case of cases.json.
type provenCase struct {
	ID, Format, File, Trust, NPMKeys, Policy string
	Artifact                                 map[string]string
	SubjectName, Source, Issuer              string
	SignerWorkflow                           string
	Expect, Class                            string
}

// pinned is a trust root out of two files.
type pinned struct {
	material root.TrustedMaterial
	rootErr  error
	keys     []trust.Key
	info     evidence.RootInfo
}

func (p pinned) Sigstore(trust.Instance) (trust.Anchor, error) {
	return trust.Anchor{Material: p.material, Info: p.info}, p.rootErr
}

func (p pinned) NPMKeys() ([]trust.Key, evidence.RootInfo, error) {
	if p.keys == nil {
		return nil, evidence.RootInfo{}, fmt.Errorf("no keys of npm")
	}
	return p.keys, evidence.RootInfo{Name: "npm keys", Origin: "file"}, nil
}

func pin(t testing.TB, rootFile, keysFile string) pinned {
	t.Helper()
	if keysFile == "" {
		return hold(t, read(t, rootFile), nil)
	}
	return hold(t, read(t, rootFile), read(t, keysFile))
}

// hold trusts the bytes of a trusted root and of a list of npm's keys.
func hold(t testing.TB, rootJSON, keysJSON []byte) pinned {
	t.Helper()
	p := pinned{info: evidence.RootInfo{Name: "test", Origin: "file"}}
	p.material, p.rootErr = root.NewTrustedRootFromJSON(rootJSON)
	if keysJSON == nil {
		return p
	}
	var file struct {
		Keys []struct {
			KeyID, KeyUsage string
			PublicKey       struct {
				RawBytes []byte
				ValidFor struct{ Start, End time.Time }
			}
		}
	}
	if err := json.Unmarshal(keysJSON, &file); err != nil {
		t.Fatal(err)
	}
	for _, k := range file.Keys {
		p.keys = append(p.keys, trust.Key{ID: k.KeyID, Usage: k.KeyUsage, SPKI: k.PublicKey.RawBytes, Start: k.PublicKey.ValidFor.Start, End: k.PublicKey.ValidFor.End})
	}
	return p
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func cases(t testing.TB) []provenCase {
	t.Helper()
	var file struct{ Cases []provenCase }
	if err := json.Unmarshal(read(t, "cases.json"), &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

var formats = map[string]evidence.ProofFormat{
	"npm-attestations": evidence.ProofNPM, "sigstore-bundle": evidence.ProofBundle, "dsse-cert": evidence.ProofDSSE,
	"pep740": evidence.ProofPEP740, "conformance": evidence.ProofBundle,
}

// question makes of a case what the command line would ask.
func (c provenCase) question(t testing.TB) verify.Question {
	q := verify.Question{
		Material: verify.Material{Format: formats[c.Format], Raw: read(t, c.File), Origin: c.File},
		Subject:  provenance.Subject{Name: c.SubjectName},
		Expect:   provenance.Expect{Source: c.Source, Issuer: c.Issuer, Workflow: c.SignerWorkflow},
	}
	for algorithm, value := range c.Artifact {
		q.Subject.Digests = append(q.Subject.Digests, evidence.Digest{Algorithm: algorithm, Value: value})
	}
	if c.Format == "conformance" {
		conform(t, &q, filepath.Dir(filepath.Join(dir, c.File)))
	}
	return q
}

// conform applies the rules of the conformance suite to a folder of it.
func conform(t testing.TB, q *verify.Question, folder string) {
	t.Helper()
	optional := func(name, otherwise string) string {
		if raw, err := os.ReadFile(filepath.Join(folder, name)); err == nil {
			return strings.TrimSpace(string(raw))
		}
		return otherwise
	}
	artifact, err := os.ReadFile(filepath.Join(folder, "artifact"))
	if err != nil {
		if artifact, err = os.ReadFile(filepath.Join(folder, "..", "a.txt")); err != nil {
			t.Fatal(err)
		}
	}
	q.Subject.Digests = digests(artifact)
	if key := optional("key.pub", ""); key != "" {
		q.Material.Key = []byte(key)
		return
	}
	q.Expect.Identity = optional("identity", beacon)
	q.Expect.Issuer = optional("issuer", provenance.IssuerGitHub)
}

// whole is the proof that decides: the first that does not pass.
func whole(proofs []evidence.Proof) evidence.Proof {
	for _, p := range proofs {
		if provenance.OutcomeOfProof(p) != provenance.Pass {
			return p
		}
	}
	return proofs[0]
}

func TestCases(t *testing.T) {
	ran := 0
	for _, c := range cases(t) {
		if formats[c.Format] == "" {
			continue // for another engine
		}
		ran++
		t.Run(c.ID, func(t *testing.T) {
			engine := New(pin(t, c.Trust, c.NPMKeys), Options{TimestampsOnly: c.Policy == "tsa-only"})
			proofs := engine.Verify(context.Background(), c.question(t))
			got := whole(proofs)
			if string(got.Class) != c.Class || string(provenance.OutcomeOfProof(got)) != c.Expect {
				t.Errorf("%s (%s): %s\nwant %s (%s)", got.Class, provenance.OutcomeOfProof(got), got.Detail, c.Class, c.Expect)
			}
		})
	}
	if ran < 50 {
		t.Errorf("only %d cases ran", ran)
	}
}
