package vsa

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

var (
	testdata = filepath.Join("..", "..", "..", "testdata", "provenance")
	now      = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// gke is the real summary, as the case of every engine asks about it.
func gke(t testing.TB) verify.Question {
	t.Helper()
	var all struct {
		Cases []struct {
			ID, File, Key, KeyID, Verifier, ResourceURI, Class string
			Artifact                                           map[string]string
			Levels                                             []string
		}
	}
	if err := json.Unmarshal(read(t, "cases.json"), &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Cases {
		if c.ID != "vsa/gke" {
			continue // another engine's
		}
		q := verify.Question{Now: now}
		q.Material = verify.Material{Format: evidence.ProofVSA, Raw: read(t, c.File), Key: read(t, c.Key), KeyID: c.KeyID}
		for algorithm, value := range c.Artifact {
			q.Subject.Digests = append(q.Subject.Digests, evidence.Digest{Algorithm: algorithm, Value: value})
		}
		q.Expect = provenance.Expect{Verifier: c.Verifier, Resource: c.ResourceURI, Levels: c.Levels, MinLevel: 2}
		return q
	}
	t.Fatal("there is no case vsa/gke")
	return verify.Question{}
}

func ask(q verify.Question) evidence.Proof { return Engine{}.Verify(context.Background(), q)[0] }

func TestRealSummary(t *testing.T) {
	got := ask(gke(t))
	if got.Class != provenance.OK || got.Level != 2 || len(got.Claims.Levels) != 2 {
		t.Errorf("%s, level %d: %s", got.Class, got.Level, got.Detail)
	}
	otherKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	for name, c := range map[string]struct {
		change func(*verify.Question)
		want   evidence.ProofClass
	}{
		"wrong key":      {func(q *verify.Question) { q.Material.Key = public(t, otherKey) }, provenance.SignatureInvalid},
		"wrong key id":   {func(q *verify.Question) { q.Material.KeyID = "another" }, provenance.KeyUnknown},
		"no key id":      {func(q *verify.Question) { q.Material.KeyID = "" }, provenance.OK},
		"no key":         {func(q *verify.Question) { q.Material.Key = nil }, provenance.KeyUnknown},
		"key of nothing": {func(q *verify.Question) { q.Material.Key = []byte("noise") }, provenance.KeyInvalid},
		"tampered": {func(q *verify.Question) {
			q.Material.Raw = bytes.Replace(q.Material.Raw, []byte("eyJf"), []byte("eyJg"), 1)
		}, provenance.SignatureInvalid},
		"other payload type": {func(q *verify.Question) {
			q.Material.Raw = bytes.Replace(q.Material.Raw, []byte("in-toto+"), []byte("x+"), 1)
		}, provenance.Malformed},
		"no json":         {func(q *verify.Question) { q.Material.Raw = []byte("{") }, provenance.Malformed},
		"nothing":         {func(q *verify.Question) { q.Material.Raw = nil }, provenance.Malformed},
		"other subject":   {func(q *verify.Question) { q.Subject.Digests[0].Value = "1" }, provenance.SubjectMismatch},
		"other verifier":  {func(q *verify.Question) { q.Expect.Verifier += "x" }, provenance.IdentityMismatch},
		"other resource":  {func(q *verify.Question) { q.Expect.Resource += "x" }, provenance.SubjectMismatch},
		"higher level":    {func(q *verify.Question) { q.Expect.Levels = []string{"SLSA_BUILD_LEVEL_3"} }, provenance.LevelTooLow},
		"lower level":     {func(q *verify.Question) { q.Expect.Levels = []string{"SLSA_BUILD_LEVEL_1"} }, provenance.OK},
		"other track":     {func(q *verify.Question) { q.Expect.Levels = []string{"SLSA_SOURCE_LEVEL_0"} }, provenance.LevelTooLow},
		"other level":     {func(q *verify.Question) { q.Expect.Levels = []string{"BCID_L2"} }, provenance.LevelTooLow},
		"of a source":     {func(q *verify.Question) { q.Expect.Source = "github.com/acme/weather" }, provenance.SourceMismatch},
		"signed tomorrow": {func(q *verify.Question) { q.Now = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC) }, provenance.TimeInvalid},
	} {
		q := gke(t)
		c.change(&q)
		if got := ask(q); got.Class != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Class, got.Detail, c.want)
		}
	}
}

func public(t testing.TB, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func sign(t testing.TB, key crypto.Signer, opts crypto.SignerOpts, statement string) []byte {
	t.Helper()
	message := dsse.PAE(payloadType, []byte(statement))
	if hash := opts.HashFunc(); hash != 0 {
		sum := hash.New()
		sum.Write(message)
		message = sum.Sum(nil)
	}
	signature, err := key.Sign(rand.Reader, message, opts)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(dsse.Envelope{
		PayloadType: payloadType, Payload: base64.StdEncoding.EncodeToString([]byte(statement)),
		Signatures: []dsse.Signature{{KeyID: "mine", Sig: base64.URLEncoding.EncodeToString(signature)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

const commit = "4f6a1c0f4f6a1c0f4f6a1c0f4f6a1c0f4f6a1c0f"

// current has the fields of SLSA 1.2.
const current = `{"_type":"https://in-toto.io/Statement/v1","subject":[{"uri":"https://git.example/acme/weather/commit/1","digest":{"gitCommit":"` + commit + `"},"annotations":{"sourceRefs":["refs/heads/main"]}}],
"predicateType":"https://slsa.dev/verification_summary/v1","predicate":{"verifier":{"id":"https://verifier.example","version":{"checker":"1.2"}},"timeVerified":"2026-11-24T11:00:00.5Z",
"resourceUri":"git+https://git.example/acme/weather","policy":{"uri":"https://policy.example","digest":{"sha256":"00"}},"inputAttestations":[{"uri":"https://a.example","digest":{"sha256":"01"}}],
"verificationResult":"PASSED","verifiedLevels":["SLSA_BUILD_LEVEL_UNEVALUATED","SLSA_SOURCE_LEVEL_3","ACME_GOOD"],"dependencyLevels":{"SLSA_BUILD_LEVEL_2":4},"slsaVersion":"1.2"}}`

func TestKeys(t *testing.T) {
	ec := func(curve elliptic.Curve) crypto.Signer {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key  crypto.Signer
		opts crypto.SignerOpts
		want evidence.ProofClass
	}{
		"P-256":              {ec(elliptic.P256()), crypto.SHA256, provenance.OK},
		"P-384":              {ec(elliptic.P384()), crypto.SHA384, provenance.OK},
		"P-384 with SHA-256": {ec(elliptic.P384()), crypto.SHA256, provenance.OK},
		"RSA":                {long, crypto.SHA256, provenance.OK},
		"RSA-PSS":            {long, &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256}, provenance.OK},
		"Ed25519":            {ed, crypto.Hash(0), provenance.OK},
		"short RSA":          {short, crypto.SHA256, provenance.KeyInvalid},
	} {
		q := verify.Question{Now: now, Subject: provenance.Subject{Digests: []evidence.Digest{{Algorithm: "gitCommit", Value: commit}}}}
		q.Material = verify.Material{Raw: sign(t, c.key, c.opts, current), Key: public(t, c.key)}
		q.Expect = provenance.Expect{Source: "git.example/acme/weather", Commit: commit, Levels: []string{"SLSA_SOURCE_LEVEL_2", "ACME_GOOD"}}
		if got := ask(q); got.Class != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Class, got.Detail, c.want)
		} else if got.Level != 0 {
			t.Errorf("%s: build level %d, and none was evaluated", name, got.Level)
		}
	}
}

func TestForms(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		statement string
		want      evidence.ProofClass
	}{
		"levels as one word":  {strings.Replace(current, `["SLSA_BUILD_LEVEL_UNEVALUATED","SLSA_SOURCE_LEVEL_3","ACME_GOOD"]`, `"SLSA_BUILD_LEVEL_3"`, 1), provenance.OK},
		"no time":             {strings.Replace(current, `"timeVerified":"2026-11-24T11:00:00.5Z",`, "", 1), provenance.OK},
		"failed":              {strings.Replace(current, "PASSED", "FAILED", 1), provenance.FoundFailing},
		"neither":             {strings.Replace(current, "PASSED", "passed", 1), provenance.Malformed},
		"no verifier":         {strings.Replace(current, "https://verifier.example", "", 1), provenance.Malformed},
		"no resource":         {strings.Replace(current, "git+https://git.example/acme/weather", "", 1), provenance.Malformed},
		"time of nothing":     {strings.Replace(current, "2026-11-24T11:00:00.5Z", "today", 1), provenance.Malformed},
		"provenance":          {strings.Replace(current, "verification_summary", "provenance", 1), provenance.CannotJudge},
		"no statement at all": {"[]", provenance.Malformed},
	} {
		q := verify.Question{Now: now, Material: verify.Material{Raw: sign(t, key, crypto.Hash(0), c.statement), Key: public(t, key)}}
		if got := ask(q); got.Class != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Class, got.Detail, c.want)
		}
	}
}

func TestOneVerdictALine(t *testing.T) {
	q := gke(t)
	line := bytes.TrimSpace(q.Material.Raw)
	q.Material.Raw = bytes.Join([][]byte{line, line, []byte("{}")}, []byte("\n"))
	var classes []string
	for _, p := range (Engine{}).Verify(context.Background(), q) {
		classes = append(classes, string(p.Class))
	}
	if got := strings.Join(classes, " "); got != "ok ok malformed" {
		t.Errorf("got %s", got)
	}
}

func FuzzSummary(f *testing.F) {
	q := gke(f)
	f.Add(q.Material.Raw)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sign(f, key, crypto.Hash(0), current))
	honest := q.Expect.Resource
	f.Fuzz(func(t *testing.T, data []byte) {
		q := q
		q.Material.Raw = data
		q.Expect.Resource = ""
		for _, p := range (Engine{}).Verify(context.Background(), q) {
			if p.Class == "" || p.Class == provenance.OK && p.Claims.Resource != honest {
				t.Errorf("%s: %s", p.Class, p.Detail)
			}
		}
	})
}

func FuzzStatement(f *testing.F) {
	f.Add([]byte(current))
	f.Fuzz(func(t *testing.T, data []byte) {
		if summary, err := Parse(data); err == nil {
			summary.Hold(provenance.Expect{Levels: []string{"SLSA_BUILD_LEVEL_1"}}, now)
			if n := summary.BuildLevel(); n < 0 || n > 3 {
				t.Errorf("build level %d", n)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	q := gke(b)
	b.ReportAllocs()
	for b.Loop() {
		if got := ask(q); got.Class != provenance.OK {
			b.Fatal(got.Detail)
		}
	}
}
