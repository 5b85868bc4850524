package second

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// known are the bad chains that slsa-verifier takes for good, and why.
var known = map[string]string{
	"builder-tampered-log-root": "it checks the log's signed promise, not the proof of inclusion",
	"npm-expired-key-window":    "it does not look at the window of npm's keys",
	"npm-key-before-window":     "it does not look at the window of npm's keys",
}

// TestChains holds the second verifier against the chains of the private Sigstore: a
// good one it accepts or cannot judge, a bad one it never accepts.
func TestChains(t *testing.T) {
	verifier := Open(built)
	defer func() { _ = verifier.Close() }()
	judged := 0
	for _, chain := range sigstoretest.Chains() {
		t.Run(chain.Name, func(t *testing.T) {
			keys, err := trust.ParseNPMKeys(chain.NPMKeys)
			if err != nil {
				t.Fatal(err)
			}
			opinion := verifier.Opinion(t.Context(), questionOf(chain), chain.Root, keys)
			outcome := provenance.OutcomeOf(opinion.Class)
			if outcome != provenance.Undetermined {
				judged++
			}
			switch {
			case outcome == provenance.Pass && known[chain.Name] != "":
				// The first verifier refuses it, and the stricter verdict counts.
			case outcome == provenance.Pass && chain.Class != string(provenance.OK):
				t.Errorf("%s: it is accepted", chain.Why)
			case outcome == provenance.Fail && chain.Class == string(provenance.OK):
				t.Errorf("%s: it is refused as %s (%s)", chain.Why, opinion.Class, opinion.Detail)
			case opinion.Class == provenance.EngineUnavailable || opinion.Class == provenance.ToolError:
				t.Errorf("it did not answer: %s", opinion.Detail)
			}
		})
	}
	if judged < 15 {
		t.Errorf("only %d chains were judged: it finds excuses", judged)
	}
}

func questionOf(chain sigstoretest.Chain) verify.Question {
	question := verify.Question{
		Material: verify.Material{Format: evidence.ProofFormat(chain.Format), Raw: chain.Proof, Origin: chain.Name},
		Subject:  provenance.Subject{Name: chain.Name, Digests: []evidence.Digest{{Algorithm: chain.Algorithm, Value: chain.Digest}}},
		Expect:   provenance.Expect{Source: chain.Source, Ref: chain.Ref, Commit: chain.Commit, Workflow: chain.Workflow, Issuer: chain.Issuer},
	}
	if question.Material.Format == evidence.ProofNPM {
		question.Subject.Name = "npm:@acme/weather@1.2.0"
	}
	return question
}
