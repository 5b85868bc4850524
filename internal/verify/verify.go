// Package verify is the contract of the engines that check proofs. An engine gets
// a proof in bytes, the artifact it must speak of and what is expected of it; it
// reads no file and dials nothing by itself.
package verify

import (
	"context"
	"io"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// MaxProof is how many bytes a proof may have: nothing larger is parsed.
const MaxProof = 10 << 20

// Material is one proof as a source found it.
type Material struct {
	Format evidence.ProofFormat
	Raw    []byte
	Origin string // address or path, for people
	// Content is what a bare signature, a trailer or a checksum file speaks of, where the proof does not hold it:
	// the whole MCPB file, the checksum file.
	Content []byte
	// File is Content where it is too large to hold, FileSize its bytes. It is read in place, at any offset.
	File     io.ReaderAt
	FileSize int64
	// Proofs are those of the material itself: the signatures of a checksum file.
	Proofs []Material
	// Key is a public key in PEM or DER where the proof is checked by a key that the caller trusts, KeyID its name.
	Key   []byte
	KeyID string
}

// Question is all that a verdict depends on, but for the engine and the trust root.
type Question struct {
	Material Material
	Subject  provenance.Subject
	Expect   provenance.Expect
	// Now is the present, for ages and for what has no proof of its time.
	Now time.Time
}

// Engine checks proofs of some formats. Its verdicts are one a proof that the
// material holds (npm's answer holds two); never none.
type Engine interface {
	Name() string // with version: "sigstore-go v1.3.0"
	Can(evidence.ProofFormat) bool
	Verify(context.Context, Question) []evidence.Proof
}
