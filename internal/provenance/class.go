// Package provenance knows what a proof of origin means: the classes of
// verdicts and their remedies, how claims are compared with what is expected, and
// which SLSA Build level a signer is trusted for. It is pure: it verifies no
// signature, opens no file and dials nothing.
package provenance

import "github.com/sealvet/sealvet/internal/evidence"

// Outcome is what a class amounts to.
type Outcome string

const (
	Pass         Outcome = "pass"         // proved
	Fail         Outcome = "fail"         // disproved, or not what was expected
	Absent       Outcome = "absent"       // there is no proof, surely
	Undetermined Outcome = "undetermined" // nobody can tell from here
)

// The classes. A class names the first thing that does not hold.
const (
	OK          evidence.ProofClass = "ok"
	OKKey       evidence.ProofClass = "ok-key-in-signature" // git: good, by a key that only the signature itself names
	OKWebFlow   evidence.ProofClass = "ok-web-flow"         // git: the code host signed it, not the author
	OKSelf      evidence.ProofClass = "ok-self-signed"      // MCPB: intact, by a certificate that names itself
	NoProof     evidence.ProofClass = "absent"
	Unknown     evidence.ProofClass = "unknown"
	Malformed   evidence.ProofClass = "malformed"
	RootInvalid evidence.ProofClass = "trust-root-invalid"
	RootStale   evidence.ProofClass = "trust-root-stale"
	RootMissing evidence.ProofClass = "trust-root-missing" // no trust root of that instance is at hand

	LogMissing  evidence.ProofClass = "log-missing"  // no entry of a transparency log where one is needed
	LogUnknown  evidence.ProofClass = "log-unknown"  // the log is not in the trust root, or was not in force
	LogInvalid  evidence.ProofClass = "log-invalid"  // inclusion proof, checkpoint or entry timestamp does not verify
	LogMismatch evidence.ProofClass = "log-mismatch" // the entry is for other content

	TimeInvalid  evidence.ProofClass = "time-invalid"
	TimeUnproven evidence.ProofClass = "time-unproven"

	ChainInvalid     evidence.ProofClass = "chain-invalid"
	SCTInvalid       evidence.ProofClass = "sct-invalid"
	SignatureInvalid evidence.ProofClass = "signature-invalid"

	SubjectMismatch  evidence.ProofClass = "subject-mismatch"
	IdentityMismatch evidence.ProofClass = "identity-mismatch"
	SourceMismatch   evidence.ProofClass = "source-mismatch"
	BuilderUntrusted evidence.ProofClass = "builder-untrusted"
	LevelTooLow      evidence.ProofClass = "level-too-low"
	FoundFailing     evidence.ProofClass = "found-failing"   // a verification summary says FAILED
	Denied           evidence.ProofClass = "identity-denied" // on the policy's deny list

	KeyUnknown evidence.ProofClass = "key-unknown"
	KeyInvalid evidence.ProofClass = "key-invalid"
	KeyRevoked evidence.ProofClass = "key-revoked"

	NeedsNetwork      evidence.ProofClass = "needs-network"
	EngineUnavailable evidence.ProofClass = "engine-unavailable"
	CannotJudge       evidence.ProofClass = "cannot-judge" // a known limit of that engine
	ToolError         evidence.ProofClass = "tool-error"
)
