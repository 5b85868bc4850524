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
