package sigstore

import (
	"errors"
	"fmt"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	sigstore "github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// envelope judges an envelope with a certificate. Nothing in it tells when it was
// signed or shows a log entry: unless the caller found the entry, the most that can
// be said is that nothing speaks against it so far.
func (e *Engine) envelope(question verify.Question, raw []byte) evidence.Proof {
	read, err := readEnvelope(raw)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	if question.Material.Key != nil {
		return e.envelopeByKey(question, read)
	}
	if name := read.envelope.Signatures[0].Keyid; read.certificate == nil && name != "" {
		return refused(provenance.KeyUnknown, fmt.Errorf("the envelope was signed by the key %q, which nobody here knows", name))
	} else if read.certificate == nil {
		return refused(provenance.NeedsNetwork, errors.New("the envelope does not say who signed it: only a log that keeps the certificate can tell"))
	}
	if len(question.Material.Content) == 0 {
		return e.unlogged(question, read)
	}
	entry, err := readLogAnswer(question.Material.Content)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	if kind := entry.GetKindVersion(); kind.GetKind() == "intoto" && kind.GetVersion() == "0.0.1" {
		return refused(provenance.CannotJudge, errors.New("the log keeps this entry in a form (intoto 0.0.1) that does not record the signature"))
	}
	whole, err := read.bundle(entry)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	return e.judge(question, trial{bundle: whole})
}

// envelopeByKey judges an envelope by the key that the caller trusts.
func (e *Engine) envelopeByKey(question verify.Question, read signedEnvelope) evidence.Proof {
	keys, err := callersKey(question.Material)
	if err != nil {
		return refused(provenance.KeyInvalid, err)
	}
	read.certificate = nil
	whole, err := read.bundle(nil)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	return e.judge(question, trial{bundle: whole, keys: keys})
}

// unlogged looks for whatever can be refused without the log: a signature that the
// certificate did not make, a certificate of nobody, another artifact or source.
func (e *Engine) unlogged(question verify.Question, read signedEnvelope) evidence.Proof {
	proof := evidence.Proof{}
	class, err := e.unloggedClass(question, read, &proof)
	proof.Class, proof.Detail = class, plainText(err.Error())
	limit(&proof.Claims)
	return proof
}

func (e *Engine) unloggedClass(question verify.Question, read signedEnvelope, proof *evidence.Proof) (evidence.ProofClass, error) {
	claims, err := claimsOf(read.certificate)
	if err != nil {
		return provenance.Malformed, fmt.Errorf("read certificate: %w", err)
	}
	proof.Claims = claims
	whole, err := read.bundle(nil)
	if err != nil {
		return provenance.Malformed, err
	}
	unread := trial{bundle: whole}.tell(&proof.Claims, question.Subject)
	anchor, err := e.roots.Sigstore(instanceOf(read.certificate))
	if err != nil {
		failed := rootProblem(err)
		return failed.Class, errors.New(failed.Detail)
	}
	proof.Root, proof.Notes = anchor.Info, anchor.Warnings
	if why := e.stale(anchor.Info, question.Now); why != "" {
		return provenance.RootStale, errors.New(why)
	}
	ignoreOtherName(read.certificate)
	// The certificate lives for ten minutes: its first second stands for the unknown time.
	if _, err := sigstore.VerifyLeafCertificate(read.certificate.NotBefore, read.certificate, anchor.Material); err != nil {
		return provenance.ChainInvalid, fmt.Errorf("the certificate does not lead to a trusted authority: %w", err)
	}
	content, err := whole.SignatureContent()
	if err != nil {
		return provenance.Malformed, err
	}
	if err := sigstore.VerifySignature(content, bundle.NewCertificate(read.certificate), anchor.Material); err != nil {
		return provenance.SignatureInvalid, err
	}
	if unread != nil {
		return provenance.Malformed, unread
	}
	if class, detail := provenance.Check(proof.Claims, question.Subject, question.Expect); class != provenance.OK {
		return class, errors.New(detail)
	}
	return provenance.NeedsNetwork, fmt.Errorf("the signature and the certificate of %s hold, but only the log can tell that it was made while the certificate was valid",
		read.certificate.NotBefore.UTC().Format(time.DateOnly))
}
