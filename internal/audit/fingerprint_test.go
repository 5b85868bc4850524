package audit

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// The fingerprints below are a contract: baselines, alerts and issues outside of
// this repository hang on them. If this test fails, do not edit it: raise
// FingerprintVersion, and say in the CHANGELOG what baselines have to do.
func TestFingerprintsAreFrozen(t *testing.T) {
	findings := []Finding{
		{Check: "unpinned-action", Subject: "actions/checkout@v4", Thing: "actions/checkout", Anchor: "jobs/build/steps", Location: evidence.Location{Path: ".github/workflows/ci.yml", Line: 5, Column: 15}},
		{Check: "unpinned-action", Subject: "actions/checkout@v4", Thing: "actions/checkout", Anchor: "jobs/build/steps", Location: evidence.Location{Path: ".github/workflows/ci.yml", Line: 9, Column: 15}},
		{Check: "unpinned-image", Subject: "node:20", Location: evidence.Location{Path: "Dockerfile", Line: 1}},
	}
	fingerprint(findings)
	want := []string{
		"v1:5c3bab9b85c5eaef94b06a2d87273f41",
		"v1:b9953c84badd43718baf36c201ab7d5c",
		"v1:f3c7715b90d91bb60e850aa7fcaec98a",
	}
	for i, f := range findings {
		if f.Fingerprint != want[i] {
			t.Errorf("%s has fingerprint %s, the contract says %s", f.Subject, f.Fingerprint, want[i])
		}
	}
}

// An update, a moved line and a reworded message are the same finding; another
// file, job or thing is not.
func TestFingerprintFollowsTheThing(t *testing.T) {
	before := Finding{Check: "unpinned-action", Subject: "actions/checkout@v4", Thing: "actions/checkout", Anchor: "jobs/build/steps", Message: "old words", Location: evidence.Location{Path: "ci.yml", Line: 5}}
	name := func(change func(*Finding)) string {
		one := []Finding{before}
		change(&one[0])
		fingerprint(one)
		return one[0].Fingerprint
	}
	same := name(func(*Finding) {})
	for what, change := range map[string]func(*Finding){
		"an update":    func(f *Finding) { f.Subject = "actions/checkout@v5" },
		"a moved line": func(f *Finding) { f.Location.Line, f.Location.Column = 50, 3 },
		"other words":  func(f *Finding) { f.Message = "new words" },
		"a new grade":  func(f *Finding) { f.Severity = Critical },
	} {
		if name(change) != same {
			t.Errorf("%s changes the fingerprint", what)
		}
	}
	for what, change := range map[string]func(*Finding){
		"another check": func(f *Finding) { f.Check = "unpinned-image" },
		"another file":  func(f *Finding) { f.Location.Path = "release.yml" },
		"another job":   func(f *Finding) { f.Anchor = "jobs/test/steps" },
		"another thing": func(f *Finding) { f.Thing = "actions/cache" },
	} {
		if name(change) == same {
			t.Errorf("%s keeps the fingerprint", what)
		}
	}
}
