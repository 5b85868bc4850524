package attest

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
	"github.com/sealvet/sealvet/internal/verify/trust"
	"github.com/sealvet/sealvet/internal/verify/vsa"
)

// verified asks the engine of `sealvet verify`.
func verified(t *testing.T, server *sigstoretest.Server, raw []byte, change func(*verify.Question)) evidence.Proof {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trusted_root.json")
	if err := os.WriteFile(file, server.TrustedRootJSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := trust.Open(trust.Options{File: file, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	q := verify.Question{
		Material: verify.Material{Format: evidence.ProofBundle, Raw: raw}, Now: time.Now(),
		Subject: provenance.Subject{Digests: []evidence.Digest{{Algorithm: "gitCommit", Value: commit}}},
	}
	if change != nil {
		change(&q)
	}
	return sigstore.New(store, sigstore.Options{}).Verify(t.Context(), q)[0]
}

func signing(t *testing.T, server *sigstoretest.Server, log sigstoretest.Log) Signing {
	t.Helper()
	services, err := ReadServices(server.SigningConfig(log), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := root.NewTrustedRootFromJSON(server.TrustedRootJSON())
	if err != nil {
		t.Fatal(err)
	}
	return Signing{Services: services, Transport: http.DefaultTransport, Root: trusted}
}

func TestKeyless(t *testing.T) {
	server := sigstoretest.Serve(t)
	server.Job.Commit = commit
	statement, err := Statement(input(true))
	if err != nil {
		t.Fatal(err)
	}
	token, err := Job(t.Context(), environment(server), http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	for name, log := range map[string]sigstoretest.Log{"Rekor v1": sigstoretest.RekorV1, "Rekor v2": sigstoretest.RekorV2} {
		bundle, err := signing(t, server, log).Keyless(t.Context(), statement, token)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := verified(t, server, bundle, func(q *verify.Question) { q.Expect.Source = "github.com/acme/weather" })
		if got.Class != provenance.OK || got.Claims.PredicateType != vsa.PredicateType {
			t.Errorf("%s: %s: %s", name, got.Class, got.Detail)
		}
	}
	wrong := token
	wrong.Raw += "x"
	if _, err := signing(t, server, sigstoretest.RekorV1).Keyless(t.Context(), statement, wrong); err == nil {
		t.Error("a token that does not hold is taken")
	}
}

// A statement that the policy is not met must never read as good, whoever signed it.
func TestFailedStatementDoesNotPass(t *testing.T) {
	server := sigstoretest.Serve(t)
	statement, err := Statement(input(false))
	if err != nil {
		t.Fatal(err)
	}
	token, err := Job(t.Context(), environment(server), http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := signing(t, server, sigstoretest.RekorV1).Keyless(t.Context(), statement, token)
	if err != nil {
		t.Fatal(err)
	}
	if got := verified(t, server, bundle, nil); provenance.OutcomeOf(got.Class) != provenance.Fail {
		t.Errorf("%s: %s", got.Class, got.Detail)
	}
}

func TestLogged(t *testing.T) {
	server := sigstoretest.Serve(t)
	private, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	key, err := newKey(private)
	if err != nil {
		t.Fatal(err)
	}
	statement, err := Statement(input(true))
	if err != nil {
		t.Fatal(err)
	}
	public, _ := key.GetPublicKeyPem()
	for name, log := range map[string]sigstoretest.Log{"Rekor v1": sigstoretest.RekorV1, "Rekor v2": sigstoretest.RekorV2} {
		bundle, err := signing(t, server, log).Logged(t.Context(), statement, key)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := verified(t, server, bundle, func(q *verify.Question) { q.Material.Key = []byte(public) })
		if got.Class != provenance.OK {
			t.Errorf("%s: %s: %s", name, got.Class, got.Detail)
		}
	}
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	key, err = newKey(ed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signing(t, server, sigstoretest.RekorV1).Logged(t.Context(), statement, key); err == nil || !strings.Contains(err.Error(), "Ed25519") {
		t.Errorf("Ed25519: %v", err)
	}
}

// The plain form, by the engine that reads it back.
func TestEnvelope(t *testing.T) {
	p256, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	statement, err := Statement(input(true))
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range []any{p256, p384, ed} {
		der, err := x509.MarshalPKCS8PrivateKey(private)
		key, err := ReadKey(pemOf(t, "PRIVATE KEY", der, err), "")
		if err != nil {
			t.Fatal(err)
		}
		line, err := key.Envelope(t.Context(), statement)
		if err != nil {
			t.Fatal(err)
		}
		public, _ := key.GetPublicKeyPem()
		q := verify.Question{
			Material: verify.Material{Format: evidence.ProofVSA, Raw: line, Key: []byte(public), KeyID: key.ID()}, Now: time.Now().AddDate(1, 0, 0),
			Subject: provenance.Subject{Digests: []evidence.Digest{{Algorithm: "gitCommit", Value: commit}}},
			Expect: provenance.Expect{
				Verifier: "https://example.com/sealvet", Resource: "git+https://github.com/Acme/weather", Levels: []string{policyMet},
				Source: "github.com/acme/weather", Commit: commit,
			},
		}
		if got := (vsa.Engine{}).Verify(t.Context(), q)[0]; got.Class != provenance.OK {
			t.Errorf("%T: %s: %s", private, got.Class, got.Detail)
		}
	}
}
