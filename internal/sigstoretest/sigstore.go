// Package sigstoretest is a private Sigstore for tests: a certificate authority, a
// certificate transparency log, transparency logs of both generations, a timestamp
// authority and a registry's key. It signs as of any time and makes chains that are
// good, and chains that are bad in one known way.
//
// TEST ONLY. Its keys come from a seed that everybody can read, its hosts end in
// .invalid; nothing outside tests may trust it. It panics where it cannot go on.
package sigstoretest

import (
	"crypto/x509"
	"time"
)

// Options shapes a private Sigstore.
type Options struct {
	// From and Until bound the validity of authorities and logs: the years 2024 to 2044 unless set.
	From, Until time.Time
	// GitHub makes it as GitHub's own instance is: certificates of O=GitHub, Inc. without
	// SCT, no transparency log, only timestamps.
	GitHub bool
	// KeyFrom and KeyUntil are the window of the registry's key: From, and open, unless set.
	KeyFrom, KeyUntil time.Time
}

// Sigstore is a private deployment. It is safe for concurrent use.
type Sigstore struct {
	options Options

	root, intermediate authority
	ct                 signer
	rekor              *log1
	tiles              *log2
	tsaRoot            authority
	tsa                authority
	registry           signer // of npm
}

// signingDay is the day that things are signed on unless a test says otherwise.
var signingDay = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// New makes a Sigstore. Those of one seed have the same keys and certificates; those
// of different seeds know nothing of each other.
func New(seed string, o Options) *Sigstore {
	if o.From.IsZero() {
		o.From = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if o.Until.IsZero() {
		o.Until = time.Date(2044, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if o.KeyFrom.IsZero() {
		o.KeyFrom = o.From
	}
	organization := "TEST ONLY not sigstore.dev"
	if o.GitHub {
		organization = "GitHub, Inc." // by which verifiers know the instance; the key is ours
	}
	s := &Sigstore{
		options: o, ct: newSigner(seed, "ct"), registry: newSigner(seed, "npm"),
		rekor: newLog1(newSigner(seed, "rekor")), tiles: newLog2(seed),
	}
	s.root = newAuthority(seed, "root", organization, o, nil, x509.ExtKeyUsageCodeSigning)
	s.intermediate = newAuthority(seed, "intermediate", organization, o, &s.root, x509.ExtKeyUsageCodeSigning)
	s.tsaRoot = newAuthority(seed, "tsa root", organization, o, nil, x509.ExtKeyUsageTimeStamping)
	s.tsa = newTimestamper(seed, organization, o, s.tsaRoot)
	return s
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
