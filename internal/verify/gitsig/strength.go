package gitsig

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// minRSA is the size of RSA keys in bits below which they are weak.
const minRSA = 2048

// weakness says what makes a signature weak, or "". NIST SP 800-131A disallows
// all of it for new signatures.
func weakness(s evidence.Signature) string {
	var why []string
	switch {
	case s.Algorithm == "dsa":
		why = append(why, "a DSA key")
	case s.Algorithm == "rsa" && s.Bits > 0 && s.Bits < minRSA:
		why = append(why, fmt.Sprintf("an RSA key of %d bits", s.Bits))
	}
	switch s.Hash {
	case "md5", "sha1", "ripemd160":
		why = append(why, map[string]string{"md5": "MD5", "sha1": "SHA-1", "ripemd160": "RIPEMD-160"}[s.Hash])
	}
	return strings.Join(why, " and ")
}

// publicKey names the algorithm of a certificate's key, and the size of an RSA key in bits.
func publicKey(certificate *x509.Certificate) (algorithm string, bits int) {
	switch key := certificate.PublicKey.(type) {
	case *rsa.PublicKey:
		return "rsa", key.N.BitLen()
	case *ecdsa.PublicKey:
		return "ecdsa", 0
	case ed25519.PublicKey:
		return "ed25519", 0
	}
	return strings.ToLower(certificate.PublicKeyAlgorithm.String()), 0
}
