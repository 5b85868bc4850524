package audit

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Unknown is not a pass: where part of the tree was not listed, every check that
// looks at the tree is open; what belongs to others leaves none open.
func TestGapsInTheListLeaveEveryCheckOpen(t *testing.T) {
	looks := &Check{ID: "looks", Needs: []evidence.Kind{evidence.Images}, Inspect: func(_ *evidence.Snapshot, r *Record) {
		r.Pass("one", evidence.Location{})
	}}
	bookkeeping := &Check{ID: "bookkeeping", Inspect: func(_ *evidence.Snapshot, r *Record) { r.Pass("one", evidence.Location{}) }}
	for _, c := range []struct {
		kind                evidence.Kind
		looked, bookkeeping Outcome
	}{
		{evidence.Images, NotAssessed, Passed},
		{evidence.Files, NotAssessed, Passed},
		{evidence.Listing, Passed, Passed},
		{evidence.Workflows, Passed, Passed},
	} {
		seen := &evidence.Snapshot{Gaps: []evidence.Gap{{Kind: c.kind, Subject: "x", Reason: "unread"}}}
		results := Run([]*Check{looks, bookkeeping}, seen)
		if results[0].Outcome != c.looked || results[1].Outcome != c.bookkeeping {
			t.Errorf("a gap of %s: %s and %s, want %s and %s", c.kind, results[0].Outcome, results[1].Outcome, c.looked, c.bookkeeping)
		}
	}
}

// What the policy does not ask is not missed where it could not be seen.
func TestUnaskedCheckIsNotApplicable(t *testing.T) {
	check := &Check{
		ID: "level", Needs: []evidence.Kind{evidence.Publications},
		Asked:   func(s evidence.Settings) bool { return s.Provenance.MinLevel > 0 },
		Inspect: func(*evidence.Snapshot, *Record) {},
	}
	seen := &evidence.Snapshot{Gaps: []evidence.Gap{{Kind: evidence.Publications, Subject: "npm:weather", Reason: "it did not answer"}}}
	for level, want := range []Outcome{NotApplicable, NotAssessed} {
		seen.Settings.Provenance.MinLevel = level
		if got := Run([]*Check{check}, seen)[0].Outcome; got != want {
			t.Errorf("level %d: %s, want %s", level, got, want)
		}
	}
}
