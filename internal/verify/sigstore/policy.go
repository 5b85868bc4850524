package sigstore

import (
	"crypto/x509"

	"github.com/sigstore/sigstore-go/pkg/root"
	sigstore "github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/sealvet/sealvet/internal/verify/trust"
)

// A policy is what a proof must carry. It follows from the instance and from the
// trust root, which we trust, never from what a bundle happens to leave out.
type policy struct {
	log  bool // an entry of a transparency log
	sct  bool // the certificate is in a certificate log
	when when
}

// when is how the time of a signature must be told.
type when int

const (
	observed  when = iota // by the log or by a timestamp authority
	stamped               // by a timestamp authority
	untimedOK             // a key that is trusted without limit needs no time
)

// forCertificate is the policy for a short-lived certificate.
func (o Options) forCertificate(leaf *x509.Certificate, material root.TrustedMaterial) policy {
	switch {
	case ofPublicGood(leaf):
		return policy{log: true, sct: true, when: observed}
	case instanceOf(leaf) == trust.GitHub, o.TimestampsOnly:
		return policy{when: stamped} // GitHub's instance keeps no public log
	}
	// Another instance: what its root has, it must use.
	p := policy{log: len(material.RekorLogs()) > 0, sct: len(material.CTLogs()) > 0, when: observed}
	if !p.log {
		p.when = stamped
	}
	return p
}

// verifier is sigstore-go's for a policy. It holds no state of its own and costs
// nothing to make; what is dear is the material, which the roots keep.
func (p policy) verifier(material root.TrustedMaterial) (*sigstore.Verifier, error) {
	// Predicates of some megabytes would be spread out as trees; we read what we need ourselves.
	options := []sigstore.VerifierOption{sigstore.WithoutStatementPredicate()}
	if p.log {
		options = append(options, sigstore.WithTransparencyLog(1))
	}
	if p.sct {
		options = append(options, sigstore.WithSignedCertificateTimestamps(1))
	}
	switch p.when {
	case observed:
		options = append(options, sigstore.WithObserverTimestamps(1))
	case stamped:
		options = append(options, sigstore.WithSignedTimestamps(1))
	case untimedOK:
		options = append(options, sigstore.WithNoObserverTimestamps())
	}
	return sigstore.NewVerifier(material, options...)
}
