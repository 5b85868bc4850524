package provenance

import (
	"fmt"

	"github.com/sealvet/sealvet/internal/evidence"
)

// WithSecond joins what a second verifier says to a proof that a first one judged.
// Both opinions are kept, and the stricter decides: a proof passes only where
// neither refuses it. A second verifier that cannot judge, is not there or broke
// takes nothing away from a first one that can.
func WithSecond(proof evidence.Proof, opinion evidence.SecondOpinion) evidence.Proof {
	proof.Second = &opinion
	first := proof.Class
	proof.Notes = append([]string(nil), proof.Notes...) // the caller's stay as they are
	switch OutcomeOf(opinion.Class) {
	case Pass:
		if OutcomeOfProof(proof) == Fail {
			proof.Notes = append(proof.Notes, fmt.Sprintf("%s accepts it: %s", opinion.Engine, whyItPasses(first)))
		}
	case Fail:
		if Stricter(opinion.Class, first) {
			proof.Class, proof.Level = opinion.Class, 0
			proof.Detail = fmt.Sprintf("%s refuses it: %s", opinion.Engine, opinion.Detail)
			proof.Notes = append(proof.Notes, fmt.Sprintf("the verifiers differ: %s says %s", proof.Engine, first))
		}
	case Absent, Undetermined:
	}
	return proof
}

// Stricter says whether one class is worse for an artifact than another.
func Stricter(class, than evidence.ProofClass) bool {
	return severity(class) > severity(than)
}

func severity(class evidence.ProofClass) int {
	switch OutcomeOf(class) {
	case Pass:
		return 0
	case Undetermined:
		return 1
	case Absent:
		return 2
	case Fail:
	}
	return 3
}

// blindSpots are the known reasons for which slsa-verifier accepts what is refused.
var blindSpots = map[evidence.ProofClass]string{
	LogInvalid:       "it does not check inclusion proofs, and trusts the log's signed promise",
	LogMismatch:      "it compares the log entry's signature only, not its content",
	LogUnknown:       "it does not look at when the log's key was in force",
	TimeInvalid:      "it does not check when a registry key was in force, nor timestamps of an authority",
	TimeUnproven:     "it takes the time of the log entry only",
	KeyInvalid:       "it does not check when a registry key was in force",
	Denied:           "it knows no deny list",
	IdentityMismatch: "it compares the signing workflow only",
	SourceMismatch:   "it does not compare commits",
	BuilderUntrusted: "it trusts any builder that the caller names",
	SubjectMismatch:  "it compares one digest only",
}

func whyItPasses(refused evidence.ProofClass) string {
	if reason, known := blindSpots[refused]; known {
		return reason
	}
	return "no reason is known, so look at this proof yourself"
}
