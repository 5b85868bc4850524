package policy

import (
	"testing"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Whatever a repository writes, what fails under the organisation's policy alone fails
// under both, too.
func TestNoPolicyUndoesAnOtherOne(t *testing.T) {
	asked := append([]*audit.Check{{ID: "graded", Severity: audit.Low, Controls: []string{"SLSA-BUILD-L2"}, Inspect: func(_ *evidence.Snapshot, r *audit.Record) {
		r.Defect(audit.Finding{Subject: "worse", Severity: audit.Critical, Location: evidence.Location{Path: "Dockerfile", Line: 2}, Message: "worse"})
		r.Defect(audit.Finding{Subject: "low", Location: evidence.Location{Path: "Dockerfile", Line: 3}, Message: "low"})
	}}}, register...)
	seen := &evidence.Snapshot{
		Images:  []evidence.Image{image("Dockerfile", "node:22", 1)},
		Ignores: []evidence.Ignore{{Checks: []string{"unpinned-image", "graded"}, Owner: "@o", Until: "2026-12-01", Reason: "r", At: evidence.Location{Path: "Dockerfile", Line: 1}, Line: 2}},
	}
	fails := func(p *Policy) map[string]bool {
		failing := make(map[string]bool)
		verdict := Judge(audit.Run(asked, seen), seen, p, nil, now)
		for _, f := range verdict.Findings {
			if f.Fails {
				failing[f.Check+" "+f.Subject] = true
			}
		}
		for _, r := range verdict.Results {
			if r.Fails {
				failing[r.Check.ID] = true
			}
		}
		return failing
	}
	load := func(path, yaml string) *Policy {
		p, err := Assemble(File{Path: path, Data: []byte(yaml), Foreign: path != Name}, nil, asked, now)
		if err != nil {
			t.Fatalf("%s: %v", yaml, err)
		}
		return p
	}
	organisations := []string{
		"", "fail-at: low", "profile: strict", "profile: slsa", "on-unknown: fail", "{fail-at: note, profile: [standard, slsa]}",
		"checks: {graded: {severity: high}, doubtful: {on-unknown: fail}}", "{include-fixtures: true, exclude: [docs/**]}",
	}
	repositories := []string{
		"", "fail-at: never", "profile: standard", "profile: owasp-mcp", "on-unknown: report", "include-fixtures: false", "exclude: ['**']", "max-waiver-days: 3660",
		"checks: {graded: {severity: note}}", "checks: {graded: {severity: low}}", "checks: {graded: {severity: medium}}", "checks: {graded: {severity: high}}",
		"checks: {graded: {allow: ['*']}, unpinned-image: {severity: low, allow: ['**']}, doubtful: {on-unknown: report}}",
		"waivers: [" + waiver + ", {check: graded, path: '**', reason: r, owner: o, until: 2026-12-01}]",
		"{allow-loosening: [waivers, fail-at, checks, exclude], fail-at: never, waivers: [" + waiver + "]}",
	}
	for _, org := range organisations {
		demanded := fails(Merge(load("org.yml", org), Default()))
		for _, first := range repositories {
			for _, second := range repositories {
				both := fails(Merge(load("org.yml", org), Merge(load("team.yml", first), load(Name, second))))
				for what := range demanded {
					if !both[what] {
						t.Errorf("%q fails under %q, and not with %q over %q", what, org, second, first)
					}
				}
			}
		}
	}
}
