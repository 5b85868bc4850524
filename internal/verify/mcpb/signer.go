package mcpb

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// claim says what the signature speaks of, and who is said to have made it.
func (v *verdict) claim(from io.ReaderAt, trailer *Trailer, signed *Signed, sums *digests) {
	size := trailer.Zip
	if sums.restored != nil {
		size += trailer.Size // the zip takes it for its comment
	}
	name, err := identity(from, size)
	if err != nil {
		v.Notes = append(v.Notes, err.Error())
	}
	sum := sha256.Sum256(signed.Leaf.Raw)
	v.Claims = evidence.Claims{
		Identity:    signed.Leaf.Subject.String(),
		Certificate: hex.EncodeToString(sum[:]),
		Subjects:    []evidence.ClaimedSubject{{Name: name, Digests: []evidence.Digest{{Algorithm: "sha256", Value: hex.EncodeToString(sums.stored[crypto.SHA256])}}}},
	}
}

// signer judges the certificate of a signature that holds.
func (v *verdict) signer(signed *Signed) {
	at, leaf := signed.Time, signed.Leaf
	if at.IsZero() {
		at = v.question.Now
		v.Notes = append(v.Notes, string(provenance.TimeUnproven)+": the signature does not say when it was made; the certificate is judged as of now")
	} else {
		v.Notes = append(v.Notes, fmt.Sprintf("%s: that it was signed at %s is the signer's own word", provenance.TimeUnproven, when(at)))
	}
	if signed.Extras {
		v.Notes = append(v.Notes, "it comes with attributes that nobody signed, as a timestamp, which are not judged here")
	}
	switch {
	case at.After(v.question.Now.Add(24 * time.Hour)):
		v.say(provenance.TimeInvalid, "it claims to be signed at %s, which is yet to come", when(at))
		return
	case at.Before(leaf.NotBefore), at.After(leaf.NotAfter):
		v.say(provenance.KeyInvalid, "the certificate holds from %s to %s, and it was signed at %s", when(leaf.NotBefore), when(leaf.NotAfter), when(at))
		return
	}
	if why := unfit(leaf); why != "" {
		v.say(provenance.KeyInvalid, "the certificate is not for signing code: %s", why)
		return
	}
	if v.question.Now.After(leaf.NotAfter) {
		v.Notes = append(v.Notes, fmt.Sprintf("the certificate has run out since, at %s", when(leaf.NotAfter)))
	}
	v.chain(signed, at)
}

// chain finds out who vouches for the certificate.
func (v *verdict) chain(signed *Signed, at time.Time) {
	leaf := signed.Leaf
	roots := v.engine.Roots
	if roots == nil {
		roots, v.Root = system()
	} else {
		v.Root = v.engine.Root
	}
	between := x509.NewCertPool()
	for _, c := range signed.Certificates {
		if c != leaf && strong(c) == nil {
			between.AddCert(c)
		}
	}
	_, err := leaf.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	})
	switch {
	case err == nil:
		v.say(provenance.OK, "signed by %s", leaf.Subject)
	case bytes.Equal(leaf.RawSubject, leaf.RawIssuer) && leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil:
		v.Root = evidence.RootInfo{Name: "none", Origin: "the signature itself"}
		v.say(provenance.OKSelf, "unchanged since %s signed it, a certificate that nobody else vouches for", leaf.Subject)
	default:
		v.say(provenance.ChainInvalid, "nobody who is trusted vouches for %s: %v", leaf.Subject, err)
		return
	}
	v.expected(leaf)
}

// expected holds the signer against what is asked of it. A certificate that names
// itself proves no name: only its fingerprint is its own.
func (v *verdict) expected(leaf *x509.Certificate) {
	names := append([]string{leaf.Subject.String(), leaf.Subject.CommonName}, leaf.EmailAddresses...)
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	print := "sha256:" + v.Claims.Certificate
	for _, denied := range v.question.Expect.Deny {
		prefix, open := strings.CutSuffix(denied, "*")
		for _, name := range append(names, print) {
			if name == denied || open && strings.HasPrefix(name, prefix) {
				v.say(provenance.Denied, "%s is denied by the policy", name)
				return
			}
		}
	}
	others := v.question.Expect
	others.Identity = ""
	// A bundle's signature names no source and no workflow: where one is expected, it proves nothing.
	if class, detail := provenance.Check(v.Claims, provenance.Subject{}, others); class != provenance.OK {
		v.say(class, "%s", detail)
		return
	}
	want := v.question.Expect.Identity
	if want == "" || want == print || v.Class == provenance.OK && slices.Contains(names, want) {
		return
	}
	v.say(provenance.IdentityMismatch, "signed by %s (%s), expected was %s", leaf.Subject, print, want)
	if slices.Contains(names, want) {
		v.Detail += ": the certificate names itself, which anyone can; expect its fingerprint"
	}
}

// unfit says why a certificate may not sign code. One that says nothing may.
func unfit(c *x509.Certificate) string {
	if c.KeyUsage != 0 && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return "its key usage leaves out signatures"
	}
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) > 0 &&
		!slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageCodeSigning) && !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny) {
		return "its extended key usage leaves it out"
	}
	return ""
}

func system() (*x509.CertPool, evidence.RootInfo) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // trusts nobody
	}
	return pool, evidence.RootInfo{Name: "certificate authorities of this machine", Origin: "system"}
}

func when(at time.Time) string { return at.UTC().Format(time.RFC3339) }
