// Package gitsig checks the signatures of git commits and tags: SSH, OpenPGP, and
// X.509 as gitsign makes them. It reads raw objects, not a repository, because
// only their exact bytes were signed. It says what holds; who may sign is for the
// checks and the policy.
package gitsig

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// Kinds of signatures.
const (
	SSH     = "ssh"
	OpenPGP = "openpgp"
	X509    = "x509"
)

// Verifier holds what signatures are checked against. Its zero value knows the
// code host's key and nobody else.
type Verifier struct {
	// Signers lists who signs by SSH; nil when there is no list.
	Signers *Signers
	// Revoked lists keys that must not be used any more.
	Revoked *Revoked
	// Keys are OpenPGP keys of signers.
	Keys openpgp.EntityList
	// Sigstore is the trust root for X.509 signatures; nil when there is none.
	Sigstore root.TrustedMaterial
	// Now is the present, for signatures that run out by themselves.
	Now time.Time
}

// Check says what the signature of an object proves. It never fails: what cannot
// be checked has a class too.
func (v *Verifier) Check(o Object) (s evidence.Signature) {
	if len(o.Signature) == 0 {
		return evidence.Signature{Class: provenance.NoProof}
	}
	defer func() {
		// The parsers of three signature formats are other people's; a panic in one is
		// an object that cannot be read, not the end of the scan.
		if problem := recover(); problem != nil {
			s.Class, s.Detail = provenance.Malformed, fmt.Sprint("its signature cannot be read: ", problem)
		}
	}()
	armour, err := cutArmour(o.Signature)
	if err != nil {
		return evidence.Signature{Class: provenance.Malformed, Detail: err.Error()}
	}
	switch {
	case strings.HasPrefix(armour, "-----BEGIN SSH SIGNATURE-----"):
		return v.ssh(o, armour)
	case strings.HasPrefix(armour, "-----BEGIN PGP SIGNATURE-----"), strings.HasPrefix(armour, "-----BEGIN PGP MESSAGE-----"):
		return v.openpgp(o, armour)
	}
	return v.x509(o, armour)
}

// cutArmour takes the one armoured block. Two blocks have no one meaning. Words
// behind it are let be: signing programs left some there ("Sign completed", a
// timestamp of OpenTimestamps), and git shows them to nobody as part of the message.
func cutArmour(signature []byte) (string, error) {
	text := strings.TrimSpace(string(signature))
	label, _, _ := strings.Cut(text, "\n")
	label = strings.TrimRight(label, "\r\t ")
	known := false
	for _, armour := range armours {
		known = known || label == armour
	}
	if !known {
		return "", fmt.Errorf("its signature begins with %.60q, which is no signature that git knows", label)
	}
	end := strings.Replace(label, "BEGIN", "END", 1)
	at := strings.Index(text, end)
	if at < 0 {
		return "", fmt.Errorf("its signature has no end")
	}
	for _, armour := range armours {
		if strings.Contains(text[at:], armour) {
			return "", fmt.Errorf("two signatures stand in one place")
		}
	}
	return text[:at+len(end)] + "\n", nil
}

// class sets the verdict.
func class(s evidence.Signature, c evidence.ProofClass, format string, args ...any) evidence.Signature {
	s.Class, s.Detail = c, fmt.Sprintf(format, args...)
	return s
}
