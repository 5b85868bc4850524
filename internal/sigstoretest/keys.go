package sigstoretest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// signer is a P-256 key that signs one content always alike.
type signer struct{ key *ecdsa.PrivateKey }

var _ crypto.Signer = signer{}

// newSigner derives a key from the seed and a label.
func newSigner(seed, label string) signer {
	for i := 0; ; i++ {
		scalar := sha256.Sum256(fmt.Appendf(nil, "TEST ONLY\x00%s\x00%s\x00%d", seed, label, i))
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar[:]); err == nil {
			return signer{key}
		}
	}
}

func (s signer) Public() crypto.PublicKey { return s.key.Public() }

// Sign is deterministic (RFC 6979), whatever source of chance is offered.
func (s signer) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.key.Sign(nil, digest, opts)
}

// sign signs a message.
func (s signer) sign(message []byte) []byte {
	digest := sha256.Sum256(message)
	return must(s.Sign(nil, digest[:], crypto.SHA256))
}

// spki is the public key in DER.
func (s signer) spki() []byte { return must(x509.MarshalPKIXPublicKey(s.Public())) }

// id is how logs and registries name a key: the digest of its DER form.
func (s signer) id() []byte {
	digest := sha256.Sum256(s.spki())
	return digest[:]
}

// hint is how npm names a key: by its SSH fingerprint.
func (s signer) hint() string { return must(dsse.SHA256KeyID(s.Public())) }

func toPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
