package provenance

import (
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// TestWithSecond: of two verdicts the stricter counts, and what cannot judge counts
// for nothing.
func TestWithSecond(t *testing.T) {
	for _, test := range []struct {
		first, second, want evidence.ProofClass
		note                string
	}{
		{OK, OK, OK, ""},
		{OK, SignatureInvalid, SignatureInvalid, "the verifiers differ"},
		{OK, SourceMismatch, SourceMismatch, "the verifiers differ"},
		{OK, CannotJudge, OK, ""},
		{OK, EngineUnavailable, OK, ""},
		{OK, NeedsNetwork, OK, ""},
		{OK, ToolError, OK, ""},
		{OK, KeyUnknown, OK, ""},
		{LogInvalid, OK, LogInvalid, "does not check inclusion proofs"},
		{KeyInvalid, OK, KeyInvalid, "in force"},
		{Malformed, OK, Malformed, "no reason is known"},
		{LogMismatch, SignatureInvalid, LogMismatch, ""},
		{NeedsNetwork, OK, NeedsNetwork, ""},
		{NeedsNetwork, SubjectMismatch, SubjectMismatch, "the verifiers differ"},
		{CannotJudge, CannotJudge, CannotJudge, ""},
		{Unknown, "a class that nobody knows", Unknown, ""},
	} {
		before := evidence.Proof{Engine: "first", Class: test.first, Level: 3, Notes: []string{"old"}}
		opinion := evidence.SecondOpinion{Engine: "second", Class: test.second}
		got := WithSecond(before, opinion)
		if got.Class != test.want || got.Second == nil || *got.Second != opinion {
			t.Errorf("%s and %s: got %+v", test.first, test.second, got)
		}
		if OutcomeOf(got.Class) == Pass && OutcomeOf(test.first) != Pass {
			t.Errorf("%s and %s: a pass came out of nothing", test.first, test.second)
		}
		if (got.Class == test.first) != (got.Level == 3) {
			t.Errorf("%s and %s: level %d", test.first, test.second, got.Level)
		}
		if notes := strings.Join(got.Notes[1:], " "); !strings.Contains(notes, test.note) || (test.note == "") != (notes == "") {
			t.Errorf("%s and %s: notes %q, want %q", test.first, test.second, notes, test.note)
		}
		if len(before.Notes) != 1 || before.Second != nil {
			t.Error("the caller's proof was changed")
		}
	}
}

// TestNoOpinionHelps: for every pair of classes the joined outcome is no better than
// the first one's.
func TestNoOpinionHelps(t *testing.T) {
	for _, first := range Classes() {
		for _, second := range Classes() {
			got := WithSecond(evidence.Proof{Class: first}, evidence.SecondOpinion{Class: second})
			if Stricter(first, got.Class) {
				t.Errorf("%s and %s became %s", first, second, got.Class)
			}
			if OutcomeOf(second) == Fail && OutcomeOf(got.Class) != Fail {
				t.Errorf("%s and %s became %s", first, second, got.Class)
			}
		}
	}
}
