package sigstore

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

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
