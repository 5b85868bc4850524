package specimen

import (
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/reports"
)

// Doubtful is one of a scan with a token that may see little, offline as to
// registries: few reasons leave many checks open.
func Doubtful() *reports.Report {
	settings := func(id string, unlocks ...string) *audit.Check {
		c := check(id, audit.Access, audit.Medium, func(r *audit.Record) {
			for _, unlock := range unlocks {
				r.Doubt(audit.Doubt{Subject: "setting of " + id, Reason: "the token lacks " + unlock, Unlock: unlock})
			}
		})
		c.Source, c.Needs = audit.FromHost, []evidence.Kind{evidence.Hosts}
		return c
	}
	packages := func(id string) *audit.Check {
		c := check(id, audit.Provenance, audit.High, func(r *audit.Record) {
			for i := range 7 {
				r.Doubt(audit.Doubt{
					Subject: fmt.Sprintf("npm:@acme/part-%d", i), Location: at(fmt.Sprintf("packages/%d/package.json", i), 2, 3, 6),
					Reason: "nobody asked the registry", Unlock: "a scan with a network, without --offline",
				})
			}
		})
		c.Source = audit.FromRegistry
		return c
	}
	mixed := settings("mixed-thing", "administration:read")
	look := mixed.Inspect
	mixed.Inspect = func(seen *evidence.Snapshot, r *audit.Record) {
		look(seen, r)
		r.Pass("another", evidence.Location{})
		r.Doubt(audit.Doubt{Subject: "${RUNNER}", Location: at(workflow, 9, 1, 9), Reason: "the runner is known to the run only"})
	}
	seen := snapshot()
	seen.Gaps, seen.Ignores = nil, nil
	return report(seen, []*audit.Check{
		packages("package-without-provenance"), packages("invalid-provenance"), packages("provenance-from-elsewhere"),
		settings("branch-open", "administration:read"), settings("stale-secret", "secrets:read", "environments:read"),
		settings("member-without-mfa", "members:read"), settings("deploy-key", "administration:read"), mixed,
	}, "", "")
}

// Unasked is one of a scan that did not ask the code host at all.
func Unasked() *reports.Report {
	var register []*audit.Check
	for i := range 4 {
		c := check(fmt.Sprintf("setting-%d", i), audit.Access, audit.Medium, func(*audit.Record) {})
		c.Source, c.Needs = audit.FromHost, []evidence.Kind{evidence.Hosts}
		register = append(register, c)
	}
	partly := check("runner-thing", audit.Hermetic, audit.Medium, func(r *audit.Record) { r.Pass("x", at(workflow, 9, 1, 9)) })
	partly.Needs = []evidence.Kind{evidence.Workflows, evidence.Hosts}
	tree := check("tree-thing", audit.Pinning, audit.Medium, func(r *audit.Record) { r.Pass("x", at(workflow, 9, 1, 9)) })
	tree.Needs = []evidence.Kind{evidence.Workflows}
	seen := snapshot()
	seen.Ignores = nil
	seen.Gaps = []evidence.Gap{{Kind: evidence.Hosts, Subject: "code host", Reason: "--offline", Unlock: "a scan with a network, without --offline"}}
	return report(seen, append(register, partly, tree), "", "")
}

// Private is one with findings about what only insiders may know; the public sees
// its Verdict.Withhold.
func Private() *reports.Report {
	named := func(id, private, message string, subjects ...string) *audit.Check {
		c := check(id, audit.Access, audit.High, func(r *audit.Record) {
			for _, subject := range subjects {
				r.Defect(audit.Finding{Subject: subject, Private: private, Anchor: "host/" + id, Message: subject + " " + message})
			}
			r.Doubt(audit.Doubt{Subject: subjects[0] + " PLANTED", Private: private, Reason: "when it was written is not known"})
		})
		c.Source = audit.FromHost
		return c
	}
	seen := snapshot()
	seen.Gaps, seen.Ignores = nil, nil
	return report(seen, []*audit.Check{
		named("member-without-mfa", "a member of acme", "has no second factor; ask them to set one up", "member PLANTED-bob", "member PLANTED-carl"),
		named("stale-secret", "a secret of the repository", "is old; replace it", "secret PLANTED_A of the repository", "secret PLANTED_B of the repository",
			"secret PLANTED_C of the repository", "secret PLANTED_D of the repository", "secret PLANTED_E of the repository", "secret PLANTED_F of the repository"),
		named("insecure-webhook", "a webhook of the repository", "sends over http; use https", "webhook to planted.example.com of the repository"),
	}, "waivers:\n  - check: stale-secret\n    subject: secret PLANTED_F *\n    reason: it is read-only\n    owner: '@me'\n    until: 2027-01-31\n", "")
}
