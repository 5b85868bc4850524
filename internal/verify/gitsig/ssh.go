package gitsig

import (
	"bytes"
	"crypto/dsa" //lint:ignore SA1019 to tell that such a key was used
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// Namespace is what git signs under, so that a signature made for something else
// (a login, a file) is none of a commit.
const Namespace = "git"

// sshDSA is the oldest sort of SSH keys and signatures: DSA of 1024 bits, with SHA-1.
const sshDSA = "ssh-dss"

// ssh checks an SSH signature. It carries its own key, so that it can always be
// checked; who holds the key only a list of signers tells.
func (v *Verifier) ssh(o Object, armour string) evidence.Signature {
	s := evidence.Signature{Kind: SSH}
	parsed, err := sshsig.Unarmor([]byte(armour))
	if err != nil {
		return class(s, provenance.Malformed, "its SSH signature cannot be read: %v", err)
	}
	key := parsed.PublicKey
	s.Hash = string(parsed.HashAlgorithm)
	certificate, certified := key.(*ssh.Certificate)
	if certified {
		key = certificate.Key
	}
	s.Key = ssh.FingerprintSHA256(key)
	s.Algorithm, s.Bits = keySort(key)
	if parsed.Namespace != Namespace {
		return class(s, provenance.SignatureInvalid, "it was signed for %.40q, not for git", parsed.Namespace)
	}
	if parsed.Signature.Format == ssh.KeyAlgoRSA || parsed.Signature.Format == sshDSA {
		s.Hash = "sha1" // of the signature itself; the message was hashed by the better one before
	}
	s.Weak = weakness(s)
	if err := sshsig.Verify(bytes.NewReader(o.Payload), parsed, parsed.PublicKey, parsed.HashAlgorithm, Namespace); err != nil {
		return class(s, provenance.SignatureInvalid, "its SSH signature does not hold: %v", err)
	}
	if parsed.Signature.Format == ssh.KeyAlgoRSA {
		return class(s, provenance.SignatureInvalid, "it is an RSA signature with SHA-1, which the format forbids")
	}
	if v.Revoked.ssh(key) || certified && v.Revoked.ssh(certificate.SignatureKey) {
		return class(s, provenance.KeyRevoked, "the key %s is on the list of revoked keys", s.Key)
	}
	if v.Signers == nil {
		return class(s, provenance.OKKey, "")
	}
	who := v.Signers.Match(parsed.PublicKey, Namespace, o.Maker.At)
	s.Signer = who.Principals
	switch {
	case who.Valid:
		return class(s, provenance.OK, "")
	case who.Listed:
		return class(s, provenance.KeyInvalid, "the key %s is listed in %s, but %s", s.Key, v.Signers.Path, who.Why)
	}
	return class(s, provenance.OKKey, "the key is not listed in %s", v.Signers.Path)
}

// keySort names the algorithm of a key, and the size of an RSA or DSA key in bits.
func keySort(key ssh.PublicKey) (algorithm string, bits int) {
	switch key.Type() {
	case ssh.KeyAlgoSKED25519:
		return "sk-ed25519", 0
	case ssh.KeyAlgoSKECDSA256:
		return "sk-ecdsa", 0
	}
	if holder, is := key.(ssh.CryptoPublicKey); is {
		switch k := holder.CryptoPublicKey().(type) {
		case ed25519.PublicKey:
			return "ed25519", 0
		case *ecdsa.PublicKey:
			return "ecdsa", 0
		case *rsa.PublicKey:
			return "rsa", k.N.BitLen()
		case *dsa.PublicKey:
			return "dsa", k.P.BitLen()
		}
	}
	return strings.ToLower(key.Type()), 0
}
