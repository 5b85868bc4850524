package checks_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

var today = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func number(n int) *int { return &n }

// exemplary is a host that says only good things of a repository.
func exemplary() *evidence.Snapshot {
	ada, bob := evidence.Person{Login: "ada"}, evidence.Person{Login: "bob"}
	yes, no := evidence.Yes, evidence.No
	host := evidence.Host{
		System: "github", Address: "https://github.com", Name: "acme/weather", ID: "1", Visibility: "public", Archived: no, DefaultBranch: "main", Personal: no,
		Organisation: &evidence.Organisation{
			Name: "acme", MFARequired: yes, WithoutMFASeen: yes, OutsideSeen: yes, InsecureSeen: yes, Owners: number(2), DefaultPermission: "read",
			ImmutableReleases: yes, DeployKeysAllowed: no, PublicRunnerGroups: no,
		},
		Branches: []evidence.Branch{{
			Name: "main", Role: "default", Protected: yes, Approvals: number(2), PullRequest: yes, DismissStale: yes, LastPush: yes, CodeOwners: yes, StatusChecks: yes,
			Checks: []string{"test"}, Strict: yes, ForcePushBlocked: yes, DeletionBlocked: yes, Signatures: yes, Linear: yes, BypassSeen: yes, Sources: []string{"ruleset 1 of acme"},
		}},
		Rulesets: []evidence.Ruleset{
			{ID: "1", Name: "main", Target: "branch", Enforcement: "active", Source: "acme", Include: []string{"~DEFAULT_BRANCH"}, Rules: []string{"deletion", "non_fast_forward", "pull_request"}, BypassSeen: yes},
			{ID: "2", Name: "tags", Target: "tag", Enforcement: "active", Source: "acme", Include: []string{"~ALL"}, Rules: []string{"deletion", "update", "non_fast_forward"}, BypassSeen: yes},
		},
		Changes: &evidence.Changes{Branch: "main", Whole: yes, Commits: []evidence.Change{{
			Commit: "0123456789abcdef0123456789abcdef01234567", At: today, Authors: []evidence.Person{ada}, Web: yes, Signed: "VALID", ByHost: yes, RequestSeen: yes,
			Request: &evidence.PullRequest{
				Number: 7, Author: ada, MergedBy: ada, MergedAt: today, Head: "89abcdef0123456789abcdef0123456789abcdef", Contributors: []evidence.Person{ada}, ContributorsSeen: yes,
				LastPusher: ada, ReviewsSeen: yes, Reviews: []evidence.Review{{By: bob, State: "APPROVED", At: today, Commit: "89abcdef0123456789abcdef0123456789abcdef", CanPush: yes}},
			},
		}}},
		Environments: []evidence.Environment{{Name: "release", Reviewers: number(2), SelfReview: no, AdminsBypass: no, BranchesBound: yes, Branches: []string{"v*"}}},
		Secrets:      []evidence.Secret{{Name: "A", Level: "environment", Environment: "release", Updated: today.AddDate(0, -1, 0), Protected: yes, Masked: yes}},
		DeployKeys:   []evidence.DeployKey{{ID: "1", CanWrite: no, Created: today.AddDate(0, -1, 0), LastUsed: today, UsedSeen: yes}},
		Webhooks:     []evidence.Webhook{{ID: "1", Level: "repository", Host: "hooks.example.com", Scheme: "https", VerifyTLS: yes, HasSecret: yes, Active: yes}},
		Actions: &evidence.ActionsPolicy{
			Enabled: yes, Allowed: "selected", AllowedPatterns: []string{"acme/*"}, VerifiedAllowed: no, SHAPinning: yes, TokenWrites: no, MayApprove: no,
			ForkApproval: "all_external_contributors", LogDays: number(400), ImmutableSub: yes, JobTokenOpen: no,
		},
		Security: evidence.SecurityOptions{SecretScanning: yes, PushProtection: yes, Alerts: yes, PrivateReports: yes, Policy: yes, ImmutableRelease: yes},
		Signers:  []evidence.AccountKey{{Login: "ada", Key: "SHA256:a", Kind: "ssh", Created: today.AddDate(-1, 0, 0), Revoked: no}},
	}
	return &evidence.Snapshot{
		Schema: evidence.Schema, TakenAt: today, Hosts: []evidence.Host{host},
		Releases: []evidence.Release{{Tag: "v1.0.0", Published: today, Immutable: yes}},
		Owners:   []evidence.Owners{{Path: ".github/CODEOWNERS"}},
	}
}

// outcomesOfHost asks every check that the host decides.
func outcomesOfHost(seen *evidence.Snapshot) map[string]audit.Outcome {
	outcomes := make(map[string]audit.Outcome)
	for _, check := range checks.All {
		if check.Source == audit.FromHost {
			outcomes[check.ID] = audit.Run([]*audit.Check{check}, seen)[0].Outcome
		}
	}
	return outcomes
}

// TestUnseenSettingsPassNothing turns every answer of an exemplary host, one at a
// time, into the other one and into an unknown one. Where the other one fails a check,
// the unknown one must not pass it.
func TestUnseenSettingsPassNothing(t *testing.T) {
	good := outcomesOfHost(exemplary())
	passed := 0
	for id, outcome := range good {
		if outcome == audit.Failed {
			t.Errorf("%s fails on the exemplary host", id)
		}
		if outcome == audit.Passed {
			passed++
		}
	}
	if passed < 25 {
		t.Errorf("only %d checks pass on the exemplary host", passed)
	}
	decisive := 0
	leaves(reflect.ValueOf(exemplary()).Elem(), "", func(path string, _ reflect.Value) {
		bad, unknown := exemplary(), exemplary()
		spoil(at(bad, path), false)
		spoil(at(unknown, path), true)
		failing, unseen := outcomesOfHost(bad), outcomesOfHost(unknown)
		for id := range good {
			if failing[id] != audit.Failed {
				continue // the answer does not decide this check
			}
			decisive++
			if unseen[id] == audit.Passed || unseen[id] == audit.NotApplicable {
				t.Errorf("%s is %s where %s is unknown, and fails where it is not good", id, unseen[id], path)
			}
		}
	})
	if decisive < 18 {
		t.Errorf("only %d answers decide a check", decisive)
	}
}

// leaves visits every known Answer and every number behind a pointer.
func leaves(v reflect.Value, path string, visit func(string, reflect.Value)) {
	switch {
	case v.Type() == reflect.TypeFor[evidence.Answer]():
		if v.Interface() != evidence.Unknown {
			visit(path, v)
		}
	case v.Type() == reflect.TypeFor[*int]():
		if !v.IsNil() {
			visit(path, v)
		}
	case v.Kind() == reflect.Pointer && !v.IsNil():
		leaves(v.Elem(), path, visit)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				leaves(v.Field(i), fmt.Sprintf("%s.%s", path, v.Type().Field(i).Name), visit)
			}
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			leaves(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	}
}

// at finds the leaf of that path in another snapshot.
func at(seen *evidence.Snapshot, path string) (leaf reflect.Value) {
	leaves(reflect.ValueOf(seen).Elem(), "", func(its string, v reflect.Value) {
		if its == path {
			leaf = v
		}
	})
	return leaf
}

func spoil(v reflect.Value, unknown bool) {
	switch {
	case v.Kind() == reflect.Pointer && unknown:
		v.SetZero()
	case v.Kind() == reflect.Pointer:
		v.Elem().SetInt(0)
	case unknown:
		v.Set(reflect.ValueOf(evidence.Unknown))
	case v.Interface() == evidence.Yes:
		v.Set(reflect.ValueOf(evidence.No))
	default:
		v.Set(reflect.ValueOf(evidence.Yes))
	}
}
