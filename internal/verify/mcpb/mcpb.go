// Package mcpb verifies the signature of an MCPB bundle: a PKCS#7 block behind the
// zip. It reads files of any size in place, a piece at a time. It tells who signed by
// what the certificate says; whether that name may be believed is the chain's to show,
// and most bundles are signed by a certificate that names itself.
package mcpb

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// Engine verifies bundles.
type Engine struct {
	// Roots are the authorities that may vouch for signers; nil stands for those of the system.
	Roots *x509.CertPool
	// Root says where they come from.
	Root evidence.RootInfo
}

// Name is that of our own verifier: it has no version apart from the program's.
func (*Engine) Name() string { return "sealvet-mcpb" }

// Can says whether it judges such proofs.
func (*Engine) Can(format evidence.ProofFormat) bool { return format == evidence.ProofMCPB }

// Verify gives one verdict. The bundle is the material's file, else its content, else
// the proof itself.
func (e *Engine) Verify(ctx context.Context, q verify.Question) []evidence.Proof {
	proof := evidence.Proof{Format: evidence.ProofMCPB, Origin: q.Material.Origin, Engine: e.Name()}
	from, size := bundle(q.Material)
	v := verdict{Proof: &proof, engine: e, question: q}
	v.judge(ctx, from, size)
	return []evidence.Proof{proof}
}

func bundle(m verify.Material) (io.ReaderAt, int64) {
	switch {
	case m.File != nil:
		return m.File, m.FileSize
	case len(m.Content) > 0:
		return bytes.NewReader(m.Content), int64(len(m.Content))
	}
	return bytes.NewReader(m.Raw), int64(len(m.Raw))
}

// verdict is a proof that is being judged.
type verdict struct {
	*evidence.Proof
	engine   *Engine
	question verify.Question
}

func (v *verdict) say(class evidence.ProofClass, format string, args ...any) {
	v.Class, v.Detail = class, fmt.Sprintf(format, args...)
}

func (v *verdict) judge(ctx context.Context, from io.ReaderAt, size int64) {
	trailer, err := Open(from, size)
	switch {
	case errors.Is(err, ErrUnsigned):
		v.say(provenance.NoProof, "%v", err)
		return
	case errors.Is(err, ErrTrailer):
		v.say(provenance.Malformed, "%v", err)
		return
	case err != nil:
		v.say(provenance.ToolError, "%v", err)
		return
	}
	signed, err := Parse(trailer.DER)
	if err != nil {
		v.refuse(provenance.Malformed, err)
		return
	}
	sums, err := digest(ctx, from, size, trailer, v.kinds(signed.Hash))
	if err != nil {
		v.say(provenance.ToolError, "%v", err)
		return
	}
	v.claim(from, trailer, signed, sums)
	if !v.about(sums) || !v.intact(signed, sums) {
		return
	}
	if err := signed.Check(); err != nil {
		v.refuse(provenance.SignatureInvalid, err)
		return
	}
	v.signer(signed)
}

// refuse finds the class of an error.
func (v *verdict) refuse(otherwise evidence.ProofClass, err error) {
	switch {
	case errors.Is(err, errBeyond):
		v.say(provenance.CannotJudge, "the signature is of %v", err)
	case errors.Is(err, errKey):
		v.say(provenance.KeyInvalid, "%v", err)
	case errors.Is(err, errSignature):
		v.say(provenance.SignatureInvalid, "%v", err)
	default:
		v.say(otherwise, "the signature cannot be read: %v", err)
	}
}

// algorithmsOfSubjects are the names that in-toto gives to the hashes.
var algorithmsOfSubjects = map[string]crypto.Hash{"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}

// kinds are the hashes that must be taken: the signature's, the subject's, and the
// one that claims are made in.
func (v *verdict) kinds(signature crypto.Hash) []crypto.Hash {
	kinds := []crypto.Hash{signature, crypto.SHA256}
	for _, d := range v.question.Subject.Digests {
		if kind, known := algorithmsOfSubjects[d.Algorithm]; known {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// about says whether the file is the one that was asked about.
func (v *verdict) about(sums *digests) bool {
	for _, d := range v.question.Subject.Digests {
		kind, known := algorithmsOfSubjects[d.Algorithm]
		if !known {
			continue // a name in another form, as a commit: the others are compared
		}
		if got := fmt.Sprintf("%x", sums.whole[kind]); got != d.Value {
			v.say(provenance.SubjectMismatch, "the bundle is %s:%s, asked was for %s", d.Algorithm, got, d)
			return false
		}
	}
	return true
}

// intact says whether what was signed is what is there.
func (v *verdict) intact(signed *Signed, sums *digests) bool {
	if bytes.Equal(signed.Digest, sums.stored[signed.Hash]) {
		return true
	}
	if sums.restored != nil && bytes.Equal(signed.Digest, sums.restored[signed.Hash]) {
		v.Notes = append(v.Notes, "the length of the zip's comment was raised after signing, as newer tools do; all else is as it was signed")
		return true
	}
	v.say(provenance.SubjectMismatch, "the bundle was changed after it was signed: its content is %x, signed was %x", sums.stored[signed.Hash], signed.Digest)
	return false
}
