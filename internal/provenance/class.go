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
	OK          evidence.Class = "ok"
	OKKey       evidence.Class = "ok-key-in-signature" // git: good, by a key that only the signature itself names
	OKWebFlow   evidence.Class = "ok-web-flow"         // git: the code host signed it, not the author
	OKSelf      evidence.Class = "ok-self-signed"      // MCPB: intact, by a certificate that names itself
	NoProof     evidence.Class = "absent"
	Unknown     evidence.Class = "unknown"
	Malformed   evidence.Class = "malformed"
	RootInvalid evidence.Class = "trust-root-invalid"
	RootStale   evidence.Class = "trust-root-stale"

	LogMissing  evidence.Class = "log-missing"  // no entry of a transparency log where one is needed
	LogUnknown  evidence.Class = "log-unknown"  // the log is not in the trust root, or was not in force
	LogInvalid  evidence.Class = "log-invalid"  // inclusion proof, checkpoint or entry timestamp does not verify
	LogMismatch evidence.Class = "log-mismatch" // the entry is for other content

	TimeInvalid  evidence.Class = "time-invalid"
	TimeUnproven evidence.Class = "time-unproven"

	ChainInvalid     evidence.Class = "chain-invalid"
	SCTInvalid       evidence.Class = "sct-invalid"
	SignatureInvalid evidence.Class = "signature-invalid"

	SubjectMismatch  evidence.Class = "subject-mismatch"
	IdentityMismatch evidence.Class = "identity-mismatch"
	SourceMismatch   evidence.Class = "source-mismatch"
	BuilderUntrusted evidence.Class = "builder-untrusted"
	LevelTooLow      evidence.Class = "level-too-low"
	Denied           evidence.Class = "identity-denied" // on the policy's deny list

	KeyUnknown evidence.Class = "key-unknown"
	KeyInvalid evidence.Class = "key-invalid"
	KeyRevoked evidence.Class = "key-revoked"

	NeedsNetwork      evidence.Class = "needs-network"
	EngineUnavailable evidence.Class = "engine-unavailable"
	CannotJudge       evidence.Class = "cannot-judge" // a known limit of that engine
	ToolError         evidence.Class = "tool-error"
)
