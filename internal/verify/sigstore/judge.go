package sigstore

import (
	"encoding/hex"
	"errors"
	"fmt"

	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"

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
