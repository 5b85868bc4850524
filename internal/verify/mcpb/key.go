package mcpb

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes that are taken
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
)

// algorithm is how the attributes were signed.
type algorithm struct {
	key  x509.PublicKeyAlgorithm
	hash crypto.Hash
}

var hashes = map[string]crypto.Hash{
	"2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// broken are hashes that prove nothing today.
var broken = map[string]string{
	"1.3.14.3.2.26":        "SHA-1",
	"1.2.840.113549.2.5":   "MD5",
	"1.2.840.113549.1.1.4": "MD5",
	"1.2.840.113549.1.1.5": "SHA-1",
	"1.2.840.10045.4.1":    "SHA-1",
}

// A zero hash is that of the content.
var algorithms = map[string]algorithm{
	"1.2.840.113549.1.1.1":  {x509.RSA, 0},
	"1.2.840.113549.1.1.11": {x509.RSA, crypto.SHA256},
	"1.2.840.113549.1.1.12": {x509.RSA, crypto.SHA384},
	"1.2.840.113549.1.1.13": {x509.RSA, crypto.SHA512},
	"1.2.840.10045.2.1":     {x509.ECDSA, 0},
	"1.2.840.10045.4.3.2":   {x509.ECDSA, crypto.SHA256},
	"1.2.840.10045.4.3.3":   {x509.ECDSA, crypto.SHA384},
	"1.2.840.10045.4.3.4":   {x509.ECDSA, crypto.SHA512},
}

var (
	errSignature = errors.New("the signature does not verify")
	errKey       = errors.New("the key may not sign this")
)

func hashOf(oid asn1.ObjectIdentifier) (crypto.Hash, error) {
	if name := broken[oid.String()]; name != "" {
		return 0, fmt.Errorf("%w: %s proves nothing today", errSignature, name)
	}
	if hash, known := hashes[oid.String()]; known {
		return hash, nil
	}
	return 0, fmt.Errorf("%w: the hash %s", errBeyond, oid)
}

func algorithmOf(oid asn1.ObjectIdentifier, content crypto.Hash) (algorithm, error) {
	if name := broken[oid.String()]; name != "" {
		return algorithm{}, fmt.Errorf("%w: %s proves nothing today", errSignature, name)
	}
	known, is := algorithms[oid.String()]
	if !is {
		return algorithm{}, fmt.Errorf("%w: the algorithm %s", errBeyond, oid)
	}
	if known.hash == 0 {
		known.hash = content
	}
	return known, nil
}

// Check verifies the signature over the attributes, by the key of the certificate.
func (s *Signed) Check() error {
	sum := s.algorithm.hash.New()
	sum.Write(s.attributes)
	digest := sum.Sum(nil)
	if err := strong(s.Leaf); err != nil {
		return err
	}
	switch key := s.Leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		if s.algorithm.key != x509.RSA {
			break
		}
		if err := rsa.VerifyPKCS1v15(key, s.algorithm.hash, digest, s.signature); err != nil {
			return errSignature
		}
		return nil
	case *ecdsa.PublicKey:
		if s.algorithm.key != x509.ECDSA {
			break
		}
		if !ecdsa.VerifyASN1(key, digest, s.signature) {
			return errSignature
		}
		return nil
	default:
		return fmt.Errorf("%w: a key of %s", errBeyond, s.Leaf.PublicKeyAlgorithm)
	}
	return fmt.Errorf("%w: it is of %s, the key of %s", errSignature, s.algorithm.key, s.Leaf.PublicKeyAlgorithm)
}

// strong also bounds what verifying with a key may cost.
func strong(c *x509.Certificate) error {
	key, is := c.PublicKey.(*rsa.PublicKey)
	if !is {
		return nil
	}
	if bits := key.N.BitLen(); bits < 2048 || bits > 16384 {
		return fmt.Errorf("%w: RSA of %d bits", errKey, bits)
	}
	return nil
}
