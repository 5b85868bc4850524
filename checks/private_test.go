package checks_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

// insider is a host whose privileged names are all planted, and whose settings are
// all as said.
func insider(system string, answer evidence.Answer, written time.Time) evidence.Host {
	people := []evidence.Person{{Login: "planted-login"}, {Email: "planted@example.com"}}
	var bypass []evidence.Bypass
	for _, kind := range []string{"role", "team", "app", "user", "deploy-key", "organisation-admin", "administrators"} {
		for _, mode := range []string{"always", "pull-request", "exempt"} {
			bypass = append(bypass, evidence.Bypass{Source: "ruleset 1", Kind: kind, Name: "planted-" + kind, Mode: mode})
		}
	}
	host := evidence.Host{
		System: system, Address: "https://example.com", Name: "acme/tool", Visibility: "public", DefaultBranch: "main", Personal: evidence.No,
		Branches: []evidence.Branch{{Name: "main", Role: "default", Protected: evidence.Yes, Bypass: bypass, BypassSeen: answer}},
		Rulesets: []evidence.Ruleset{{
			ID: "1", Name: "tags", Target: "tag", Enforcement: "active", Source: "acme/tool", Include: []string{"refs/tags/*"},
			Rules: []string{"update", "deletion"}, Bypass: bypass, BypassSeen: answer,
		}},
		Organisation: &evidence.Organisation{
			Name: "acme", WithoutMFA: people, WithoutMFASeen: answer, OutsideWithoutMFA: people, OutsideSeen: answer, InsecureMFA: people, InsecureSeen: answer,
		},
		DeployKeys: []evidence.DeployKey{
			{ID: "1", Title: "planted key", CanWrite: answer, Created: written, UsedSeen: answer, LastUsed: written}, {ID: "2", Title: "planted writer", CanWrite: evidence.Yes, UsedSeen: evidence.Yes, Created: written},
		},
		Webhooks: []evidence.Webhook{
			{ID: "1", Level: "repository", Host: "planted.example.com", Scheme: "http", VerifyTLS: answer, HasSecret: answer, Active: evidence.Yes},
			{ID: "2", Level: "organisation", Host: "planted.example.org", Scheme: "https", VerifyTLS: answer, HasSecret: answer, Active: evidence.Yes},
		},
		Runners: []evidence.HostRunner{
			{Name: "planted-runner", Level: "repository", Labels: []string{"self-hosted", "linux"}, Ephemeral: answer},
			{Name: "planted-shared", Level: "organisation", Labels: []string{"self-hosted", "linux"}, Ephemeral: answer},
		},
	}
	for _, level := range []string{"repository", "organisation", "environment", "dependabot"} {
		s := evidence.Secret{Name: "PLANTED_" + level, Level: level, Updated: written, Protected: answer, Masked: answer}
		if level == "environment" {
			s.Environment = "prod"
		}
		host.Secrets = append(host.Secrets, s)
	}
	return host
}

// Whoever writes a check of the host says in Private what to call what only insiders
// may name; this finds who forgot.
func TestNoCheckNamesInsidersBeforeThePublic(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for _, system := range []string{"github", "gitlab"} {
		for _, answer := range []evidence.Answer{evidence.Unknown, evidence.No, evidence.Yes} {
			for _, written := range []time.Time{{}, now.AddDate(-9, 0, 0), now} {
				seen := &evidence.Snapshot{
					TakenAt: now, Hosts: []evidence.Host{insider(system, answer, written)},
					Workflows: []evidence.Workflow{{Path: ".github/workflows/ci.yml"}},
				}
				t.Run(fmt.Sprintf("%s/%s/%d", system, answer, written.Year()), func(t *testing.T) { namesNobody(t, seen, now) })
			}
		}
	}
}

func namesNobody(t *testing.T, seen *evidence.Snapshot, now time.Time) {
	whole := policy.Judge(audit.Run(checks.All, seen), seen, policy.Default(), nil, now)
	public := whole.Withhold()
	planted := func(words ...string) bool {
		return strings.Contains(strings.ToLower(strings.Join(words, "\n")), "planted")
	}
	named := 0
	for i, f := range public.Findings {
		before := whole.Findings[i]
		if planted(before.Subject, before.Message) {
			named++
		}
		if planted(f.Subject, f.Thing, f.Message, f.Anchor, f.Because) {
			t.Errorf("%s names insiders: set Private. Subject %q, anchor %q, message %q", f.Check, before.Subject, before.Anchor, before.Message)
		}
		for _, r := range append(f.Related, f.Flow...) {
			if planted(r.Message) {
				t.Errorf("%s names insiders beside: %q", f.Check, r.Message)
			}
		}
	}
	for _, r := range public.Results {
		for _, d := range r.Doubts {
			if planted(d.Subject, d.Reason, d.Unlock) {
				t.Errorf("%s names insiders in a doubt: set Private. Subject %q: %q", r.Check.ID, d.Subject, d.Reason)
			}
		}
	}
	if named == 0 {
		t.Error("no finding names anybody: this test proves nothing")
	}
}
