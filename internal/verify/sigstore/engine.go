// Package sigstore checks what is signed the way of Sigstore: bundles of every
// version, npm's pairs of attestations, PyPI's (PEP 740), DSSE envelopes with a
// certificate, and the layers that cosign wrote beside images. The cryptography is
// that of sigstore-go; this package chooses the trust root and the policy, says what
// it was that did not hold, and reads the claims. It reads no file and dials nothing.
package sigstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// Name is what verdicts call this engine; a test holds it against go.mod.
const Name = "sigstore-go v1.3.0"

// maxLines is how many proofs one material may hold.
const maxLines = 1000

// Options of an engine.
type Options struct {
	// MaxTrustAge is how old a trust root may be; zero for any age.
	MaxTrustAge time.Duration
	// TimestampsOnly says that the instance of a trust root that the user named keeps no transparency log, so that
	// timestamps alone tell the time. It does not touch Sigstore's public instance, which always logs.
	TimestampsOnly bool
}

// Engine is a verify.Engine. It is safe for use by many goroutines.
type Engine struct {
	roots   trust.Roots
	options Options
}

// New makes an engine that rests on the given roots.
func New(roots trust.Roots, options Options) *Engine {
	return &Engine{roots: roots, options: options}
}

// Name is the library that checks, with its version.
func (e *Engine) Name() string { return Name }

// Can says whether the engine reads a format.
func (e *Engine) Can(format evidence.ProofFormat) bool {
	switch format {
	case evidence.ProofBundle, evidence.ProofDSSE, evidence.ProofNPM, evidence.ProofPEP740, evidence.ProofCosign:
		return true
	}
	return false
}

// Verify answers with one verdict for each proof in the material, in the order they
// stand there.
func (e *Engine) Verify(ctx context.Context, question verify.Question) (proofs []evidence.Proof) {
	material := question.Material
	defer func() {
		// The bytes are an attacker's and the parsers are not all ours: a panic ends this
		// proof, not the run, and is never a pass.
		if trouble := recover(); trouble != nil {
			proofs = []evidence.Proof{refused(provenance.ToolError, fmt.Errorf("the verifier broke off: %v", trouble))}
		}
		for i := range proofs {
			proofs[i].Format, proofs[i].Origin, proofs[i].Engine = material.Format, material.Origin, Name
		}
	}()
	if question.Now.IsZero() {
		question.Now = time.Now()
	}
	switch {
	case ctx.Err() != nil:
		return []evidence.Proof{refused(provenance.ToolError, ctx.Err())}
	case len(material.Raw) == 0:
		return []evidence.Proof{refused(provenance.Malformed, errors.New("the proof is empty"))}
	case len(material.Raw) > verify.MaxProof:
		return []evidence.Proof{refused(provenance.Malformed, fmt.Errorf("the proof has %d bytes, at most %d are read", len(material.Raw), verify.MaxProof))}
	}
	switch material.Format {
	case evidence.ProofBundle, evidence.ProofDSSE:
		return e.lines(ctx, question)
	case evidence.ProofNPM:
		return e.npm(ctx, question)
	case evidence.ProofPEP740:
		return e.pep740(ctx, question)
	case evidence.ProofCosign:
		return []evidence.Proof{e.cosign(question)}
	}
	return []evidence.Proof{refused(provenance.CannotJudge, fmt.Errorf("proofs of format %q are not for this verifier", material.Format))}
}

// refused is the verdict on what did not get as far as a signature.
func refused(class evidence.ProofClass, err error) evidence.Proof {
	return evidence.Proof{Class: class, Detail: plainText(err.Error())}
}

// rootProblem is the verdict where no trust root can be had.
func rootProblem(err error) evidence.Proof {
	switch {
	case errors.Is(err, trust.ErrStale):
		return refused(provenance.RootStale, err)
	case errors.Is(err, trust.ErrUnavailable):
		return refused(provenance.RootMissing, err)
	}
	return refused(provenance.RootInvalid, err)
}

// stale says why a root is too old to rest on, empty when it is not.
func (e *Engine) stale(info evidence.RootInfo, now time.Time) string {
	if age := info.Age(now); e.options.MaxTrustAge > 0 && age > e.options.MaxTrustAge {
		return fmt.Sprintf("the trust root %s is %d days old, at most %d are allowed", info.Name, days(age), days(e.options.MaxTrustAge))
	}
	return ""
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }
