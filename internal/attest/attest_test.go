package attest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	vsapb "github.com/in-toto/attestation/go/predicates/vsa/v1"
	statementpb "github.com/in-toto/attestation/go/v1"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/secure-systems-lab/go-securesystemslib/encrypted"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
)

const commit = "4f6a1c0f4f6a1c0f4f6a1c0f4f6a1c0f4f6a1c0f"

func input(met bool) Input {
	return Input{
		Target: evidence.Target{Name: "acme/weather", Commit: commit, Branch: "main", Remote: "git@github.com:Acme/weather.git"},
		Home:   "https://example.com/sealvet", Version: "1.2.3", At: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		Policy:  Reference{URI: "git+https://github.com/Acme/weather@" + commit + "#.sealvet.yml", Digest: Digest([]byte("policy"))},
		Inputs:  []Reference{{URI: "https://example.com/sealvet#snapshot", Digest: Digest([]byte("snapshot"))}},
		Verdict: &policy.Verdict{Met: met, Summary: policy.Summary{Complete: true, NotAssessed: 3}},
	}
}

func TestStatement(t *testing.T) {
	data, err := Statement(input(true))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"_type":"https://in-toto.io/Statement/v1","subject":[{"uri":"https://github.com/Acme/weather/commit/` + commit + `","digest":{"gitCommit":"` + commit + `"},"annotations":{"sourceRefs":["refs/heads/main"]}}],` +
		`"predicateType":"https://slsa.dev/verification_summary/v1","predicate":{"verifier":{"id":"https://example.com/sealvet","version":{"sealvet":"1.2.3"}},"timeVerified":"2026-11-24T12:00:00Z",` +
		`"resourceUri":"git+https://github.com/Acme/weather","policy":{"uri":"git+https://github.com/Acme/weather@` + commit + `#.sealvet.yml","digest":{"sha256":"` + Digest([]byte("policy"))["sha256"] + `"}},` +
		`"inputAttestations":[{"uri":"https://example.com/sealvet#snapshot","digest":{"sha256":"` + Digest([]byte("snapshot"))["sha256"] + `"}}],` +
		`"verificationResult":"PASSED","verifiedLevels":["SEALVET_POLICY_MET"],"slsaVersion":"1.2"}}`
	if string(data) != want {
		t.Errorf("got\n%s\nwant\n%s", data, want)
	}
	again, _ := Statement(input(true))
	if !bytes.Equal(data, again) {
		t.Error("the same input gives other bytes")
	}
}

// What we write is what the specifications' own code reads.
func TestStatementIsValid(t *testing.T) {
	for _, met := range []bool{true, false} {
		in := input(met)
		in.Artifacts = []Subject{{Name: "weather.tgz", Digests: []evidence.Digest{{Algorithm: "sha256", Value: strings.Repeat("1", 64)}}, Level: 2}}
		data, err := Statement(in)
		if err != nil {
			t.Fatal(err)
		}
		var statement statementpb.Statement
		if err := protojson.Unmarshal(data, &statement); err != nil {
			t.Errorf("the statement: %v", err)
		} else if err := statement.Validate(); err != nil {
			t.Errorf("the statement: %v", err)
		}
		var whole struct {
			Predicate json.RawMessage `json:"predicate"`
		}
		if err := json.Unmarshal(data, &whole); err != nil {
			t.Fatal(err)
		}
		var summary vsapb.VerificationSummary
		if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(whole.Predicate, &summary); err != nil {
			t.Fatalf("the summary: %v", err)
		}
		wantLevels := map[bool]string{true: "SLSA_BUILD_LEVEL_2 SEALVET_POLICY_MET", false: "FAILED"}[met]
		if got := strings.Join(summary.VerifiedLevels, " "); got != wantLevels || (summary.VerificationResult == "PASSED") != met {
			t.Errorf("met %v: %s %s", met, summary.VerificationResult, got)
		}
	}
}

func TestStatementOfNothing(t *testing.T) {
	in := input(true)
	in.Target.Remote = "/srv/git/weather"
	if _, err := Statement(in); !errors.Is(err, ErrNoResource) {
		t.Errorf("no remote: %v", err)
	}
	in.Resource = "git+https://git.example/acme/weather"
	data, err := Statement(in)
	if err != nil || strings.Contains(string(data), `"uri":"https://git.example`) {
		t.Errorf("a resource that is given: %v: %s", err, data)
	}
	in.Target.Commit = ""
	if _, err := Statement(in); !errors.Is(err, ErrNoSubject) {
		t.Errorf("no commit: %v", err)
	}
}

func TestPolicyDigest(t *testing.T) {
	read := func(path, text string) string {
		rules, err := policy.Load(path, []byte(text), []*audit.Check{{ID: "some-check"}}, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		digest, err := PolicyDigest(rules)
		if err != nil {
			t.Fatal(err)
		}
		return digest["sha256"]
	}
	const text = "fail-at: low\nchecks:\n  some-check:\n    severity: high\nwaivers:\n  - {check: some-check, path: a.yml, reason: ours, owner: ann, until: 2026-12-01}\n"
	one := read(".sealvet.yml", text)
	if other := read("./other/policy.yml", "# a comment\n"+text); other != one {
		t.Error("the same words in another file have another digest")
	}
	if other := read(".sealvet.yml", strings.Replace(text, "low", "medium", 1)); other == one {
		t.Error("another threshold has the same digest")
	}
	if other := read(".sealvet.yml", strings.Replace(text, "severity: high", "severity: note", 1)); other == one {
		t.Error("another severity has the same digest")
	}
}

func TestAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"https://github.com/Acme/weather.git":         "git+https://github.com/Acme/weather",
		"https://user:secret@github.com/acme/weather": "git+https://github.com/acme/weather",
		"ssh://git@gitlab.com/a/b/c.git":              "git+https://gitlab.com/a/b/c",
		"git@github.com:acme/weather":                 "git+https://github.com/acme/weather",
		"/srv/git/acme/weather":                       "",
		"file:///srv/git/acme/weather":                "",
		"":                                            "",
	} {
		if got := address(remote); got != want {
			t.Errorf("%s: got %q, want %q", remote, got, want)
		}
	}
}

// A level counts only where the content was built from the commit under audit.
func TestLevelIsThatOfTheAuditedCommit(t *testing.T) {
	seen := &evidence.Snapshot{Target: input(true).Target}
	content := "the package"
	artifact, err := Artifact("weather.tgz", strings.NewReader(content), seen)
	if err != nil {
		t.Fatal(err)
	}
	proof := evidence.Proof{Format: evidence.ProofBundle, Class: provenance.OK, Level: 3, Claims: evidence.Claims{
		Subjects: []evidence.ClaimedSubject{{Digests: artifact.Digests[:1]}}, Issuer: "https://issuer.example", Identity: "https://identity.example",
		Source: "https://github.com/acme/weather", Commit: commit,
	}}
	for name, c := range map[string]struct {
		change func(*evidence.Proof)
		want   int
	}{
		"as it is":     {func(*evidence.Proof) {}, 3},
		"other commit": {func(p *evidence.Proof) { p.Claims.Commit = strings.Repeat("0", 40) }, 0},
		"other source": {func(p *evidence.Proof) { p.Claims.Source = "https://github.com/acme/other" }, 0},
		"other content": {func(p *evidence.Proof) {
			p.Claims.Subjects = []evidence.ClaimedSubject{{Digests: []evidence.Digest{{Algorithm: "sha256", Value: "00"}}}}
		}, 0},
		"no subject":     {func(p *evidence.Proof) { p.Claims.Subjects = nil }, 0},
		"does not hold":  {func(p *evidence.Proof) { p.Class = provenance.SignatureInvalid }, 0},
		"not assessable": {func(p *evidence.Proof) { p.Class = provenance.NeedsNetwork }, 0},
	} {
		proof := proof
		c.change(&proof)
		seen.Publications = []evidence.Publication{{Proofs: []evidence.Proof{proof}}}
		artifact, err := Artifact("weather.tgz", strings.NewReader(content), seen)
		if err != nil || artifact.Level != c.want {
			t.Errorf("%s: level %d (%v), want %d", name, artifact.Level, err, c.want)
		}
	}
	words := levels(&policy.Verdict{Met: true, Summary: policy.Summary{Complete: true}}, []Subject{{Level: 3}, {Level: 1}})
	if got := strings.Join(words, " "); got != "SLSA_BUILD_LEVEL_1 SEALVET_POLICY_MET SEALVET_ALL_ASSESSED" {
		t.Errorf("the lowest of two: %s", got)
	}
}

func pemOf(t testing.TB, kind string, der []byte, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestKeys(t *testing.T) {
	p256, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	p521, _ := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	long, _ := rsa.GenerateKey(rand.Reader, 2048)
	short, _ := rsa.GenerateKey(rand.Reader, 1024)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	pkcs8 := func(key any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return pemOf(t, "PRIVATE KEY", der, err)
	}
	sec1, err := x509.MarshalECPrivateKey(p256)
	der, _ := x509.MarshalPKCS8PrivateKey(p256)
	locked, lockErr := encrypted.Encrypt(der, []byte("TEST ONLY"))
	cosign := pemOf(t, "ENCRYPTED SIGSTORE PRIVATE KEY", locked, lockErr)
	for name, c := range map[string]struct {
		file       []byte
		passphrase string
		want       string // of the error; empty: it signs
	}{
		"P-256":              {pkcs8(p256), "", ""},
		"P-384":              {pkcs8(p384), "", ""},
		"P-521":              {pkcs8(p521), "", "use P-256"},
		"RSA":                {pkcs8(long), "", ""},
		"RSA, PKCS#1":        {pemOf(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(long), nil), "", ""},
		"short RSA":          {pkcs8(short), "", "1024 bits proves nothing"},
		"Ed25519":            {pkcs8(ed), "", ""},
		"SEC 1":              {pemOf(t, "EC PRIVATE KEY", sec1, err), "", ""},
		"after parameters":   {append(pemOf(t, "EC PARAMETERS", []byte{6, 0}, nil), pemOf(t, "EC PRIVATE KEY", sec1, err)...), "", ""},
		"cosign":             {cosign, "TEST ONLY", ""},
		"cosign, locked":     {cosign, "", "$COSIGN_PASSWORD"},
		"cosign, wrong word": {cosign, "wrong", "$COSIGN_PASSWORD"},
		"PKCS#8, locked":     {pemOf(t, "ENCRYPTED PRIVATE KEY", []byte{1}, nil), "", "not read here"},
		"a public key":       {pemOf(t, "PUBLIC KEY", []byte{1}, nil), "", "holds a public key"},
		"no PEM":             {[]byte("noise"), "", "no PEM"},
		"broken":             {pemOf(t, "PRIVATE KEY", []byte{1}, nil), "", "cannot be read"},
	} {
		key, err := ReadKey(c.file, c.passphrase)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		line, err := key.Envelope(context.Background(), []byte("{}"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var envelope dsse.Envelope
		if err := json.Unmarshal(line, &envelope); err != nil || envelope.Signatures[0].KeyID != key.ID() || bytes.ContainsRune(line, '\n') {
			t.Errorf("%s: %v: %s", name, err, line)
		}
	}
}

func environment(server *sigstoretest.Server) func(string) string {
	return func(name string) string {
		return map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": server.TokenRequestURL, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": server.TokenRequestSecret}[name]
	}
}

func TestJob(t *testing.T) {
	server := sigstoretest.Serve(t)
	token, err := Job(t.Context(), environment(server), http.DefaultTransport)
	if err != nil || token.Raw == "" || token.Visibility != "public" {
		t.Errorf("%+v, %v", token, err)
	}
	if _, err := Job(t.Context(), func(string) string { return "" }, nil); !errors.Is(err, ErrNoToken) {
		t.Errorf("outside of any CI: %v", err)
	}
	refused := func(name string) string {
		return map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": server.TokenRequestURL, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "wrong"}[name]
	}
	if _, err := Job(t.Context(), refused, http.DefaultTransport); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("the CI refuses: %v", err)
	}
	gitlab := "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"project_visibility":"internal"}`)) + ".c2ln"
	token, err = Job(t.Context(), func(name string) string { return map[string]string{"SIGSTORE_ID_TOKEN": gitlab}[name] }, nil)
	if err != nil || token.Visibility != "internal" || token.Raw != gitlab {
		t.Errorf("GitLab: %+v, %v", token, err)
	}
}

func TestServices(t *testing.T) {
	server := sigstoretest.Serve(t)
	for name, c := range map[string]struct {
		services Services
		public   bool
		wrong    string
	}{
		"public good":       {PublicGood(), true, ""},
		"its newer log":     {Services{Fulcio: "https://ca.example", Logs: []Log{{"https://log2025-1.rekor.sigstore.dev", 2}}, Stamps: []string{"https://tsa.example"}}, true, ""},
		"odd spelling":      {Services{Fulcio: "https://FULCIO.sigstore.DEV.", Stamps: []string{"https://tsa.example"}}, true, ""},
		"private":           {Services{Fulcio: "https://sigstore.dev.example", Logs: []Log{{"https://rekor.example", 1}}}, false, ""},
		"no time":           {Services{Fulcio: "https://ca.example", Logs: []Log{{"https://rekor.example", 2}}}, false, "timestamp authority"},
		"no log and no TSA": {Services{Fulcio: "https://ca.example"}, false, "neither"},
		"no address":        {Services{Fulcio: "ca.example", Logs: []Log{{"https://rekor.example", 1}}}, false, "no address"},
	} {
		err := c.services.Check()
		if c.services.Public() != c.public || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: public %v, %v", name, c.services.Public(), err)
		}
	}
	read, err := ReadServices(server.SigningConfig(sigstoretest.RekorV2), time.Now())
	if err != nil || read.Fulcio != server.FulcioURL || len(read.Logs) != 1 || read.Logs[0].Version != 2 || len(read.Stamps) != 1 {
		t.Errorf("%+v, %v", read, err)
	}
	if _, err := ReadServices([]byte("{"), time.Now()); err == nil {
		t.Error("half a signing config is read")
	}
}
