package sigstore

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
)

// signWith signs as a client does with a key and a hash; no hash is Ed25519 over the
// message itself.
func signWith(t *testing.T, key crypto.Signer, hash crypto.Hash, message []byte) []byte {
	t.Helper()
	digest := message
	switch hash {
	case crypto.SHA256:
		sum := sha256.Sum256(message)
		digest = sum[:]
	case crypto.SHA384:
		sum := sha512.Sum384(message)
		digest = sum[:]
	case crypto.SHA512:
		sum := sha512.Sum512(message)
		digest = sum[:]
	}
	signed, err := key.Sign(rand.Reader, digest, hash)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func made(t *testing.T, b *protobundle.Bundle) []byte {
	t.Helper()
	b.MediaType, b.VerificationMaterial = mediaType03, signer(nil)
	raw, err := protojson.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func envelopeBy(t *testing.T, key crypto.Signer, hash crypto.Hash, keyID string, payload []byte) []byte {
	return made(t, &protobundle.Bundle{Content: &protobundle.Bundle_DsseEnvelope{DsseEnvelope: &protodsse.Envelope{
		Payload: payload, PayloadType: inTotoPayload,
		Signatures: []*protodsse.Signature{{Sig: signWith(t, key, hash, dsse.PAE(inTotoPayload, payload)), Keyid: keyID}},
	}}})
}

func messageBy(t *testing.T, key crypto.Signer, hash crypto.Hash, content []byte) []byte {
	digest := sha256.Sum256(content)
	return made(t, &protobundle.Bundle{Content: &protobundle.Bundle_MessageSignature{MessageSignature: &protocommon.MessageSignature{
		MessageDigest: &protocommon.HashOutput{Algorithm: protocommon.HashAlgorithm_SHA2_256, Digest: digest[:]}, Signature: signWith(t, key, hash, content),
	}}})
}

func TestCallersKeys(t *testing.T) {
	s := set(t)
	curve := func(c elliptic.Curve) crypto.Signer {
		key, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rivest, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p256, p384 := curve(elliptic.P256()), curve(elliptic.P384())
	statement := sigstoretest.SLSA1(s.who, s.subject)
	pemOf := func(key crypto.Signer) []byte {
		der, err := x509.MarshalPKIXPublicKey(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	}
	tests := []struct {
		name string
		raw  []byte
		key  crypto.Signer
		with []byte // the message, where it is at hand
		want evidence.ProofClass
	}{
		{"P-256", envelopeBy(t, p256, crypto.SHA256, "", statement), p256, nil, provenance.OK},
		{"P-256 under a name of its own", envelopeBy(t, p256, crypto.SHA256, "keystore://acme:release", statement), p256, nil, provenance.OK},
		{"P-384", envelopeBy(t, p384, crypto.SHA384, "", statement), p384, nil, provenance.OK},
		{"P-384 with SHA-256", envelopeBy(t, p384, crypto.SHA256, "", statement), p384, nil, provenance.OK},
		{"Ed25519", envelopeBy(t, edwards, crypto.Hash(0), "", statement), edwards, nil, provenance.OK},
		{"RSA", envelopeBy(t, rivest, crypto.SHA256, "", statement), rivest, nil, provenance.OK},
		{"another key", envelopeBy(t, p256, crypto.SHA256, "", statement), curve(elliptic.P256()), nil, provenance.KeyInvalid},
		{"message, P-256", messageBy(t, p256, crypto.SHA256, sigstoretest.Weather), p256, nil, provenance.OK},
		{"message, P-384 with SHA-256", messageBy(t, p384, crypto.SHA256, sigstoretest.Weather), p384, nil, provenance.OK},
		{"message, Ed25519 prehashed", messageBy(t, edwards, crypto.SHA512, sigstoretest.Weather), edwards, sigstoretest.Weather, provenance.OK},
		{"message, Ed25519", messageBy(t, edwards, crypto.Hash(0), sigstoretest.Weather), edwards, sigstoretest.Weather, provenance.OK},
		{"message of other content", messageBy(t, p256, crypto.SHA256, []byte("other")), p256, nil, provenance.SignatureInvalid},
	}
	for _, test := range tests {
		proofs := s.ask(evidence.ProofBundle, test.raw, func(q *verify.Question) {
			q.Material.Key, q.Material.Content, q.Expect = pemOf(test.key), test.with, provenance.Expect{}
		})
		want(t, test.name, proofs, test.want)
	}
	want(t, "not a key", s.ask(evidence.ProofBundle, tests[0].raw, func(q *verify.Question) { q.Material.Key = []byte("-----") }), provenance.KeyInvalid)
}
