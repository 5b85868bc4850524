package sigstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/bundle"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// npm judges what the registry answers for one version: the provenance that a
// workflow signed, and the registry's own statement that it took the package in.
// Both must be there; a set with one taken out proves less than it seems to.
func (e *Engine) npm(ctx context.Context, question verify.Question) []evidence.Proof {
	var answer struct {
		Attestations []struct {
			PredicateType string          `json:"predicateType"`
			Bundle        json.RawMessage `json:"bundle"`
		} `json:"attestations"`
	}
	if err := json.Unmarshal(question.Material.Raw, &answer); err != nil {
		return []evidence.Proof{refused(provenance.Malformed, fmt.Errorf("read npm's attestations: %w", err))}
	}
	if len(answer.Attestations) > maxLines {
		return []evidence.Proof{refused(provenance.Malformed, fmt.Errorf("it holds more than %d attestations", maxLines))}
	}
	var proofs []evidence.Proof
	published, built := false, false
	for _, attestation := range answer.Attestations {
		if err := ctx.Err(); err != nil {
			return append(proofs, refused(provenance.ToolError, err))
		}
		proof := e.ofNPM(question, attestation.PredicateType, attestation.Bundle)
		published = published || attestation.PredicateType == predicateNPMPublish
		built = built || strings.HasPrefix(attestation.PredicateType, "https://slsa.dev/provenance/")
		proofs = append(proofs, proof)
	}
	if !built {
		proofs = append(proofs, refused(provenance.NoProof, errors.New("npm's answer holds no provenance: nothing says where the package was built")))
	}
	if !published {
		proofs = append(proofs, refused(provenance.NoProof, errors.New("npm's answer holds no publish attestation: the registry does not say that it took this package in")))
	}
	return proofs
}

// ofNPM judges one of the pair. The type that stands beside a bundle is not signed
// and must be the one inside.
func (e *Engine) ofNPM(question verify.Question, predicateType string, raw []byte) evidence.Proof {
	read, err := readBundle(raw)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	keyed := read.GetVerificationMaterial().GetPublicKey() != nil
	if isPublish(read) != (predicateType == predicateNPMPublish) {
		return refused(provenance.Malformed, fmt.Errorf("the bundle is not of the type %q that stands beside it", predicateType))
	}
	switch {
	case isPublish(read) && keyed:
		return e.publish(question, read)
	case isPublish(read):
		return refused(provenance.IdentityMismatch, errors.New("the publish attestation must be signed by the registry's key, not by a certificate"))
	case keyed:
		return refused(provenance.IdentityMismatch, errors.New("the provenance must be signed by the certificate of a workflow, not by a key"))
	}
	return e.judge(question, trial{bundle: read, more: func(claims evidence.Claims) (evidence.ProofClass, error) {
		if claims.PredicateType != predicateType {
			return provenance.Malformed, fmt.Errorf("the bundle is not of the type %q that stands beside it", predicateType)
		}
		return provenance.OK, nil
	}})
}

// publish judges the registry's own statement. It knows nothing of a source: only
// the deny list and the subject are held against it.
func (e *Engine) publish(question verify.Question, read *bundle.Bundle) evidence.Proof {
	keys, err := e.npmKeys()
	if err != nil {
		return rootProblem(err)
	}
	return e.judge(question, trial{
		bundle: read, keys: keys, expect: &provenance.Expect{Deny: question.Expect.Deny},
		more: func(claims evidence.Claims) (evidence.ProofClass, error) { return samePackage(read, claims) },
	})
}

// samePackage holds the predicate of a publish attestation against its own subject.
func samePackage(read *bundle.Bundle, claims evidence.Claims) (evidence.ProofClass, error) {
	said, err := parseStatement(read.GetDsseEnvelope().GetPayload())
	if err != nil {
		return provenance.Malformed, err
	}
	predicate, err := object(said.predicate)
	if err != nil {
		return provenance.Malformed, fmt.Errorf("read publish attestation: %w", err)
	}
	name, version := text(predicate, "name"), text(predicate, "version")
	for _, subject := range claims.Subjects {
		if unescaped(subject.Name) == "pkg:npm/"+name+"@"+version {
			return provenance.OK, nil
		}
	}
	return provenance.SubjectMismatch, fmt.Errorf("the registry's statement is of %s %s, its subject is another", name, version)
}

// isPublish says whether a bundle holds a publish attestation of npm. Nothing is
// proved by it yet: it only chooses who must have signed.
func isPublish(read *bundle.Bundle) bool {
	members, err := object(read.GetDsseEnvelope().GetPayload())
	return err == nil && text(members, "predicateType") == predicateNPMPublish
}
