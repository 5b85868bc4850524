package provenance

import "github.com/sealvet/sealvet/internal/evidence"

// Verdict is what is known of one artifact: the proofs that were found for it, and
// what they amount to together.
type Verdict struct {
	Artifact string              `json:"artifact"` // as it was asked for
	Digests  []evidence.Digest   `json:"digests,omitempty"`
	Outcome  Outcome             `json:"outcome"`
	Class    evidence.ProofClass `json:"class"`
	// Detail says why, Remedy what to do about it.
	Detail string `json:"detail,omitempty"`
	Remedy string `json:"remedy,omitempty"`
	// Level is the highest SLSA Build level that is proved, 0 for none.
	Level  int              `json:"level"`
	Proofs []evidence.Proof `json:"proofs,omitempty"`
	// Parts are the files of an artifact that has several, each with proofs of its own. The whole
	// is as good as the worst of them.
	Parts []Verdict `json:"parts,omitempty"`
	Notes []string  `json:"notes,omitempty"`
}
