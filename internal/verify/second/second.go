// Package second asks a second, independent verifier about proofs: the program
// sealvet-slsa-verifier, a module of its own with the library of slsa-verifier in
// it. The package finds and starts it, holds it to limits of time, memory and
// output, and takes nothing it says on trust that the protocol does not allow. Where
// the program is missing or breaks, the answer is that, and never a pass.
package second

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/second/wire"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// Limits of one process of the verifier.
const (
	timeLimit   = 30 * time.Second // for one proof, a start included
	memoryLimit = 512 << 20        // bytes; a proof of 10 MiB takes about 200 MiB
	// strikes is how many failures in a row make us give up: a program that never
	// answers must not cost its time limit for each of a thousand proofs.
	strikes = 3
)

// Verifier is the second verifier. It is safe for use by many goroutines; they wait
// for each other.
type Verifier struct {
	path    string   // as the user gave it
	audited []string // where the program must not come from
	time    time.Duration
	memory  int64

	turn    chan struct{} // holds a token while nobody is asking
	located sync.Once
	program string
	missing error

	// Guarded by turn.
	process *process
	failed  int // in a row
}

var _ verify.Engine = (*Verifier)(nil)

// Open readies a second verifier. Nothing is looked for or started before the
// first question. The program is the one at path, else the one that the environment
// names (EnvPath), else the one beside our own or on the PATH; but never one in
// the working directory or under a directory that is audited.
func Open(path string, audited ...string) *Verifier {
	v := &Verifier{path: path, audited: audited, time: timeLimit, memory: memoryLimit, turn: make(chan struct{}, 1)}
	v.turn <- struct{}{}
	return v
}

// Close ends the process, if there is one. The verifier may be asked again.
func (v *Verifier) Close() error {
	<-v.turn
	defer func() { v.turn <- struct{}{} }()
	v.end()
	v.failed = 0
	return nil
}

func (v *Verifier) end() {
	if v.process != nil {
		v.process.kill()
		v.process = nil
	}
}

// Available says why the program cannot be used, nil where it was found.
func (v *Verifier) Available() error {
	v.located.Do(func() { v.program, v.missing = locate(v.path, v.audited) })
	return v.missing
}

// Opinion is what the second verifier says of a material; of several bundles in one
// the worst. The trust root is a trusted_root.json, the keys are those of npm.
func (v *Verifier) Opinion(ctx context.Context, question verify.Question, trustedRoot []byte, keys []trust.Key) evidence.SecondOpinion {
	opinions := v.opinions(ctx, question, trustedRoot, keys)
	worst := opinions[0]
	for _, opinion := range opinions[1:] {
		if provenance.Stricter(opinion.Class, worst.Class) {
			worst = opinion
		}
	}
	return worst
}

// Attach adds the second verifier's opinion to the proofs that another engine made
// out of a material, and lowers those that it refuses. Where it cannot be asked the
// proofs stay as they are: a missing program is told where it is the only judge.
func (v *Verifier) Attach(ctx context.Context, question verify.Question, proofs []evidence.Proof, trustedRoot []byte, keys []trust.Key) []evidence.Proof {
	if kindOf(question) == "" || v.Available() != nil {
		return proofs // not its matter, or not there
	}
	opinions := v.opinions(ctx, question, trustedRoot, keys)
	joined := make([]evidence.Proof, len(proofs))
	for i, proof := range proofs {
		joined[i] = proof
		opinion := opinions[0] // of npm's pair it judges both together
		if len(opinions) > 1 || question.Material.Format != evidence.ProofNPM {
			if len(opinions) != len(proofs) {
				opinion = cannot("it tells the proofs apart in another way")
			} else {
				opinion = opinions[i]
			}
		}
		if len(opinions) == 1 && explained(proofs, opinion) && provenance.OutcomeOfProof(proof) == provenance.Pass {
			continue // what it refuses in the pair is the other one
		}
		if proof.Engine != opinion.Engine && opinion.Class != provenance.EngineUnavailable {
			joined[i] = provenance.WithSecond(proof, opinion)
		}
	}
	return joined
}

// explained says whether a refusal of several proofs at once is what the first
// engine found in one of them.
func explained(proofs []evidence.Proof, opinion evidence.SecondOpinion) bool {
	return provenance.OutcomeOf(opinion.Class) == provenance.Fail &&
		slices.ContainsFunc(proofs, func(p evidence.Proof) bool { return provenance.OutcomeOfProof(p) == provenance.Fail })
}

// Beside is Attach with the trust roots of the first engine, which are looked up
// when the first proof comes.
func (v *Verifier) Beside(roots trust.Roots) func(context.Context, verify.Question, []evidence.Proof) []evidence.Proof {
	load := sync.OnceValues(func() ([]byte, []trust.Key) {
		keys, _, err := roots.NPMKeys()
		if err != nil {
			keys = nil // npm's proofs cannot be judged then; the first engine says why
		}
		return rootJSON(roots), keys
	})
	return func(ctx context.Context, question verify.Question, proofs []evidence.Proof) []evidence.Proof {
		if kindOf(question) == "" || v.Available() != nil {
			return proofs
		}
		trustedRoot, keys := load()
		return v.Attach(ctx, question, proofs, trustedRoot, keys)
	}
}

func (v *Verifier) opinions(ctx context.Context, question verify.Question, trustedRoot []byte, keys []trust.Key) []evidence.SecondOpinion {
	requests, refusal := requests(question, trustedRoot, keys)
	if refusal != nil {
		return []evidence.SecondOpinion{*refusal}
	}
	opinions := make([]evidence.SecondOpinion, 0, len(requests))
	for _, request := range requests {
		reply, err := v.ask(ctx, request)
		if err != nil {
			opinions = append(opinions, failure(err))
			continue
		}
		opinions = append(opinions, opinionOf(reply))
	}
	return opinions
}

// Name is the engine with its version.
func (v *Verifier) Name() string { return wire.Engine }
