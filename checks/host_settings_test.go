package checks_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// setting is one way in which a repository and its organisation can be set up.
type setting struct {
	name   string
	start  func() *acme // hardened where nil
	change func(*acme)
	policy evidence.Settings
	// want are the outcomes that differ from those of the start, as "check=outcome": passed,
	// open (not assessed), none (not applicable), or the worst severity of what is found.
	want string
}

// freshOutcomes are what differs between a fresh repository and a hardened one.
const freshOutcomes = `unprotected-branch=high force-push-allowed=high branch-deletion-allowed=low status-checks-not-required=medium signature-not-required=low
	protection-bypass-allowed=none ruleset-not-enforced=none mutable-release-tags=high
	review-not-required=high stale-approval-counts=none last-pusher-can-approve=none code-owner-review-not-required=low
	unreviewed-change=none direct-push=high release-without-second-person=high
	mfa-not-required=high any-action-allowed=low fork-run-without-approval=low secret-scanning-off=medium`

// nothingToLookAt are the checks that have nothing to look at in a hardened repository.
const nothingToLookAt = `overdue-key-rotation=none mutable-release=none asset-replaced-after-release=none impostor-commit=none misleading-pin-comment=none`

func outcomes(text string) map[string]string {
	all := make(map[string]string)
	for word := range strings.FieldsSeq(text) {
		id, outcome, _ := strings.Cut(word, "=")
		all[id] = outcome
	}
	return all
}

// Every setting leads to the outcome that it should have, in every check of the host.
func TestSettings(t *testing.T) {
	table := slices.Concat(ruleSettings, classicSettings, bypassSettings, tagSettings, historySettings, releaseSettings, kindSettings)
	if len(table) < 60 {
		t.Errorf("the table has %d settings", len(table))
	}
	names := make(map[string]bool)
	for _, row := range table {
		if names[row.name] {
			t.Errorf("%s stands twice in the table", row.name)
		}
		names[row.name] = true
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			holdSetting(t, row)
		})
	}
}

func holdSetting(t *testing.T, row setting) {
	results := judged(t, row.world(), owner, row.policy)
	want := row.outcomes()
	for _, id := range slices.Sorted(maps.Keys(results)) {
		got, expected := outcomeOf(results[id]), want[id]
		if expected == "" {
			expected = "passed"
		}
		if got != expected {
			t.Errorf("%s is %s, want %s: %v %v", id, got, expected, results[id].Findings, results[id].Doubts)
		}
	}
}

func (row setting) world() *acme {
	start := row.start
	if start == nil {
		start = hardened
	}
	w := start()
	if row.change != nil {
		row.change(w)
	}
	return w
}

func (row setting) outcomes() map[string]string {
	want := outcomes(nothingToLookAt)
	if row.start != nil {
		maps.Copy(want, outcomes(freshOutcomes))
	}
	maps.Copy(want, outcomes(row.want))
	return want
}
