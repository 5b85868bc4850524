// Package vsa verifies summaries that a verifier signed with a key: "this artifact
// met that policy". It knows the form that SLSA 1.0 to 1.2 give them, in a DSSE
// envelope. Which key to trust for which verifier is the caller's to say.
package vsa

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/pubkey"
)

// payloadType is that of every statement.
const payloadType = "application/vnd.in-toto+json"

// Limits of one material, and of one envelope.
const (
	maxEnvelopes  = 1000
	maxSignatures = 16
)

// Engine verifies summaries by the material's key.
type Engine struct{}

// Name is that of our own verifier: it has no version apart from the program's.
func (Engine) Name() string { return "sealvet-vsa" }

// Can says whether it judges such proofs.
func (Engine) Can(format evidence.ProofFormat) bool { return format == evidence.ProofVSA }

// Verify gives a verdict for each envelope of the material: there may be one a line.
func (e Engine) Verify(ctx context.Context, q verify.Question) []evidence.Proof {
	var proofs []evidence.Proof
	say := func(class evidence.ProofClass, format string, args ...any) []evidence.Proof {
		return append(proofs, e.proof(q, class, fmt.Sprintf(format, args...)))
	}
	if len(q.Material.Raw) > verify.MaxProof {
		return say(provenance.Malformed, "it has more than %d bytes", verify.MaxProof)
	}
	lines := json.NewDecoder(bytes.NewReader(q.Material.Raw))
	for {
		var envelope dsse.Envelope
		err := lines.Decode(&envelope)
		switch {
		case errors.Is(err, io.EOF) && len(proofs) > 0:
			return proofs
		case err != nil:
			return say(provenance.Malformed, "the envelope cannot be read: %v", err)
		case len(proofs) == maxEnvelopes:
			return say(provenance.Malformed, "it holds more than %d envelopes", maxEnvelopes)
		case ctx.Err() != nil:
			return say(provenance.ToolError, "%v", ctx.Err())
		}
		proofs = append(proofs, e.one(q, &envelope))
	}
}

func (e Engine) proof(q verify.Question, class evidence.ProofClass, detail string) evidence.Proof {
	return evidence.Proof{Format: evidence.ProofVSA, Origin: q.Material.Origin, Engine: e.Name(), Class: class, Detail: detail}
}

func (e Engine) one(q verify.Question, envelope *dsse.Envelope) evidence.Proof {
	payload, err := decode(envelope.Payload)
	if err != nil {
		return e.proof(q, provenance.Malformed, fmt.Sprintf("the payload cannot be read: %v", err))
	}
	if envelope.PayloadType != payloadType {
		return e.proof(q, provenance.Malformed, fmt.Sprintf("the payload is of type %q, a summary of %q", envelope.PayloadType, payloadType))
	}
	trusted, class, detail := signed(q.Material, envelope, payload)
	if class != provenance.OK {
		return e.proof(q, class, detail)
	}
	proof := e.judge(q, payload, trusted)
	proof.Root = evidence.RootInfo{Name: "key " + trusted.Fingerprint, Origin: "file"}
	return proof
}

// judge looks at a statement whose signature holds.
func (e Engine) judge(q verify.Question, payload []byte, trusted *pubkey.Key) evidence.Proof {
	summary, err := Parse(payload)
	switch {
	case errors.Is(err, ErrOther):
		return e.proof(q, provenance.CannotJudge, err.Error())
	case err != nil:
		return e.proof(q, provenance.Malformed, err.Error())
	}
	proof := e.proof(q, provenance.OK, "")
	proof.Claims = summary.Claims()
	proof.Claims.Key = trusted.Fingerprint
	if q.Material.KeyID != "" {
		proof.Claims.Key = q.Material.KeyID
	}
	if !summary.At.IsZero() {
		proof.Notes = append(proof.Notes, fmt.Sprintf("%s: that it was verified at %s is the verifier's own word", provenance.TimeUnproven, summary.At.Format(time.RFC3339)))
	}
	if proof.Class, proof.Detail = provenance.Check(proof.Claims, q.Subject, q.Expect); proof.Class != provenance.OK {
		return proof
	}
	if proof.Class, proof.Detail = summary.Hold(q.Expect, q.Now); proof.Class == provenance.OK {
		proof.Level = summary.BuildLevel()
	}
	return proof
}

// signed finds the signature that the trusted key made.
func signed(m verify.Material, envelope *dsse.Envelope, payload []byte) (*pubkey.Key, evidence.ProofClass, string) {
	switch n := len(envelope.Signatures); {
	case n == 0:
		return nil, provenance.SignatureInvalid, "the envelope is not signed"
	case n > maxSignatures:
		return nil, provenance.Malformed, fmt.Sprintf("the envelope has %d signatures", n)
	case len(m.Key) == 0:
		return nil, provenance.KeyUnknown, fmt.Sprintf("it is signed by the key %q, and no key was given to hold it against", envelope.Signatures[0].KeyID)
	}
	trusted, err := pubkey.Parse(m.Key)
	if err != nil {
		return nil, provenance.KeyInvalid, err.Error()
	}
	message := dsse.PAE(envelope.PayloadType, payload)
	ours := 0
	for _, s := range envelope.Signatures {
		if m.KeyID != "" && s.KeyID != m.KeyID {
			continue // another verifier's, which takes nothing away from ours
		}
		ours++
		if signature, err := decode(s.Sig); err == nil && trusted.Verifies(message, signature) {
			return trusted, provenance.OK, ""
		}
	}
	if ours == 0 {
		return nil, provenance.KeyUnknown, fmt.Sprintf("it is signed by the key %q, trusted is %q", envelope.Signatures[0].KeyID, m.KeyID)
	}
	return nil, provenance.SignatureInvalid, "the signature does not verify with the key that was given"
}

// decode reads both alphabets, as DSSE allows.
func decode(text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		var other error
		if data, other = base64.URLEncoding.DecodeString(text); other == nil {
			return data, nil
		}
	}
	return data, err
}
