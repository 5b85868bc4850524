package provenance

import (
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
)

// meaning is what a class amounts to, and what to do about it.
type meaning struct {
	outcome Outcome
	remedy  string
}

// meanings holds every class; a test compares it with the list of constants.
var meanings = map[evidence.ProofClass]meaning{
	OK:        {Pass, "Nothing: the proof holds and is for what was asked."},
	OKKey:     {Pass, "List the key under its owner in the signers file, so that the signature names a person and not only a key."},
	OKWebFlow: {Pass, "Nothing, if changes may be made on the website: the code host vouches for the author's session, not for a key of theirs."},
	OKSelf:    {Pass, "Sign with a certificate that somebody else issued, or publish a provenance attestation: this one proves only that nothing was changed since."},

	NoProof: {Absent, "Publish it from CI with an attestation (npm trusted publishing, PyPI trusted publishing, actions/attest), so that its origin can be proved."},
	Unknown: {Undetermined, "Ask the registry itself, or hand the proof in as a file: what answered here does not say whether one exists."},

	Malformed:   {Fail, "Fetch the proof again from where it was published; if it stays unreadable, have the publisher make a new one."},
	RootInvalid: {Fail, "Give a trusted root that is whole (--trusted-root), or leave the option out to use the one in the program."},
	RootStale:   {Undetermined, "Refresh the trust root while online, update the program, or allow an older one with --max-trust-age."},
	RootMissing: {Undetermined, "Name a file with the trusted root of the instance that signed it (--trusted-root): the program does not carry that one."},

	LogMissing:  {Fail, "Sign again with a client that records the signature in a transparency log: without an entry nobody can notice a stolen identity."},
	LogUnknown:  {Fail, "Find out which Sigstore instance signed it; if that one is to be trusted, give its trusted root with --trusted-root."},
	LogInvalid:  {Fail, "Do not use the artifact: the proof of its log entry was changed or made up; fetch the proof again from the publisher."},
	LogMismatch: {Fail, "Do not use the artifact: its proof borrows the log entry of another signature; ask the publisher for the genuine one."},

	TimeInvalid:  {Fail, "Sign again: the signature was made outside the validity of the certificate, which a stolen key also looks like."},
	TimeUnproven: {Fail, "Sign again with a timestamp of an authority in the trust root, or verify where its log entry can be looked up."},

	ChainInvalid:     {Fail, "Do not use the artifact unless you know the authority that issued the certificate; if you do, give its trusted root with --trusted-root."},
	SCTInvalid:       {Fail, "Do not use the artifact: the certificate is not in a certificate log, so it may have been issued in secret."},
	SignatureInvalid: {Fail, "Do not use the artifact: it or its proof was changed after signing; fetch both again from the publisher."},

	SubjectMismatch:  {Fail, "Fetch the proof of this very artifact: this one is for other content."},
	IdentityMismatch: {Fail, "Find out who signed it and why; if that workflow or person may, expect them (--expect-workflow, policy), else do not use it."},
	SourceMismatch:   {Fail, "Do not use the artifact as a build of this repository: it was built from another source, ref or commit."},
	BuilderUntrusted: {Fail, "Build with a builder that the policy trusts, or add this one to the policy with the level it deserves."},
	LevelTooLow:      {Fail, "Build on hosted runners with a reusable builder that isolates the signing (SLSA Build level 3), or ask for a lower level."},
	FoundFailing:     {Fail, "Ask the verifier which rule of its policy does not hold, mend that, and have it verified again."},
	Denied:           {Fail, "Do not use the artifact: its signer is on the deny list of the policy."},

	KeyUnknown: {Undetermined, "Get the signer's public key from a place you trust and give it, or have it signed with an identity instead of a bare key."},
	KeyInvalid: {Fail, "Check that the key belongs to the signer and was in force at the time of signing; sign again with the present key."},
	KeyRevoked: {Fail, "Do not rely on the signature: its key was revoked; have it signed again with a present key."},

	NeedsNetwork:      {Undetermined, "Run again where the log and the registry can be reached (without --offline): it cannot be settled from here."},
	EngineUnavailable: {Undetermined, "Install the verifier that this kind of proof needs (sealvet-slsa-verifier) beside the program or on the PATH."},
	CannotJudge:       {Undetermined, "Rely on the other verifier for this proof: this one is known not to support it."},
	ToolError:         {Undetermined, "Run again; if it stays, report it with the proof attached: the verifier itself failed."},
}

// Classes lists every class, sorted.
func Classes() []evidence.ProofClass {
	all := make([]evidence.ProofClass, 0, len(meanings))
	for class := range meanings {
		all = append(all, class)
	}
	slices.Sort(all)
	return all
}

// OutcomeOf is what a class amounts to. A class that nobody knows passes nothing.
func OutcomeOf(class evidence.ProofClass) Outcome {
	if m, known := meanings[class]; known {
		return m.outcome
	}
	return Undetermined
}

// OutcomeOfProof is OutcomeOf where the format matters too. A bundle must carry the
// proof of its time, so that one without it fails; a certificate in a git signature
// never does, and the log may still be asked.
func OutcomeOfProof(proof evidence.Proof) Outcome {
	if proof.Format == evidence.ProofGit && proof.Class == TimeUnproven {
		return Undetermined
	}
	return OutcomeOf(proof.Class)
}
