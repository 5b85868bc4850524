package sigstore

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// A scene is a private Sigstore with a workflow that signs.
type scene struct {
	*sigstoretest.Sigstore
	t       *testing.T
	who     sigstoretest.Identity
	subject sigstoretest.Subject
	engine  *Engine
}

func set(t *testing.T) scene {
	s := sigstoretest.New("forms", sigstoretest.Options{})
	return scene{
		Sigstore: s, t: t, who: sigstoretest.Workflow(sigstoretest.Repository, sigstoretest.Tag),
		subject: sigstoretest.SubjectOf("weather-1.2.0.tgz", sigstoretest.Weather),
		engine:  New(hold(t, s.TrustedRootJSON(), s.NPMKeysJSON()), Options{}),
	}
}

// ask asks about the weather package of acme.
func (s scene) ask(format evidence.ProofFormat, raw []byte, change ...func(*verify.Question)) []evidence.Proof {
	s.t.Helper()
	q := verify.Question{
		Material: verify.Material{Format: format, Raw: raw},
		Subject:  provenance.Subject{Digests: digests(sigstoretest.Weather)},
		Expect:   provenance.Expect{Source: "github.com/" + sigstoretest.Repository},
	}
	for _, c := range change {
		c(&q)
	}
	return s.engine.Verify(context.Background(), q)
}

func want(t *testing.T, what string, proofs []evidence.Proof, classes ...evidence.ProofClass) {
	t.Helper()
	if len(proofs) != len(classes) {
		t.Fatalf("%s: %d verdicts, want %d: %+v", what, len(proofs), len(classes), proofs)
	}
	for i, class := range classes {
		if proofs[i].Class != class {
			t.Errorf("%s: %s (%s), want %s", what, proofs[i].Class, proofs[i].Detail, class)
		}
	}
}

func encode(t testing.TB, value any) []byte {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// annotations are what cosign would write beside a layer for a bundle's witnesses.
func annotations(t testing.TB, raw []byte) map[string]string {
	t.Helper()
	made, err := readBundle(raw)
	if err != nil {
		t.Fatal(err)
	}
	notes := map[string]string{noteSignature: base64.StdEncoding.EncodeToString(made.GetMessageSignature().GetSignature())}
	if leaf := made.GetVerificationMaterial().GetCertificate(); leaf != nil {
		notes[noteCertificate] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.GetRawBytes()}))
	}
	for _, entry := range made.GetVerificationMaterial().GetTlogEntries() {
		notes[noteBundle] = string(encode(t, map[string]any{
			"SignedEntryTimestamp": entry.GetInclusionPromise().GetSignedEntryTimestamp(),
			"Payload": map[string]any{
				"body": entry.GetCanonicalizedBody(), "integratedTime": entry.GetIntegratedTime(),
				"logIndex": entry.GetLogIndex(), "logID": hex.EncodeToString(entry.GetLogId().GetKeyId()),
			},
		}))
	}
	return notes
}

func imagePayload(digest string) []byte {
	return []byte(fmt.Sprintf(`{"critical":{"identity":{"docker-reference":"registry.invalid/acme/weather"},"image":{"docker-manifest-digest":%q},"type":"cosign container image signature"},"optional":null}`, digest))
}

func TestCosignSignature(t *testing.T) {
	s := set(t)
	ours := "sha256:" + s.subject.Digest
	layer := func(payload []byte, o sigstoretest.Signing) verify.CosignLayer {
		return verify.CosignLayer{MediaType: "application/vnd.dev.cosign.simplesigning.v1+json", Payload: payload, Annotations: annotations(t, s.SignMessage(s.who, payload, o))}
	}
	good := layer(imagePayload(ours), sigstoretest.Signing{})
	proofs := s.ask(evidence.ProofCosign, encode(t, good))
	want(t, "good", proofs, provenance.OK)
	if got := proofs[0]; got.Level != 0 || got.Claims.Subjects[0].Name != "registry.invalid/acme/weather" || got.Claims.Log == "" || got.Claims.SignedAt.IsZero() {
		t.Errorf("claims: %+v", got)
	}

	another := layer(imagePayload("sha256:"+strings.Repeat("ab", 32)), sigstoretest.Signing{})
	want(t, "another image", s.ask(evidence.ProofCosign, encode(t, another)), provenance.SubjectMismatch)

	swapped := good
	swapped.Payload = another.Payload
	want(t, "payload of another image", s.ask(evidence.ProofCosign, encode(t, swapped)), provenance.LogMismatch)

	unlogged := layer(imagePayload(ours), sigstoretest.Signing{Log: sigstoretest.NoLog})
	want(t, "no log entry", s.ask(evidence.ProofCosign, encode(t, unlogged)), provenance.LogMissing)

	want(t, "no payload", s.ask(evidence.ProofCosign, encode(t, verify.CosignLayer{Payload: []byte(`{"critical":{"type":"other"}}`)})), provenance.Malformed)

	keyed := layer(imagePayload(ours), sigstoretest.Signing{Key: true})
	want(t, "key that nobody gave", s.ask(evidence.ProofCosign, encode(t, keyed)), provenance.KeyUnknown)
	want(t, "key where an identity is expected", s.ask(evidence.ProofCosign, encode(t, keyed), func(q *verify.Question) { q.Expect.Issuer = provenance.IssuerGitHub }), provenance.IdentityMismatch)
	byKey := func(q *verify.Question) { q.Material.Key, q.Expect = s.key(), provenance.Expect{} }
	want(t, "key", s.ask(evidence.ProofCosign, encode(t, keyed), byKey), provenance.OK)
	keyed.Annotations[noteBundle] = ""
	proofs = s.ask(evidence.ProofCosign, encode(t, keyed), byKey)
	want(t, "key without log", proofs, provenance.OK)
	if len(proofs[0].Notes) == 0 {
		t.Error("nobody says that no log saw the signature")
	}
}

// key is the registry's key, as a user would give it.
func (s scene) key() []byte {
	keys, _, _ := s.engine.roots.NPMKeys()
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: keys[0].SPKI})
}

// envelopeOf is the bare envelope of a bundle, with the certificate beside it, and
// what the log answers about it.
func envelopeOf(t *testing.T, raw []byte) (envelope map[string]any, answer []byte) {
	t.Helper()
	bare, answer := sigstoretest.Unbundle(raw)
	if err := json.Unmarshal(bare, &envelope); err != nil {
		t.Fatal(err)
	}
	return envelope, answer
}

func TestEnvelope(t *testing.T) {
	s := set(t)
	envelope, answer := envelopeOf(t, s.Attest(s.who, sigstoretest.SLSA1(s.who, s.subject), sigstoretest.Signing{}))
	raw := encode(t, envelope)
	logged := func(q *verify.Question) { q.Material.Content = answer }

	want(t, "without entry", s.ask(evidence.ProofDSSE, raw), provenance.NeedsNetwork)
	proofs := s.ask(evidence.ProofDSSE, raw, logged)
	want(t, "with entry", proofs, provenance.OK)
	if proofs[0].Level != 2 {
		t.Errorf("level %d", proofs[0].Level)
	}
	want(t, "of another artifact", s.ask(evidence.ProofDSSE, raw, func(q *verify.Question) { q.Subject.Digests = digests([]byte("other")) }), provenance.SubjectMismatch)
	want(t, "of another source", s.ask(evidence.ProofDSSE, raw, func(q *verify.Question) { q.Expect.Source = "github.com/other/name" }), provenance.SourceMismatch)

	other, otherAnswer := envelopeOf(t, s.Attest(s.who, sigstoretest.SLSA1(s.who, sigstoretest.SubjectOf("b", []byte("b"))), sigstoretest.Signing{}))
	want(t, "entry of another", s.ask(evidence.ProofDSSE, raw, func(q *verify.Question) { q.Material.Content = otherAnswer }), provenance.LogMismatch)
	want(t, "no entry", s.ask(evidence.ProofDSSE, raw, func(q *verify.Question) { q.Material.Content = []byte(`{}`) }), provenance.Malformed)

	changed := map[string]any{"payloadType": inTotoPayload, "payload": other["payload"], "signatures": envelope["signatures"]}
	want(t, "changed", s.ask(evidence.ProofDSSE, encode(t, changed)), provenance.SignatureInvalid)

	stranger := sigstoretest.New("stranger", sigstoretest.Options{})
	foreign, _ := envelopeOf(t, stranger.Attest(s.who, sigstoretest.SLSA1(s.who, s.subject), sigstoretest.Signing{}))
	want(t, "of another authority", s.ask(evidence.ProofDSSE, encode(t, foreign)), provenance.ChainInvalid)

	keyed, _ := envelopeOf(t, s.Attest(s.who, sigstoretest.SLSA1(s.who, s.subject), sigstoretest.Signing{Key: true}))
	want(t, "nobody named", s.ask(evidence.ProofDSSE, encode(t, keyed)), provenance.NeedsNetwork)
	want(t, "by a key", s.ask(evidence.ProofDSSE, encode(t, keyed), func(q *verify.Question) { q.Material.Key = s.key() }), provenance.OK)

	attested := verify.CosignLayer{MediaType: typeEnvelope, Payload: raw, Annotations: annotations(t, s.Attest(s.who, sigstoretest.SLSA1(s.who, s.subject), sigstoretest.Signing{}))}
	want(t, "cosign attestation", s.ask(evidence.ProofCosign, encode(t, attested)), provenance.OK)
}

func TestPyPIProvenance(t *testing.T) {
	s := set(t)
	statement := sigstoretest.Statement(sigstoretest.PyPIPublish, nil, sigstoretest.SubjectOf("acme_weather-1.2.0.tar.gz", sigstoretest.Weather))
	attestation := sigstoretest.PEP740(s.Attest(s.who, statement, sigstoretest.Signing{}))
	named := func(name string) func(*verify.Question) {
		return func(q *verify.Question) { q.Subject.Name = name }
	}
	whole := sigstoretest.PyPIProvenance(s.who, attestation, attestation)
	want(t, "good", s.ask(evidence.ProofPEP740, whole, named("dist/Acme.Weather-1.2.0.tar.gz")), provenance.OK, provenance.OK)
	want(t, "another name", s.ask(evidence.ProofPEP740, attestation, named("acme_weather-9.9.9.tar.gz")), provenance.SubjectMismatch)
	another := sigstoretest.PyPIProvenance(sigstoretest.Workflow("acme/other", sigstoretest.Tag), attestation)
	want(t, "another publisher", s.ask(evidence.ProofPEP740, another), provenance.IdentityMismatch)
	want(t, "none", s.ask(evidence.ProofPEP740, []byte(`{"version":1,"attestation_bundles":[]}`)), provenance.Malformed)
	want(t, "another version", s.ask(evidence.ProofPEP740, []byte(strings.Replace(string(attestation), `"version":1`, `"version":2`, 1))), provenance.Malformed)
}

func TestNPMPair(t *testing.T) {
	s := set(t)
	of := sigstoretest.Package("@acme/weather", "1.2.0", sigstoretest.Weather)
	publish := s.Attest(s.who, sigstoretest.NPMPublish("@acme/weather", "1.2.0", of), sigstoretest.Signing{Key: true})
	built := s.Attest(s.who, sigstoretest.NPMProvenance(s.who, of), sigstoretest.Signing{})
	one := func(kind string, bundle []byte) map[string]any {
		return map[string]any{"predicateType": kind, "bundle": json.RawMessage(bundle)}
	}
	answer := func(attestations ...map[string]any) []byte {
		return encode(t, map[string]any{"attestations": attestations})
	}
	both := sigstoretest.NPMAttestations(publish, built)
	purl := func(name string) func(*verify.Question) {
		return func(q *verify.Question) { q.Subject.Name = name }
	}
	want(t, "both", s.ask(evidence.ProofNPM, both, purl("pkg:npm/@acme/weather@1.2.0")), provenance.OK, provenance.OK)
	want(t, "another version", s.ask(evidence.ProofNPM, both, purl("pkg:npm/%40acme/weather@1.3.0")), provenance.SubjectMismatch, provenance.SubjectMismatch)
	want(t, "no publish", s.ask(evidence.ProofNPM, answer(one(sigstoretest.Provenance1, built))), provenance.OK, provenance.NoProof)
	want(t, "no provenance", s.ask(evidence.ProofNPM, answer(one(sigstoretest.NPMPublishType, publish))), provenance.OK, provenance.NoProof)
	want(t, "nothing", s.ask(evidence.ProofNPM, []byte(`{"attestations":[]}`)), provenance.NoProof, provenance.NoProof)
	want(t, "labels swapped", s.ask(evidence.ProofNPM, answer(one(sigstoretest.NPMPublishType, built), one(sigstoretest.Provenance1, publish))), provenance.Malformed, provenance.Malformed)

	byKey := s.Attest(s.who, sigstoretest.NPMProvenance(s.who, of), sigstoretest.Signing{Key: true})
	want(t, "provenance by a key", s.ask(evidence.ProofNPM, sigstoretest.NPMAttestations(publish, byKey)), provenance.OK, provenance.IdentityMismatch)
	byWorkflow := s.Attest(s.who, sigstoretest.NPMPublish("@acme/weather", "1.2.0", of), sigstoretest.Signing{})
	want(t, "publish by a workflow", s.ask(evidence.ProofNPM, sigstoretest.NPMAttestations(byWorkflow, built)), provenance.IdentityMismatch, provenance.OK)
	another := s.Attest(s.who, sigstoretest.NPMPublish("@acme/weather", "1.1.0", of), sigstoretest.Signing{Key: true})
	want(t, "publish of another version", s.ask(evidence.ProofNPM, sigstoretest.NPMAttestations(another, built)), provenance.SubjectMismatch, provenance.OK)
	want(t, "publish alone", s.ask(evidence.ProofBundle, publish), provenance.OK)
}

func TestRelease(t *testing.T) {
	s := set(t)
	commit := strings.Repeat("c", 40)
	release := s.Attest(sigstoretest.GitHubRelease(), sigstoretest.Release(sigstoretest.Repository, "v1.2.0", commit, s.subject), sigstoretest.Signing{})
	expect := func(e provenance.Expect) func(*verify.Question) {
		return func(q *verify.Question) { q.Expect = e }
	}
	source := "github.com/" + sigstoretest.Repository
	proofs := s.ask(evidence.ProofBundle, release, expect(provenance.Expect{Source: source, Ref: sigstoretest.Tag, Commit: commit}))
	want(t, "release", proofs, provenance.OK)
	if proofs[0].Level != 0 {
		t.Errorf("a release says nothing of a build, level is %d", proofs[0].Level)
	}
	want(t, "tag", s.ask(evidence.ProofBundle, release, expect(provenance.Expect{Source: source, Ref: "v9"})), provenance.SourceMismatch)
	want(t, "repository", s.ask(evidence.ProofBundle, release, expect(provenance.Expect{Source: "github.com/acme/other"})), provenance.SourceMismatch)
	want(t, "the tag itself", s.ask(evidence.ProofBundle, release, func(q *verify.Question) {
		q.Subject.Digests = []evidence.Digest{{Algorithm: "gitCommit", Value: commit}}
	}), provenance.OK)

	// Anybody may write such a statement; only GitHub's word counts.
	forged := s.Attest(sigstoretest.Person("dev@example.com", "https://accounts.example.com"), sigstoretest.Release(sigstoretest.Repository, "v1.2.0", commit, s.subject), sigstoretest.Signing{})
	want(t, "forged", s.ask(evidence.ProofBundle, forged), provenance.SourceMismatch)
}

func TestSummary(t *testing.T) {
	s := set(t)
	predicate := func(result string) map[string]any {
		return map[string]any{
			"verifier": map[string]any{"id": "https://verifier.invalid"}, "timeVerified": "2025-03-01T00:00:00Z",
			"resourceUri": "git+https://github.com/acme/other", "policy": map[string]any{"uri": "https://policy.invalid"},
			"verificationResult": result, "verifiedLevels": []string{"SLSA_BUILD_LEVEL_3"},
		}
	}
	kind := "https://slsa.dev/verification_summary/v1"
	passed := s.Attest(s.who, sigstoretest.Statement(kind, predicate("PASSED"), s.subject), sigstoretest.Signing{})
	proofs := s.ask(evidence.ProofBundle, passed)
	want(t, "passed", proofs, provenance.OK)
	if proofs[0].Level != 0 || proofs[0].Claims.Verifier != "https://verifier.invalid" {
		t.Errorf("a verifier whom nobody expects gives no level: %+v", proofs[0])
	}
	expected := s.ask(evidence.ProofBundle, passed, func(q *verify.Question) { q.Expect.Workflow = s.who.Whole().Workflow })
	want(t, "of the expected workflow", expected, provenance.OK)
	if expected[0].Level != 3 {
		t.Errorf("level %d", expected[0].Level)
	}
	want(t, "of another verifier", s.ask(evidence.ProofBundle, passed, func(q *verify.Question) { q.Expect.Verifier = "https://other.invalid" }), provenance.IdentityMismatch)
	failed := s.Attest(s.who, sigstoretest.Statement(kind, predicate("FAILED"), s.subject), sigstoretest.Signing{})
	want(t, "failed", s.ask(evidence.ProofBundle, failed), provenance.FoundFailing)
}

func TestStrictStatements(t *testing.T) {
	s := set(t)
	digest := `"digest":{"sha256":"` + s.subject.Digest + `"}`
	for what, statement := range map[string]string{
		"two subjects members":    `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a",` + digest + `}],"subject":[],"predicateType":"x"}`,
		"another kind":            `{"_type":"https://example.com/","subject":[{"name":"a",` + digest + `}],"predicateType":"x"}`,
		"no predicate type":       `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a",` + digest + `}]}`,
		"subject in capitals":     `{"_type":"https://in-toto.io/Statement/v1","Subject":[{"name":"a",` + digest + `}],"predicateType":"x"}`,
		"something behind":        `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a",` + digest + `}],"predicateType":"x"}{}`,
		"two digests of one name": `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"00","sha256":"` + s.subject.Digest + `"}}],"predicateType":"x"}`,
	} {
		want(t, what, s.ask(evidence.ProofBundle, s.Attest(s.who, []byte(statement), sigstoretest.Signing{})), provenance.Malformed)
	}
	want(t, "another payload", s.ask(evidence.ProofBundle, s.AttestPayload(s.who, "text/plain", sigstoretest.SLSA1(s.who, s.subject), sigstoretest.Signing{})), provenance.Malformed)
	weak := `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"md5":"d41d8cd98f00b204e9800998ecf8427e"}}],"predicateType":"x"}`
	want(t, "weak digest", s.ask(evidence.ProofBundle, s.Attest(s.who, []byte(weak), sigstoretest.Signing{})), provenance.SubjectMismatch)
}

func TestLinesAndLimits(t *testing.T) {
	s := set(t)
	good := s.Attest(s.who, sigstoretest.SLSA1(s.who, s.subject), sigstoretest.Signing{})
	line := oneLine(t, good)
	lines := func(n int) []byte { return []byte(strings.Repeat(line+"\n", n)) }
	want(t, "two lines", s.ask(evidence.ProofBundle, lines(2)), provenance.OK, provenance.OK)
	want(t, "a bad line", s.ask(evidence.ProofBundle, append(lines(1), "{\n"...)), provenance.OK, provenance.Malformed)
	want(t, "many lines", s.ask(evidence.ProofBundle, []byte(strings.Repeat("{}\n", maxLines+1))), provenance.Malformed)
	want(t, "nothing", s.ask(evidence.ProofBundle, nil), provenance.Malformed)
	want(t, "too much", s.ask(evidence.ProofBundle, make([]byte, verify.MaxProof+1)), provenance.Malformed)
	want(t, "another format", s.ask(evidence.ProofMCPB, []byte("x")), provenance.CannotJudge)
	want(t, "a key, and a certificate signed", s.ask(evidence.ProofBundle, good, func(q *verify.Question) { q.Material.Key = s.key() }), provenance.IdentityMismatch)
	want(t, "a denied source", s.ask(evidence.ProofBundle, good, func(q *verify.Question) { q.Expect.Deny = []string{"https://github.com/acme/*"} }), provenance.Denied)
	proofs := s.ask(evidence.ProofBundle, good, func(q *verify.Question) { q.Subject = provenance.Subject{} })
	want(t, "no digest", proofs, provenance.OK)
	if len(proofs[0].Notes) == 0 {
		t.Error("nobody says that the artifact was not compared")
	}
}

func oneLine(t *testing.T, raw []byte) string {
	t.Helper()
	var value json.RawMessage
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	return string(encode(t, value))
}

func TestRoots(t *testing.T) {
	s := set(t)
	good := s.Attest(s.who, sigstoretest.SLSA1(s.who, s.subject), sigstoretest.Signing{})
	roots := hold(t, s.TrustedRootJSON(), s.NPMKeysJSON())
	roots.info.Date = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	now := func(q *verify.Question) { q.Now = roots.info.Date.Add(40 * 24 * time.Hour) }

	s.engine = New(roots, Options{MaxTrustAge: 60 * 24 * time.Hour})
	proofs := s.ask(evidence.ProofBundle, good, now)
	want(t, "young enough", proofs, provenance.OK)
	if proofs[0].Root.Name != "test" || proofs[0].Root.Date.IsZero() {
		t.Errorf("the verdict does not say what it rests on: %+v", proofs[0].Root)
	}
	s.engine = New(roots, Options{MaxTrustAge: 30 * 24 * time.Hour})
	want(t, "too old", s.ask(evidence.ProofBundle, good, now), provenance.RootStale)
	s.engine = New(hold(t, []byte(`{}`), nil), Options{})
	want(t, "broken", s.ask(evidence.ProofBundle, good), provenance.RootInvalid)

	none := roots
	none.rootErr = fmt.Errorf("%w for GitHub", trust.ErrUnavailable)
	s.engine = New(none, Options{})
	want(t, "missing", s.ask(evidence.ProofBundle, good), provenance.RootMissing)
}
