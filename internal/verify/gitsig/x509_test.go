package gitsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	cms "github.com/github/smimesign/ietf-cms"
	"github.com/sigstore/sigstore-go/pkg/testing/ca"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

func x509Signed(t *testing.T, leaf *x509.Certificate, key crypto.Signer, commit string) []byte {
	t.Helper()
	der, err := cms.SignDetached([]byte(commit), []*x509.Certificate{leaf}, key)
	if err != nil {
		t.Fatal(err)
	}
	return withSignature(commit, string(pem.EncodeToMemory(&pem.Block{Type: "SIGNED MESSAGE", Bytes: der})))
}

// ofNobody is a certificate of an authority that no trust root holds.
func ofNobody(t *testing.T) (*x509.Certificate, crypto.Signer) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example authority", Organization: []string{"Example"}},
		NotBefore: signedAt, NotAfter: signedAt.Add(time.Hour), EmailAddresses: []string{"ann@example.com"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return leaf, key
}

// The recorded cases hold a certificate that is good in all; these are not.
func TestCertificates(t *testing.T) {
	ours, err := ca.NewVirtualSigstore()
	if err != nil {
		t.Fatal(err)
	}
	other, err := ca.NewVirtualSigstore()
	if err != nil {
		t.Fatal(err)
	}
	leaf, private, err := ours.GenerateLeafCert("ann@example.com", "https://issuer.example.com")
	if err != nil {
		t.Fatal(err)
	}
	key := private.(crypto.Signer)
	commit := unsigned("good")
	good := x509Signed(t, leaf, key, commit)
	attached, err := cms.Sign([]byte("another content"), []*x509.Certificate{leaf}, key)
	if err != nil {
		t.Fatal(err)
	}
	own := withSignature(commit, string(pem.EncodeToMemory(&pem.Block{Type: "SIGNED MESSAGE", Bytes: attached})))
	stranger, strangersKey := ofNobody(t)
	var fingerprint string
	for name, c := range map[string]struct {
		raw      []byte
		verifier Verifier
		want     evidence.ProofClass
	}{
		"in no certificate log": {good, Verifier{Sigstore: ours}, provenance.SCTInvalid},
		"of another Sigstore":   {good, Verifier{Sigstore: other}, provenance.ChainInvalid},
		"without a trust root":  {good, Verifier{}, provenance.RootMissing},
		"other message":         {[]byte(strings.Replace(string(good), "good", "evil", 1)), Verifier{Sigstore: ours}, provenance.SignatureInvalid},
		"of nobody":             {x509Signed(t, stranger, strangersKey, commit), Verifier{Sigstore: ours}, provenance.KeyUnknown},
		"content of its own":    {own, Verifier{Sigstore: ours}, provenance.Malformed},
		"cut":                   {[]byte(strings.Replace(string(good), "\n MI", "\n MII", 1)), Verifier{Sigstore: ours}, provenance.Malformed},
	} {
		got := c.verifier.Check(read(t, c.raw))
		if got.Class != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Class, got.Detail, c.want)
		}
		if name == "in no certificate log" {
			fingerprint = got.Key
			if got.Signer[0] != "ann@example.com" || got.Issuer != "https://issuer.example.com" {
				t.Errorf("the certificate says %+v", got)
			}
		}
	}
	revoked, err := ReadRevoked([]byte(fingerprint))
	if err != nil {
		t.Fatal(err)
	}
	if got := (&Verifier{Sigstore: ours, Revoked: revoked}).Check(read(t, good)); got.Class != provenance.KeyRevoked {
		t.Errorf("revoked, it is %s", got.Class)
	}
}
