package provenance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Conclude weighs all proofs of one artifact.
//
// A proof that is broken (a signature, a log entry, a certificate that does not
// hold) decides against the artifact whatever stands beside it: nobody publishes
// one by accident. A sound proof of something else (another workflow, another
// source) and one that cannot be judged from here decide only where nothing else
// proves what was asked: several parties may attest one artifact. Proofs that one
// answer holds together (npm's two) must all hold.
func Conclude(artifact string, subject Subject, proofs []evidence.Proof, expect Expect) Verdict {
	verdict := Verdict{Artifact: artifact, Digests: subject.Digests, Proofs: proofs}
	verdict.decide(proofs)
	if verdict.Outcome == Pass {
		verdict.Level = level(proofs)
		verdict.hold(expect)
	}
	verdict.Remedy = Remedy(verdict.Class)
	return verdict
}

func (v *Verdict) decide(proofs []evidence.Proof) {
	if len(proofs) == 0 {
		v.Outcome, v.Class, v.Detail = Absent, NoProof, "there is no signature and no attestation of it"
		return
	}
	worst := slices.MinFunc(proofs, func(a, b evidence.Proof) int { return rank(a) - rank(b) })
	best := slices.MaxFunc(proofs, func(a, b evidence.Proof) int { return rank(a) - rank(b) })
	deciding := best
	if rank(worst) == rankBroken {
		deciding = worst
	} else if partial := brokenSet(proofs); partial != nil {
		deciding = *partial
	}
	v.Class, v.Detail = deciding.Class, deciding.Detail
	v.Outcome = OutcomeOfProof(deciding)
}

// brokenSet finds a proof that spoils others of the same answer.
func brokenSet(proofs []evidence.Proof) *evidence.Proof {
	for i, p := range proofs {
		if p.Format == evidence.ProofNPM && rank(p) != rankPass {
			return &proofs[i]
		}
	}
	return nil
}

// The ranks of proofs, from the one that decides against an artifact to the one
// that decides for it.
const (
	rankBroken = iota
	rankAbsent
	rankUnknown
	rankOther // sound, but of something else
	rankPass
)

func rank(p evidence.Proof) int {
	switch OutcomeOfProof(p) {
	case Pass:
		return rankPass
	case Absent:
		return rankAbsent
	case Undetermined:
		return rankUnknown
	case Fail:
	}
	if p.Format == evidence.ProofMCPB {
		return rankBroken // the signature is part of the bundle: no other party put it there
	}
	switch p.Class {
	case IdentityMismatch, SourceMismatch, BuilderUntrusted, SubjectMismatch:
		// A claim that contradicts its own certificate is a forgery, not another party's word.
		if Contradiction(p.Claims) != "" {
			return rankBroken
		}
		return rankOther
	}
	return rankBroken
}

func level(proofs []evidence.Proof) int {
	highest := 0
	for _, p := range proofs {
		if OutcomeOf(p.Class) == Pass {
			highest = max(highest, p.Level)
		}
	}
	return highest
}

// hold asks of what passed whether it answers what was asked.
func (v *Verdict) hold(expect Expect) {
	if expect.origin() && !slices.ContainsFunc(v.Proofs, provesOrigin) {
		v.Outcome, v.Class = Absent, NoProof
		v.Detail = "its signature holds, but nothing proves who built it from which source"
		return
	}
	if v.Level < expect.MinLevel {
		v.Outcome, v.Class = Fail, LevelTooLow
		v.Detail = fmt.Sprintf("SLSA Build level %d is proved, %d is wanted", v.Level, expect.MinLevel)
	}
}

// provesOrigin says whether a proof that holds names a source or an identity.
func provesOrigin(p evidence.Proof) bool {
	return OutcomeOf(p.Class) == Pass && (p.Claims.Source != "" || p.Claims.ClaimedSource != "" || p.Claims.Identity != "" || p.Claims.Resource != "")
}

// Whole joins the verdicts of the parts of one artifact: the worst decides.
func Whole(artifact string, parts []Verdict) Verdict {
	whole := Verdict{Artifact: artifact, Parts: parts, Outcome: Pass, Class: OK}
	if len(parts) == 0 {
		return Verdict{Artifact: artifact, Outcome: Absent, Class: NoProof, Detail: "there is nothing to verify in it", Remedy: Remedy(NoProof)}
	}
	order := []Outcome{Fail, Absent, Undetermined, Pass}
	for i, part := range parts {
		if slices.Index(order, part.Outcome) < slices.Index(order, whole.Outcome) {
			whole.Outcome, whole.Class, whole.Remedy = part.Outcome, part.Class, part.Remedy
			whole.Detail = strings.TrimSuffix(part.Artifact+": "+part.Detail, ": ")
		}
		if i == 0 || part.Level < whole.Level {
			whole.Level = part.Level
		}
	}
	return whole
}
