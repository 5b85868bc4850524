package second

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/attest"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// TestOwnSummary holds what sealvet attest writes against a verifier that is not ours:
// the plain form, with all fields of SLSA 1.2.
func TestOwnSummary(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	key, err := attest.ReadKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), "")
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.GetPublicKeyPem()
	if err != nil {
		t.Fatal(err)
	}
	commit, content := strings.Repeat("4f", 20), strings.Repeat("1", 64)
	in := attest.Input{
		Target: evidence.Target{Commit: commit, Branch: "main", Remote: "https://github.com/acme/weather"},
		Home:   "https://verifier.invalid", Version: "1.2.3", At: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		Policy:    attest.Reference{URI: "https://verifier.invalid#policy", Digest: attest.Digest(nil)},
		Inputs:    []attest.Reference{{URI: "https://verifier.invalid#snapshot", Digest: attest.Digest(nil)}},
		Artifacts: []attest.Subject{{Name: "weather.tgz", Digests: []evidence.Digest{{Algorithm: "sha256", Value: content}}, Level: 2}},
		Verdict:   &policy.Verdict{Met: true, Summary: policy.Summary{Complete: true}},
	}
	line := func() []byte {
		statement, err := attest.Statement(in)
		if err != nil {
			t.Fatal(err)
		}
		line, err := key.Envelope(t.Context(), statement)
		if err != nil {
			t.Fatal(err)
		}
		return line
	}
	verifier := Open(built)
	defer func() { _ = verifier.Close() }()
	ask := func(raw []byte, digest evidence.Digest, level string) evidence.SecondOpinion {
		return verifier.Opinion(t.Context(), verify.Question{
			Material: verify.Material{Format: evidence.ProofVSA, Raw: raw, Key: []byte(public), KeyID: key.ID()},
			Subject:  provenance.Subject{Digests: []evidence.Digest{digest}},
			Expect:   provenance.Expect{Verifier: "https://verifier.invalid", Resource: "git+https://github.com/acme/weather", Levels: []string{level}},
		}, nil, nil)
	}
	passed := line()
	in.Verdict = &policy.Verdict{}
	failed := line()
	for name, c := range map[string]struct {
		raw    []byte
		digest evidence.Digest
		level  string
		want   provenance.Outcome
	}{
		"the commit":      {passed, evidence.Digest{Algorithm: "gitCommit", Value: commit}, "SEALVET_POLICY_MET", provenance.Pass},
		"the artifact":    {passed, evidence.Digest{Algorithm: "sha256", Value: content}, "SLSA_BUILD_LEVEL_2", provenance.Pass},
		"a higher level":  {passed, evidence.Digest{Algorithm: "sha256", Value: content}, "SLSA_BUILD_LEVEL_3", provenance.Fail},
		"another content": {passed, evidence.Digest{Algorithm: "sha256", Value: strings.Repeat("2", 64)}, "SLSA_BUILD_LEVEL_2", provenance.Fail},
		"a failed one":    {failed, evidence.Digest{Algorithm: "gitCommit", Value: commit}, "SEALVET_POLICY_MET", provenance.Fail},
	} {
		if got := ask(c.raw, c.digest, c.level); provenance.OutcomeOf(got.Class) != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Class, got.Detail, c.want)
		}
	}
}
