package provenance

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// TestConclude weighs proofs against each other.
func TestConclude(t *testing.T) {
	good := evidence.Proof{Format: evidence.ProofBundle, Class: OK, Level: 2, Claims: evidence.Claims{Source: "https://github.com/acme/weather", Commit: "aa"}}
	best := good
	best.Level = 3
	broken := evidence.Proof{Format: evidence.ProofBundle, Class: LogInvalid}
	other := evidence.Proof{Format: evidence.ProofBundle, Class: IdentityMismatch}
	forged := evidence.Proof{Format: evidence.ProofBundle, Class: SourceMismatch, Claims: evidence.Claims{Source: "https://github.com/attacker/fork", ClaimedSource: "https://github.com/acme/weather"}}
	stale := evidence.Proof{Format: evidence.ProofBundle, Class: RootStale}
	npm := evidence.Proof{Format: evidence.ProofNPM, Class: OK, Level: 2}
	npmUnknown := evidence.Proof{Format: evidence.ProofNPM, Class: KeyUnknown}
	keyOnly := evidence.Proof{Format: evidence.ProofMCPB, Class: OKSelf}
	for name, c := range map[string]struct {
		proofs  []evidence.Proof
		expect  Expect
		outcome Outcome
		class   evidence.ProofClass
		level   int
	}{
		"nothing":                        {nil, Expect{}, Absent, NoProof, 0},
		"one good":                       {[]evidence.Proof{good}, Expect{}, Pass, OK, 2},
		"the highest level counts":       {[]evidence.Proof{good, best}, Expect{}, Pass, OK, 3},
		"a broken one spoils a good one": {[]evidence.Proof{good, broken}, Expect{}, Fail, LogInvalid, 0},
		"another party's does not":       {[]evidence.Proof{other, good}, Expect{}, Pass, OK, 2},
		"but alone it fails":             {[]evidence.Proof{other}, Expect{}, Fail, IdentityMismatch, 0},
		"a forgery is no other party":    {[]evidence.Proof{good, forged}, Expect{}, Fail, SourceMismatch, 0},
		"what cannot be judged, beside":  {[]evidence.Proof{stale, good}, Expect{}, Pass, OK, 2},
		"what cannot be judged, alone":   {[]evidence.Proof{stale}, Expect{}, Undetermined, RootStale, 0},
		"another party's over unknown":   {[]evidence.Proof{stale, other}, Expect{}, Fail, IdentityMismatch, 0},
		"npm's two hold together":        {[]evidence.Proof{npm, npmUnknown}, Expect{}, Undetermined, KeyUnknown, 0},
		"level too low":                  {[]evidence.Proof{good}, Expect{MinLevel: 3}, Fail, LevelTooLow, 2},
		"no origin to compare":           {[]evidence.Proof{keyOnly}, Expect{Source: "github.com/acme/weather"}, Absent, NoProof, 0},
		"no origin asked":                {[]evidence.Proof{keyOnly}, Expect{}, Pass, OKSelf, 0},
	} {
		got := Conclude("x", Subject{}, c.proofs, c.expect)
		if got.Outcome != c.outcome || got.Class != c.class || got.Level != c.level {
			t.Errorf("%s: %s %s level %d, want %s %s level %d", name, got.Outcome, got.Class, got.Level, c.outcome, c.class, c.level)
		}
		if got.Remedy == "" {
			t.Errorf("%s: no remedy", name)
		}
	}
}

func TestWholeIsItsWorstPart(t *testing.T) {
	good := Verdict{Artifact: "a.whl", Outcome: Pass, Class: OK, Level: 2}
	none := Verdict{Artifact: "a.tar.gz", Outcome: Absent, Class: NoProof}
	if got := Whole("a", []Verdict{good, none}); got.Outcome != Absent || got.Level != 0 {
		t.Errorf("%+v", got)
	}
	if got := Whole("a", []Verdict{good, good}); got.Outcome != Pass || got.Level != 2 {
		t.Errorf("%+v", got)
	}
	if got := Whole("a", nil); got.Outcome != Absent {
		t.Errorf("nothing at all: %+v", got)
	}
}
