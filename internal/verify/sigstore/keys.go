package sigstore

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore/pkg/signature"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// usageAttestations is what a key of npm must be for to sign an attestation.
const usageAttestations = "npm:attestations"

// keys is what signatures without a certificate are checked by.
type keys struct {
	root.BaseTrustedMaterial
	byHint func(hint string) (root.TimeConstrainedVerifier, error)
	// limited says that the key was in force for some time only, so that the time of signing must be proved.
	limited bool
	name    string
	names   []string          // by which a proof may call the one key there is
	info    evidence.RootInfo // where the keys come from; zero for a key of the caller
	notes   []string
}

// PublicKeyVerifier is sigstore-go's question for a key.
func (k *keys) PublicKeyVerifier(hint string) (root.TimeConstrainedVerifier, error) {
	return k.byHint(hint)
}

// callersKey is the key that the caller trusts, whatever a proof calls it; nil for none.
func callersKey(material verify.Material) (*keys, error) {
	if len(material.Key) == 0 {
		return nil, nil
	}
	public, err := parseKey(material.Key)
	if err != nil {
		return nil, err
	}
	verifier, err := verifierOf(public)
	if err != nil {
		return nil, fmt.Errorf("use public key: %w", err)
	}
	name := material.KeyID
	if name == "" {
		if name, err = dsse.SHA256KeyID(public); err != nil {
			return nil, fmt.Errorf("use public key: %w", err)
		}
	}
	unlimited := root.NewExpiringKey(verifier, time.Time{}, time.Time{})
	return &keys{
		name:   name,
		names:  namesOf(public),
		byHint: func(string) (root.TimeConstrainedVerifier, error) { return unlimited, nil },
	}, nil
}

// namesOf are the names that clients make from a key: the hash of its DER form in
// base64 or hexadecimal, and the fingerprint of SSH.
func namesOf(public crypto.PublicKey) []string {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256(der)
	names := []string{base64.StdEncoding.EncodeToString(sum[:]), hex.EncodeToString(sum[:])}
	if ssh, err := dsse.SHA256KeyID(public); err == nil {
		names = append(names, ssh)
	}
	return names
}

// verifierOf tries what clients sign with: the hash that fits the curve, and SHA-256
// with every key, as older clients do.
func verifierOf(public crypto.PublicKey) (signature.Verifier, error) {
	first, err := signature.LoadDefaultVerifier(public)
	if err != nil {
		return nil, err
	}
	var second signature.Verifier
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() {
			return first, nil
		}
		second, err = signature.LoadVerifier(public, crypto.SHA256)
	case ed25519.PublicKey:
		second, err = signature.LoadED25519phVerifier(key)
	default:
		return first, nil
	}
	return either{first, second}, err
}

// either accepts a signature that one of two ways of signing explains.
type either struct{ first, second signature.Verifier }

func (e either) PublicKey(opts ...signature.PublicKeyOption) (crypto.PublicKey, error) {
	return e.first.PublicKey(opts...)
}

func (e either) VerifySignature(signed, message io.Reader, opts ...signature.VerifyOption) error {
	value, err := io.ReadAll(signed)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(message)
	if err != nil {
		return err
	}
	if err := e.second.VerifySignature(bytes.NewReader(value), bytes.NewReader(content), opts...); err == nil {
		return nil
	}
	return e.first.VerifySignature(bytes.NewReader(value), bytes.NewReader(content), opts...)
}

// parseKey reads a public key in PEM or DER, or the one of a certificate.
func parseKey(raw []byte) (crypto.PublicKey, error) {
	if block, _ := pem.Decode(raw); block != nil {
		raw = block.Bytes
	}
	if public, err := x509.ParsePKIXPublicKey(raw); err == nil {
		return public, nil
	}
	if public, err := x509.ParsePKCS1PublicKey(raw); err == nil {
		return public, nil
	}
	if certificate, err := x509.ParseCertificate(raw); err == nil {
		return certificate.PublicKey, nil
	}
	return nil, errors.New("the public key is neither PEM nor DER of a kind that is known")
}

// npmKeys are npm's keys for attestations. The registry changed its key in January
// 2025; each is good for the time that it was in force.
func (e *Engine) npmKeys() (*keys, error) {
	all, info, err := e.roots.NPMKeys()
	if err != nil {
		return nil, err
	}
	found := &keys{limited: true, info: info}
	if warned, is := e.roots.(interface{ NPMWarnings() []string }); is {
		found.notes = warned.NPMWarnings()
	}
	found.byHint = func(hint string) (root.TimeConstrainedVerifier, error) {
		for _, key := range all {
			if key.ID != hint || key.Usage != usageAttestations {
				continue // of another name, or only for signatures of packages
			}
			public, err := x509.ParsePKIXPublicKey(key.SPKI)
			if err != nil {
				return nil, fmt.Errorf("read npm key %s: %w", key.ID, err)
			}
			verifier, err := signature.LoadVerifier(public, crypto.SHA256)
			if err != nil {
				return nil, fmt.Errorf("use npm key %s: %w", key.ID, err)
			}
			return root.NewExpiringKey(verifier, key.Start, key.End), nil
		}
		return nil, fmt.Errorf("npm has no key for attestations that is called %q", hint)
	}
	return found, nil
}

// forgetKeyIDs takes the names of keys out of an envelope that is checked by the one
// key that the caller trusts: they are not signed, and everybody has their own.
func forgetKeyIDs(b *bundle.Bundle) {
	for _, signature := range b.GetDsseEnvelope().GetSignatures() {
		signature.Keyid = ""
	}
}
