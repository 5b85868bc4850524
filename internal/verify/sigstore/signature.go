package sigstore

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/root"
	sigstore "github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// verify lets sigstore-go do the cryptography.
func (t trial) verify(artifact provenance.Subject, leaf *x509.Certificate, material root.TrustedMaterial, p policy, proof *evidence.Proof) (evidence.ProofClass, error) {
	verifier, err := p.verifier(material)
	if err != nil {
		return provenance.ToolError, err
	}
	signer := sigstore.WithoutIdentitiesUnsafe() // who may sign is provenance.Check's to say, with a reason
	if leaf == nil {
		signer = sigstore.WithKey()
	}
	result, err := verifier.Verify(t.bundle, sigstore.NewPolicy(t.signed(artifact), signer))
	if err != nil {
		refused := refusal{entity: t.bundle, verifier: verifier, material: material, policy: p, err: err}
		class, reason := refused.class()
		return t.blameKey(leaf, class, reason)
	}
	for _, stamp := range result.VerifiedTimestamps {
		if proof.Claims.SignedAt.IsZero() || stamp.Timestamp.Before(proof.Claims.SignedAt) {
			proof.Claims.SignedAt = stamp.Timestamp.UTC()
		}
	}
	proof.Claims.Log = t.logged(material)
	return provenance.OK, nil
}

// signed is what the signature must be over. Subjects of statements are compared
// later, so that the verdict can tell a bad signature from one of another artifact.
func (t trial) signed(artifact provenance.Subject) sigstore.ArtifactPolicyOption {
	message := t.bundle.GetMessageSignature()
	if message == nil {
		return sigstore.WithoutArtifactUnsafe()
	}
	if t.content != nil {
		return sigstore.WithArtifact(bytes.NewReader(t.content))
	}
	algorithm, value := algorithmName(message.GetMessageDigest().GetAlgorithm()), message.GetMessageDigest().GetDigest()
	for _, digest := range artifact.Digests {
		if raw, err := hex.DecodeString(digest.Value); err == nil && digest.Algorithm == algorithm {
			value = raw
		}
	}
	return sigstore.WithArtifactDigest(algorithm, value)
}

// blameKey tells a wrong key from a broken signature, where the caller gave the key.
func (t trial) blameKey(leaf *x509.Certificate, class evidence.ProofClass, reason error) (evidence.ProofClass, error) {
	if leaf != nil || t.keys.limited {
		return class, reason
	}
	hint := t.bundle.GetVerificationMaterial().GetPublicKey().GetHint()
	ours := hint != "" && slices.Contains(t.keys.names, hint)
	switch {
	case class == provenance.LogMismatch && reason.Error() == "transparency log certificate does not match":
	case class == provenance.SignatureInvalid && strings.Contains(reason.Error(), "digest"):
		return class, reason // it is over other content, whoever signed
	case class == provenance.SignatureInvalid && !ours:
	case class == provenance.LogInvalid && len(hint) == 44 && !ours: // Rekor v2 hashes the key into the entry
	default:
		return class, reason
	}
	return provenance.KeyInvalid, fmt.Errorf("the key that was given did not make this signature: %w", reason)
}

// logged names the log entry: "rekor.sigstore.dev 12345".
func (t trial) logged(material root.TrustedMaterial) string {
	for _, entry := range t.bundle.GetVerificationMaterial().GetTlogEntries() {
		if log, known := material.RekorLogs()[hex.EncodeToString(entry.GetLogId().GetKeyId())]; known {
			return host(log.BaseURL) + " " + strconv.FormatInt(entry.GetLogIndex(), 10)
		}
	}
	return ""
}

func host(address string) string {
	if parsed, err := url.Parse(address); err == nil && parsed.Host != "" {
		return parsed.Host
	}
	return address
}
