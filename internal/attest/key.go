package attest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/secure-systems-lab/go-securesystemslib/encrypted"
	common "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
)

// Key signs. It is a sigstore-go Keypair too.
type Key struct {
	signer crypto.Signer
	hash   crypto.Hash // 0 for Ed25519, which hashes by itself
	kind   common.PublicKeyDetails
	spki   []byte
}

// ErrPassphrase says that a key is encrypted, and that its passphrase was not told or
// is wrong.
var ErrPassphrase = errors.New("the key is encrypted; give its passphrase in $COSIGN_PASSWORD")

// ReadKey takes a private key in PEM: PKCS#8, SEC 1, PKCS#1, or the encrypted form of
// cosign. The passphrase comes from the environment, never from the command line,
// which everybody on the machine can read.
func ReadKey(data []byte, passphrase string) (*Key, error) {
	block, rest := pem.Decode(bytes.TrimSpace(data))
	for block != nil && block.Type == "EC PARAMETERS" {
		block, rest = pem.Decode(rest) // openssl writes them before the key
	}
	if block == nil {
		return nil, errors.New("the key file holds no PEM")
	}
	var private any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		private, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		private, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		if block.Headers["DEK-Info"] != "" {
			return nil, errors.New("the key is encrypted in the old way of openssl, which protects nothing; write it as cosign does (cosign import-key-pair)")
		}
		private, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY":
		if passphrase == "" {
			return nil, ErrPassphrase
		}
		der, decrypted := encrypted.Decrypt(block.Bytes, []byte(passphrase))
		if decrypted != nil {
			return nil, fmt.Errorf("%w: %w", ErrPassphrase, decrypted)
		}
		private, err = x509.ParsePKCS8PrivateKey(der)
	case "ENCRYPTED PRIVATE KEY":
		return nil, errors.New("the key is encrypted by PKCS#8, which is not read here; write it as cosign does (cosign import-key-pair), or decrypt it")
	default:
		return nil, fmt.Errorf("the key file holds a %s, not a private key", strings.ToLower(block.Type))
	}
	if err != nil {
		return nil, fmt.Errorf("the key cannot be read: %w", err)
	}
	return newKey(private)
}

// newKey pairs a key with the hash that verifiers expect of it.
func newKey(private any) (*Key, error) {
	signer, is := private.(crypto.Signer)
	if !is {
		return nil, fmt.Errorf("a key of type %T does not sign", private)
	}
	key := &Key{signer: signer, hash: crypto.SHA256}
	switch public := signer.Public().(type) {
	case *ecdsa.PublicKey:
		switch public.Curve.Params().BitSize {
		case 256:
			key.kind = common.PublicKeyDetails_PKIX_ECDSA_P256_SHA_256
		case 384:
			key.kind, key.hash = common.PublicKeyDetails_PKIX_ECDSA_P384_SHA_384, crypto.SHA384
		default:
			return nil, fmt.Errorf("a key on the curve %s is not taken by most verifiers; use P-256", public.Curve.Params().Name)
		}
	case *rsa.PublicKey:
		switch bits := public.N.BitLen(); {
		case bits < 2048:
			return nil, fmt.Errorf("an RSA key of %d bits proves nothing", bits)
		case bits < 3072:
			key.kind = common.PublicKeyDetails_PKIX_RSA_PKCS1V15_2048_SHA256
		case bits < 4096:
			key.kind = common.PublicKeyDetails_PKIX_RSA_PKCS1V15_3072_SHA256
		default:
			key.kind = common.PublicKeyDetails_PKIX_RSA_PKCS1V15_4096_SHA256
		}
	case ed25519.PublicKey:
		key.kind, key.hash = common.PublicKeyDetails_PKIX_ED25519, 0
	default:
		return nil, fmt.Errorf("a key of type %T is not taken; use ECDSA P-256", public)
	}
	var err error
	key.spki, err = x509.MarshalPKIXPublicKey(signer.Public())
	return key, err
}

// ID is the fingerprint of the public key, by which envelopes name it.
func (k *Key) ID() string {
	sum := sha256.Sum256(k.spki)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Envelope signs a statement and puts both into one line of JSON.
func (k *Key) Envelope(ctx context.Context, statement []byte) ([]byte, error) {
	signature, _, err := k.SignData(ctx, dsse.PAE(PayloadType, statement))
	if err != nil {
		return nil, err
	}
	return json.Marshal(dsse.Envelope{
		PayloadType: PayloadType, Payload: base64.StdEncoding.EncodeToString(statement),
		Signatures: []dsse.Signature{{KeyID: k.ID(), Sig: base64.StdEncoding.EncodeToString(signature)}},
	})
}

// SignData signs data, and gives the digest that it signed.
func (k *Key) SignData(_ context.Context, data []byte) (signature, digest []byte, err error) {
	digest = data
	if k.hash != 0 {
		sum := k.hash.New()
		sum.Write(data)
		digest = sum.Sum(nil)
	}
	if signature, err = k.signer.Sign(rand.Reader, digest, k.hash); err != nil {
		return nil, nil, fmt.Errorf("sign with the key: %w", err)
	}
	return signature, digest, nil
}

// The rest of a Keypair.

// GetHashAlgorithm is the hash of what is signed.
func (k *Key) GetHashAlgorithm() common.HashAlgorithm {
	if k.hash == crypto.SHA384 {
		return common.HashAlgorithm_SHA2_384
	}
	return common.HashAlgorithm_SHA2_256
}

// GetSigningAlgorithm is key and hash in one.
func (k *Key) GetSigningAlgorithm() common.PublicKeyDetails { return k.kind }

// GetHint is how a bundle names the key.
func (k *Key) GetHint() []byte {
	sum := sha256.Sum256(k.spki)
	return []byte(base64.StdEncoding.EncodeToString(sum[:]))
}

// GetKeyAlgorithm is the kind of key, as Fulcio calls it.
func (k *Key) GetKeyAlgorithm() string {
	switch k.signer.Public().(type) {
	case *rsa.PublicKey:
		return "RSA"
	case ed25519.PublicKey:
		return "ED25519"
	}
	return "ECDSA"
}

// GetPublicKey is the other half.
func (k *Key) GetPublicKey() crypto.PublicKey { return k.signer.Public() }

// GetPublicKeyPem is the other half in PEM.
func (k *Key) GetPublicKeyPem() (string, error) {
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.spki})), nil
}
