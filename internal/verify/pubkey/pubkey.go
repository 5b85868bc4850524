// Package pubkey reads public keys that the caller trusts, and verifies signatures
// that do not say how they were made.
package pubkey

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
)

// Key is a public key.
type Key struct {
	Public      any    // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
	Fingerprint string // sha256:hex of its SPKI form
}

// maxKey is how long a key file may be.
const maxKey = 64 << 10

// Parse takes PEM or DER, and refuses a key that is too weak to prove anything.
func Parse(data []byte) (*Key, error) {
	if len(data) > maxKey {
		return nil, fmt.Errorf("the key file has more than %d bytes", maxKey)
	}
	der := data
	if block, _ := pem.Decode(bytes.TrimSpace(data)); block != nil {
		if block.Type != "PUBLIC KEY" && block.Type != "RSA PUBLIC KEY" {
			return nil, fmt.Errorf("the key file holds a %s, not a public key", block.Type)
		}
		der = block.Bytes
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		var rsaErr error
		if public, rsaErr = x509.ParsePKCS1PublicKey(der); rsaErr != nil {
			return nil, fmt.Errorf("the key cannot be read: %w", err)
		}
	}
	switch k := public.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < 2048 || bits > 16384 {
			return nil, fmt.Errorf("an RSA key of %d bits proves nothing", bits)
		}
	case *ecdsa.PublicKey, ed25519.PublicKey:
	default:
		return nil, errors.New("the key is neither RSA, ECDSA nor Ed25519")
	}
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(spki)
	return &Key{public, "sha256:" + hex.EncodeToString(sum[:])}, nil
}

// Verifies tries the hashes and paddings that signers of envelopes and files use: the
// signature does not say which. None of them is weak, so that the choice gives nothing
// away.
func (k *Key) Verifies(message, signature []byte) bool {
	if public, is := k.Public.(ed25519.PublicKey); is {
		return ed25519.Verify(public, message, signature)
	}
	short, middle, long := sha256.Sum256(message), sha512.Sum384(message), sha512.Sum512(message)
	for hash, digest := range map[crypto.Hash][]byte{crypto.SHA256: short[:], crypto.SHA384: middle[:], crypto.SHA512: long[:]} {
		switch public := k.Public.(type) {
		case *ecdsa.PublicKey:
			if ecdsa.VerifyASN1(public, digest, signature) || ecdsa.VerifyASN1(public, digest, sequence(public, signature)) {
				return true
			}
		case *rsa.PublicKey:
			if rsa.VerifyPKCS1v15(public, hash, digest, signature) == nil || rsa.VerifyPSS(public, hash, digest, signature, nil) == nil {
				return true
			}
		}
	}
	return false
}

// sequence gives the usual form of a signature that is its two numbers, one after the
// other, as IEEE P1363 has it and Google's verifier writes it.
func sequence(public *ecdsa.PublicKey, signature []byte) []byte {
	size := (public.Curve.Params().BitSize + 7) / 8
	if len(signature) != 2*size {
		return nil
	}
	r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
	der, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		return nil
	}
	return der
}
