package sigstore

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	sigstore "github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/vsa"
)

// A trial is one bundle and what the judge must know of it besides.
type trial struct {
	bundle *bundle.Bundle
	// keys are what a bundle without a certificate is checked by; nil where nobody has one.
	keys *keys
	// speaksOf is what a signed message speaks of, where it is not the artifact itself but names it: the payload of a
	// signature on an image.
	speaksOf []evidence.ClaimedSubject
	// content is the signed message, where it is at hand.
	content []byte
	// more looks at what only this kind of proof has; nil for nothing. It sees claims that are proved.
	more func(evidence.Claims) (evidence.ProofClass, error)
	// expect replaces what the question expects; nil for the question's.
	expect *provenance.Expect
}

// judge says what a bundle proves.
func (e *Engine) judge(question verify.Question, t trial) evidence.Proof {
	proof := evidence.Proof{Class: provenance.OK}
	expect := question.Expect
	if t.expect != nil {
		expect = *t.expect
	}
	class, err := e.weigh(question, t, expect, &proof)
	if err != nil {
		proof.Class, proof.Detail = class, plainText(err.Error())
	} else if proof.Claims.PredicateType != vsa.PredicateType {
		proof.Level = provenance.Level(proof.Claims, expect)
	}
	limit(&proof.Claims)
	return proof
}

// weigh goes through everything that must hold, in the order in which one thing
// rests on another, and writes into the proof what it learns on the way: claims are
// shown whatever the verdict, so that a reader sees who says what.
func (e *Engine) weigh(question verify.Question, t trial, expect provenance.Expect, proof *evidence.Proof) (evidence.ProofClass, error) {
	content, err := t.bundle.VerificationContent()
	if err != nil {
		return provenance.Malformed, err
	}
	leaf := content.Certificate()
	if leaf != nil {
		if proof.Claims, err = claimsOf(leaf); err != nil {
			return provenance.Malformed, fmt.Errorf("read certificate: %w", err)
		}
	}
	if envelope := t.bundle.GetDsseEnvelope(); envelope != nil && len(envelope.GetSignatures()) != 1 {
		return provenance.Malformed, fmt.Errorf("the envelope has %d signatures, a bundle has one", len(envelope.GetSignatures()))
	}
	unread := t.tell(&proof.Claims, question.Subject)
	if leaf == nil {
		class, err := t.findKey(content.PublicKey().Hint(), &proof.Claims)
		if err != nil && expect.Issuer+expect.Identity+expect.Workflow != "" {
			return provenance.IdentityMismatch, errors.New("it was signed by a bare key, an identity is expected") // whoever's key it is
		} else if err != nil {
			return class, err
		}
	} else if t.keys != nil && !t.keys.limited {
		return provenance.IdentityMismatch, errors.New("it was signed by a certificate, not by the key that was given")
	}
	material, policy, class, err := e.ground(question, t, leaf, proof)
	if err != nil {
		return class, err
	}
	if class, err := t.verify(question.Subject, leaf, material, policy, proof); err != nil {
		return class, err
	}
	if unread != nil {
		return provenance.Malformed, unread
	}
	if len(question.Subject.Digests) == 0 {
		proof.Notes = append(proof.Notes, "no digest of the artifact is known: what the proof is for was not compared")
	}
	class, detail := provenance.Check(proof.Claims, question.Subject, expect)
	if class != provenance.OK {
		return class, errors.New(detail)
	}
	if differs := provenance.Contradiction(proof.Claims); differs != "" {
		proof.Notes = append(proof.Notes, plainText(differs))
	}
	if t.more != nil {
		return t.more(proof.Claims)
	}
	if proof.Claims.PredicateType == vsa.PredicateType {
		return t.summary(question, expect, proof)
	}
	return provenance.OK, nil
}

// summary judges a verification summary. Its levels are the word of the verifier and
// count only where the caller says who that must be.
func (t trial) summary(question verify.Question, expect provenance.Expect, proof *evidence.Proof) (evidence.ProofClass, error) {
	said, err := vsa.Parse(t.bundle.GetDsseEnvelope().GetPayload())
	if err != nil {
		return provenance.Malformed, err
	}
	class, detail := said.Hold(expect, question.Now)
	if class != provenance.OK {
		return class, errors.New(detail)
	}
	if t.keys != nil || expect.Identity != "" || expect.Workflow != "" {
		proof.Level = said.BuildLevel()
	}
	return provenance.OK, nil
}

// tell reads what is signed into the claims. What it cannot read is an error only
// once the signature holds: before that it is anybody's words.
func (t trial) tell(claims *evidence.Claims, artifact provenance.Subject) error {
	envelope := t.bundle.GetDsseEnvelope()
	if envelope == nil {
		claims.Subjects = t.speaksOf
		if digest := t.bundle.GetMessageSignature().GetMessageDigest(); claims.Subjects == nil && digest != nil {
			claims.Subjects = []evidence.ClaimedSubject{{Digests: []evidence.Digest{{Algorithm: algorithmName(digest.GetAlgorithm()), Value: hex.EncodeToString(digest.GetDigest())}}}}
		}
		return nil
	}
	if envelope.GetPayloadType() != inTotoPayload {
		return fmt.Errorf("the envelope holds %q, not an in-toto statement", envelope.GetPayloadType())
	}
	said, err := parseStatement(envelope.GetPayload())
	if err != nil {
		return err
	}
	said.tell(claims, artifact)
	if said.predicateType == vsa.PredicateType {
		summary, err := vsa.Parse(envelope.GetPayload())
		if err != nil {
			return err
		}
		told := summary.Claims()
		claims.Levels, claims.Verifier, claims.Resource = told.Levels, told.Verifier, told.Resource
		if claims.Certificate == "" { // the key is who is trusted; a certificate names its own source
			claims.ClaimedSource, claims.ClaimedCommit = told.ClaimedSource, told.ClaimedCommit
		}
	}
	return nil
}

func algorithmName(algorithm protocommon.HashAlgorithm) string {
	switch algorithm {
	case protocommon.HashAlgorithm_SHA2_384:
		return "sha384"
	case protocommon.HashAlgorithm_SHA2_512:
		return "sha512"
	}
	return "sha256"
}

// findKey looks for the key that a bundle says it was signed by.
func (t trial) findKey(hint string, claims *evidence.Claims) (evidence.ProofClass, error) {
	claims.Key = hint
	if t.keys == nil {
		return provenance.KeyUnknown, fmt.Errorf("it was signed by the key %q, which nobody here knows", hint)
	}
	if _, err := t.keys.byHint(hint); err != nil {
		return provenance.KeyUnknown, err
	}
	if t.keys.name != "" {
		claims.Key = t.keys.name
		forgetKeyIDs(t.bundle)
	}
	return provenance.OK, nil
}

// ground finds what the verdict rests on: the trust root and the policy.
func (e *Engine) ground(question verify.Question, t trial, leaf *x509.Certificate, proof *evidence.Proof) (root.TrustedMaterial, policy, evidence.ProofClass, error) {
	entries, stamps := t.bundle.GetVerificationMaterial().GetTlogEntries(), t.bundle.GetVerificationMaterial().GetTimestampVerificationData().GetRfc3161Timestamps()
	if leaf == nil && !t.keys.limited && len(entries) == 0 && len(stamps) == 0 {
		proof.Notes = append(proof.Notes, "no log and no timestamp authority saw the signature: only its key says that it is genuine")
		return t.keys, policy{when: untimedOK}, provenance.OK, nil
	}
	instance := instanceOf(leaf)
	anchor, err := e.roots.Sigstore(instance)
	if err != nil {
		failed := rootProblem(err)
		return nil, policy{}, failed.Class, errors.New(failed.Detail)
	}
	proof.Root, proof.Notes = anchor.Info, append(proof.Notes, anchor.Warnings...)
	if why := e.stale(anchor.Info, question.Now); why != "" {
		return nil, policy{}, provenance.RootStale, errors.New(why)
	}
	if leaf != nil {
		return anchor.Material, e.options.forCertificate(leaf, anchor.Material), provenance.OK, nil
	}
	if t.keys.limited {
		proof.Root, proof.Notes = t.keys.info, append(proof.Notes, t.keys.notes...)
		if why := e.stale(t.keys.info, question.Now); why != "" {
			return nil, policy{}, provenance.RootStale, errors.New(why)
		}
		return root.TrustedMaterialCollection{anchor.Material, t.keys}, policy{log: true, when: observed}, provenance.OK, nil
	}
	// A key that the caller trusts needs neither log nor time; what is there must hold.
	p := policy{log: len(entries) > 0, when: untimedOK}
	if len(stamps) > 0 || slices.ContainsFunc(entries, promised) {
		p.when = observed
	}
	return root.TrustedMaterialCollection{anchor.Material, t.keys}, p, provenance.OK, nil
}

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
