package sigstore

import (
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/tlog"
	sigstore "github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/cryptoutils"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// A refusal is what sigstore-go said no to, with all that is needed to ask it
// again stage by stage: its errors are words, its stages are functions.
type refusal struct {
	entity   sigstore.SignedEntity
	verifier *sigstore.Verifier
	material root.TrustedMaterial
	policy   policy
	err      error // of the whole verification
}

// class names the first stage that does not hold.
func (r refusal) class() (evidence.ProofClass, error) {
	var logTimes []sigstore.TimestampVerificationResult
	if r.policy.log {
		entries, err := r.entity.TlogEntries()
		if err != nil {
			return provenance.Malformed, err
		}
		if len(entries) == 0 {
			return provenance.LogMissing, errors.New("it has no entry of a transparency log")
		}
		if logTimes, err = r.verifier.VerifyTransparencyLogInclusion(r.entity); err != nil {
			return r.logClass(entries, err)
		}
	}
	times, err := r.verifier.VerifyObserverTimestamps(r.entity, logTimes)
	if err != nil {
		if stamps, unread := r.entity.Timestamps(); unread == nil && len(stamps) == 0 {
			return provenance.TimeUnproven, errors.New("nothing in it tells the time of signing")
		}
		return provenance.TimeUnproven, fmt.Errorf("no trusted party vouches for the time of signing: %w", err)
	}
	content, err := r.entity.VerificationContent()
	if err != nil {
		return provenance.Malformed, err
	}
	if leaf := content.Certificate(); leaf != nil {
		if class, err := r.chainClass(leaf, times); err != nil {
			return class, err
		}
	} else {
		for _, t := range times {
			if !content.ValidAtTime(t.Timestamp, r.material) {
				return provenance.KeyInvalid, fmt.Errorf("the key was not in force at %s", t.Timestamp.UTC().Format("2006-01-02 15:04:05"))
			}
		}
	}
	if text := r.err.Error(); strings.Contains(text, "with ed25519 signatures can only be verified with artifacts") {
		return provenance.CannotJudge, errors.New("signatures of this kind of key need the whole artifact, not only its digest")
	} else if strings.HasPrefix(text, "failed to fetch envelope statement") {
		return provenance.Malformed, r.err
	}
	return provenance.SignatureInvalid, r.err
}

// logClass tells apart why a log entry was refused.
func (r refusal) logClass(entries []*tlog.Entry, err error) (evidence.ProofClass, error) {
	for _, entry := range entries {
		if bad := tlog.ValidateEntry(entry); bad != nil {
			return provenance.Malformed, fmt.Errorf("read log entry: %w", bad)
		}
	}
	text := err.Error()
	switch {
	case strings.HasPrefix(text, "transparency log "):
		return provenance.LogMismatch, err // the entry is of another signature, certificate or content
	case text == "integrated time outside certificate validity":
		content, unread := r.entity.VerificationContent()
		if unread == nil && content.Certificate() == nil {
			return provenance.KeyInvalid, errors.New("the key was not in force when the log took the entry in")
		}
		return provenance.TimeInvalid, errors.New("the log took the entry in outside the validity of the certificate")
	case strings.HasPrefix(text, "duplicate tlog entries"), strings.HasPrefix(text, "too many tlog entries"):
		return provenance.Malformed, err
	}
	if unknown := r.unknownLog(entries); unknown != "" {
		return provenance.LogUnknown, errors.New(unknown)
	}
	return provenance.LogInvalid, err
}

// unknownLog says why none of the entries is of a log that was trusted at its time,
// empty where one is: then it was looked at and did not hold.
func (r refusal) unknownLog(entries []*tlog.Entry) string {
	reason := ""
	for _, entry := range entries {
		id := hex.EncodeToString([]byte(entry.LogKeyID()))
		log, known := r.material.RekorLogs()[id]
		if !known {
			reason = fmt.Sprintf("the trust root does not know the log %s", id)
			continue
		}
		at := entry.IntegratedTime()
		if !at.IsZero() && (at.Before(log.ValidityPeriodStart) || !log.ValidityPeriodEnd.IsZero() && at.After(log.ValidityPeriodEnd)) {
			reason = fmt.Sprintf("the trust root does not trust the log %s at the time of the entry, %s", host(log.BaseURL), at.UTC().Format("2006-01-02"))
			continue
		}
		return ""
	}
	return reason
}

// chainClass tells a certificate that nobody trusted issued from one that is in no
// certificate log.
func (r refusal) chainClass(leaf *x509.Certificate, times []sigstore.TimestampVerificationResult) (evidence.ProofClass, error) {
	ignoreOtherName(leaf)
	var chains [][]*x509.Certificate
	var err error
	for _, t := range times {
		if chains, err = sigstore.VerifyLeafCertificate(t.Timestamp, leaf, r.material); err != nil {
			at := t.Timestamp.UTC().Format("2006-01-02 15:04:05")
			if t.Timestamp.Before(leaf.NotBefore) || t.Timestamp.After(leaf.NotAfter) {
				return provenance.ChainInvalid, fmt.Errorf("the certificate was not in force at the time of signing, %s", at)
			}
			return provenance.ChainInvalid, fmt.Errorf("the certificate does not lead to an authority that was trusted at %s: %w", at, err)
		}
	}
	if r.policy.sct {
		if err := sigstore.VerifySignedCertificateTimestamp(chains, 1, r.material); err != nil {
			return provenance.SCTInvalid, err
		}
	}
	return provenance.OK, nil
}

// ignoreOtherName lets crypto/x509 pass over a kind of name that it does not know and
// that the certificate authority may use.
func ignoreOtherName(leaf *x509.Certificate) {
	kept := leaf.UnhandledCriticalExtensions[:0:0]
	for _, oid := range leaf.UnhandledCriticalExtensions {
		if !oid.Equal(cryptoutils.SANOID) {
			kept = append(kept, oid)
		}
	}
	leaf.UnhandledCriticalExtensions = kept
}
