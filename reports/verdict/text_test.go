package verdict

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

var day = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func document() Document {
	good := evidence.Proof{
		Format: evidence.ProofBundle, Origin: "weather.sigstore.json", Class: provenance.OK, Engine: "sigstore-go v1.3.0", Level: 2,
		Claims: evidence.Claims{
			PredicateType: provenance.PredicateSLSA1, Source: "https://github.com/acme/weather", Commit: "0123456789abcdef0123456789abcdef01234567",
			Ref: "refs/tags/v1.2.0", Signer: "https://github.com/acme/builders/.github/workflows/release.yml@refs/tags/v1",
			Workflow: "https://github.com/acme/weather/.github/workflows/ci.yml@refs/tags/v1.2.0", Runner: "github-hosted",
			Certificate: "aa", SignedAt: day.Add(-48 * time.Hour), Log: "rekor.example.com 17",
		},
		Root:   evidence.RootInfo{Name: "Sigstore public good", Origin: "embedded", Version: "root 15", Date: day.Add(-24 * 50 * time.Hour)},
		Second: &evidence.SecondOpinion{Engine: "slsa-verifier v2.7.1", Class: provenance.CannotJudge, Detail: "the builder is not known to it"},
	}
	hostile := evidence.Proof{Format: evidence.ProofBundle, Origin: "x\n::error::gotcha\x1b[31m", Class: provenance.LogInvalid, Detail: "checkpoint ##[error]", Engine: "sigstore-go v1.3.0"}
	return Document{TakenAt: day, Results: []provenance.Verdict{
		provenance.Conclude("weather-1.2.0.tgz", provenance.Subject{}, []evidence.Proof{good}, provenance.Expect{}),
		provenance.Conclude("evil.tgz", provenance.Subject{}, []evidence.Proof{hostile}, provenance.Expect{}),
		provenance.Conclude("plain.tgz", provenance.Subject{}, nil, provenance.Expect{}),
	}}
}

const want = `weather-1.2.0.tgz: proved
  level     SLSA Build L2
  proof     weather.sigstore.json
  states    https://slsa.dev/provenance/v1
  source    https://github.com/acme/weather at 0123456789abcdef0123456789abcdef01234567 (refs/tags/v1.2.0)
  signer    https://github.com/acme/builders/.github/workflows/release.yml@refs/tags/v1, github-hosted
  started   https://github.com/acme/weather/.github/workflows/ci.yml@refs/tags/v1.2.0
  signed    2026-11-22 12:00:00 UTC, rekor.example.com 17
  engine    sigstore-go v1.3.0
  second    slsa-verifier v2.7.1: cannot-judge, the builder is not known to it
  trust     Sigstore public good, embedded, version root 15, of 2026-10-05 (50 days old)
evil.tgz: NOT PROVED (log-invalid)
  why       checkpoint # #[error]
  to do     Do not use the artifact: the proof of its log entry was changed or made up; fetch the proof again from the publisher.
  proof     x\n: :error::gotcha\u{001B}[31m
  engine    sigstore-go v1.3.0
plain.tgz: NO PROOF
  why       there is no signature and no attestation of it
  to do     Publish it from CI with an attestation (npm trusted publishing, PyPI trusted publishing, actions/attest), so that its origin can be proved.
1 proved, 1 failed, 1 without proof, 0 not assessed
`

func TestText(t *testing.T) {
	var out strings.Builder
	if err := WriteText(&out, document()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestJSONIsTheSameTwice(t *testing.T) {
	var one, two strings.Builder
	if err := WriteJSON(&one, document()); err != nil {
		t.Fatal(err)
	}
	if err := WriteJSON(&two, document()); err != nil || one.String() != two.String() {
		t.Errorf("%v\n%s", err, cmp.Diff(one.String(), two.String()))
	}
	if !strings.Contains(one.String(), `"schema": "sealvet/verify/v1"`) || strings.Contains(one.String(), "##[") {
		t.Error(one.String())
	}
}
