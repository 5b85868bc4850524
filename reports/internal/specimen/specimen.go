// Package specimen holds reports for the tests of every writer: made by hand
// from a small register of their own, so that a new check touches no golden file.
package specimen

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// page is a check's page.
func page(id string) string {
	return "# " + id + `

## Why
What moves can be moved by others. This sentence
goes on in a second line.

More about it.

## What it looks at
Every line.

## How to mend
Write down the ` + "`digest`" + `.

Then rest.

## When a waiver is fair
Seldom.

## References
- [A page](https://example.org/page)
`
}

// check is one that finds what it is told to.
func check(id string, family audit.Family, severity audit.Severity, inspect func(*audit.Record), controls ...string) *audit.Check {
	return &audit.Check{
		ID: id, Title: "Title of " + id, Family: family, Severity: severity, Source: audit.FromTree,
		Doc: page(id), Controls: append([]string{}, controls...),
		Inspect: func(_ *evidence.Snapshot, r *audit.Record) { inspect(r) },
	}
}

func at(path string, line, column, width int) evidence.Location {
	return evidence.Location{Path: path, Line: line, Column: column, EndLine: line, EndColumn: column + width}
}

const (
	workflow = ".github/workflows/ci.yml"
	odd      = "docs/a b#c?100%/é.md"
)

func step(line int, name, ref string) audit.Finding {
	return audit.Finding{
		Subject: name + "@" + ref, Thing: name, Anchor: fmt.Sprintf("jobs/test/steps/%d", line),
		Location: at(workflow, line, 15+len(name)+1, len(ref)),
		Message:  fmt.Sprintf("%s@%s can change under the same name; pin it to a full commit SHA", name, ref),
	}
}

// register looks at nothing: it says what a snapshot like this would make real
// checks say.
func register() []*audit.Check {
	guess := check("maybe-odd", audit.Pinning, audit.Medium, func(r *audit.Record) {
		r.Defect(audit.Finding{Subject: "tool", Location: at("install.sh", 3, 1, 4), Message: "tool may be odd; look at it"})
	})
	guess.Confidence = audit.Guess
	partly := check("unverified-download", audit.Pinning, audit.Critical, func(r *audit.Record) {
		r.Defect(audit.Finding{
			Subject: "https://example.com/install.sh", Anchor: "stages/build", Location: evidence.Location{Path: "Dockerfile", Line: 4, Column: 5, EndLine: 6, EndColumn: 9},
			Message: "https://example.com/install.sh is run as it comes; check its sha256 before",
			Related: []audit.Related{
				{Location: at("Dockerfile", 9, 5, 10), Message: "it runs here"},
				{Location: evidence.Location{Path: "../outside"}, Message: "no place of this tree"},
			},
			Flow: []audit.Related{
				{Location: at(workflow, 24, 5, 7), Message: "ci.yml job publish"},
				{Location: at(workflow, 30, 14, 9), Message: "step Build"},
				{Location: at("Dockerfile", 4, 5, 4), Message: "Dockerfile"},
			},
		})
		r.Doubt(audit.Doubt{Subject: "${URL}", Location: at("install.sh", 7, 6, 6), Reason: "the address is known to the run only"})
	}, "OSPS-BR-05.01", "CICD-SEC-3")
	partly.Needs = []evidence.Kind{evidence.Commands}
	strict := check("strict-thing", audit.Hermetic, audit.High, func(r *audit.Record) {})
	strict.Strict = true
	expired := check("expired-waiver", audit.PolicyOwn, audit.Medium, nil)
	expired.Inspect, expired.Source = nil, audit.FromPolicy
	return []*audit.Check{
		check("unpinned-action", audit.Pinning, audit.High, func(r *audit.Record) {
			r.Defect(step(9, "actions/checkout", "v4"))
			r.Defect(step(11, "actions/setup-node", "main"))
			waived := step(14, "acme/deploy", "v1")
			r.Defect(waived)
			r.Defect(step(17, "acme/old", "v0"))
			r.Defect(step(20, "acme/inline", "v2"))
			r.Pass("acme/good@3041bf56c941b39c61721a86cd11f3bb1338122a", at(workflow, 22, 15, 40))
		}, "OSPS-BR-05.01", "CIS-SSC-3.1.7", "SLSA-BUILD-L2", "OWASP-MCP04"),
		check("unpinned-image", audit.Pinning, audit.High, func(r *audit.Record) {
			for i, image := range []string{"node:20", "redis", "node:20"} {
				r.Defect(audit.Finding{
					Subject: image, Location: at("compose.yml", 5, 3+12*i, len(image)),
					Message: image + " can change under the same tag; add its digest",
				})
			}
			r.Defect(audit.Finding{Subject: "busybox", Location: at("testdata/Dockerfile", 1, 6, 7), Message: "busybox can change; add its digest"})
		}),
		partly,
		guess,
		check("many-launches", audit.Pinning, audit.Low, func(r *audit.Record) {
			for i := range 14 {
				r.Defect(audit.Finding{
					Subject: "npx weather-mcp", Anchor: fmt.Sprint(i), Location: at(odd, 10+3*i, 4, 15),
					Message: "npx weather-mcp runs another version tomorrow; name one, as weather-mcp@1.2.3",
				})
			}
			r.Defect(audit.Finding{
				Subject: "uvx weather-mcp", Location: at(odd, 99, 4, 15),
				Message: "uvx weather-mcp runs another version tomorrow; name one, as weather-mcp==1.2.3",
			})
		}),
		strict,
		check("open-door", audit.Hermetic, audit.Note, func(r *audit.Record) {
			r.Defect(audit.Finding{Subject: "package.json", Location: evidence.Location{Path: "package.json"}, Message: "package.json has no lock; write one with npm install --package-lock-only"})
		}),
		check("good-thing", audit.Hermetic, audit.Medium, func(r *audit.Record) { r.Pass("x", at("package.json", 2, 3, 4)) }),
		check("unseen-thing", audit.Access, audit.Medium, func(r *audit.Record) {
			r.Doubt(audit.Doubt{Subject: "branch main", Reason: "its rules may not be read", Unlock: "administration:read"})
		}),
		check("no-thing", audit.Access, audit.Medium, func(r *audit.Record) {}),
		check("far-thing", audit.Access, audit.Low, func(r *audit.Record) {
			r.Defect(audit.Finding{Subject: "x", Location: at("../org/policy.yml", 4, 3, 1), Message: "x is far away; bring it here"})
		}),
		expired,
	}
}

const rules = `fail-at: high
waivers:
  - check: unpinned-action
    subject: acme/deploy@*
    reason: we own it and its tags cannot move
    owner: "@acme/build"
    until: 2027-01-31
  - check: unpinned-image
    path: compose.yml
    reason: was fine for a while
    owner: "@acme/build"
    until: 2026-10-01
`

// snapshot is the tree that the register speaks of.
func snapshot() *evidence.Snapshot {
	return &evidence.Snapshot{
		Schema: evidence.Schema, TakenAt: now,
		Target: evidence.Target{
			Name: "acme/weather", Commit: "0123456789abcdef0123456789abcdef01234567", Branch: "main",
			Remote: "https://git.example.com/acme/weather.git",
		},
		Files: []evidence.File{
			{Path: workflow, LineHashes: map[int]string{1: "1f2e3d4c5b6a7988:1", 9: "a7f2ff13bc495cf2:1", 11: "a7f2ff13bc495cf2:2"}},
			{Path: policy.Name},
			{Path: "Dockerfile", LineHashes: map[int]string{4: "a9cf91f7bbf1862b:1"}},
			{Path: "compose.yml"},
			{Path: odd},
			{Path: "install.sh"},
			{Path: "package.json", LineHashes: map[int]string{1: "c129715d7a2bc9a3:1"}},
			{Path: "testdata/Dockerfile", Role: evidence.Fixture},
		},
		Ignores: []evidence.Ignore{{
			Checks: []string{"unpinned-action"}, Owner: "@me", Until: "2026-12-31", Reason: "the vendor publishes no SHA",
			At: at(workflow, 20, 40, 60), Line: 20,
		}},
		Gaps: []evidence.Gap{{
			Kind: evidence.Commands, Subject: "broken.sh", At: at("broken.sh", 3, 1, 0), Reason: "the quote that begins here never ends",
		}, {
			Kind: evidence.Listing, Subject: "vendor/lib", At: evidence.Location{Path: "vendor/lib"},
			Reason: "a submodule: its files belong to another repository", Unlock: "scan that repository by itself",
		}},
	}
}

// Whole is a report that holds one of everything.
func Whole() *reports.Report {
	return report(snapshot(), register(), rules, "acme/old")
}

// Empty is one of a repository in which no check found anything to look at.
func Empty() *reports.Report {
	seen := &evidence.Snapshot{Schema: evidence.Schema, TakenAt: now, Target: evidence.Target{Name: "empty"}}
	return report(seen, []*audit.Check{
		check("no-thing", audit.Access, audit.Medium, func(*audit.Record) {}),
		check("nothing-else", audit.Pinning, audit.High, func(*audit.Record) {}),
	}, "", "")
}

// Good is one in which all that applies is as it should be.
func Good() *reports.Report {
	seen := snapshot()
	seen.Gaps, seen.Ignores = nil, nil
	return report(seen, []*audit.Check{
		check("good-thing", audit.Hermetic, audit.Medium, func(r *audit.Record) { r.Pass("x", at("package.json", 2, 3, 4)) }),
		check("no-thing", audit.Access, audit.Medium, func(*audit.Record) {}),
	}, "", "")
}

// Unknown is one of a scan that was cut short, under a policy that wants to know.
func Unknown() *reports.Report {
	r := report(snapshot(), []*audit.Check{
		check("unseen-thing", audit.Access, audit.Medium, func(r *audit.Record) {
			r.Doubt(audit.Doubt{Subject: "branch main", Reason: "its rules may not be read", Unlock: "administration:read"})
		}),
	}, "on-unknown: fail", "")
	r.Verdict.Summary.Complete = false
	return r
}

// Many is one with n findings, for benchmarks.
func Many(n int) *reports.Report {
	many := check("unpinned-action", audit.Pinning, audit.High, func(r *audit.Record) {
		for i := range n {
			r.Defect(step(i+1, "actions/checkout", "v4"))
		}
	}, "OSPS-BR-05.01")
	seen := snapshot()
	seen.Ignores = nil
	return report(seen, []*audit.Check{many}, "", "")
}

// report runs and judges as the command line does. known names the thing whose
// finding is in the baseline.
func report(seen *evidence.Snapshot, register []*audit.Check, rules, known string) *reports.Report {
	held, err := policy.Load(policy.Name, []byte(rules), register, now)
	if err != nil {
		panic(err)
	}
	results := audit.Run(register, seen)
	verdict := policy.Judge(results, seen, held, baseline(results, known), now)
	return &reports.Report{
		Tool:   reports.Tool{Name: "sealvet", Version: "1.2.3", Commit: "fedcba9876543210fedcba9876543210fedcba98"},
		Target: seen.Target, Server: true, TakenAt: seen.TakenAt, Files: seen.Files, LeftAlone: seen.LeftAlone(), Verdict: verdict,
	}
}

func baseline(results []audit.Result, thing string) *policy.Known {
	var entries []policy.Entry
	for _, result := range results {
		for _, f := range result.Findings {
			if thing != "" && f.Thing == thing {
				entries = append(entries, policy.Entry{Fingerprint: f.Fingerprint, Check: f.Check, Path: f.Location.Path, Subject: f.Subject})
			}
		}
	}
	data, err := json.Marshal(map[string]any{"schema": policy.BaselineSchema, "entries": entries})
	if err != nil {
		panic(err)
	}
	known, err := policy.LoadBaseline("baseline.json", data)
	if err != nil {
		panic(err)
	}
	return known
}
