package specimen

import (
	"maps"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/reports"
)

// Poison holds what a hostile repository puts into names, by what it attacks.
var Poison = map[string]string{
	"ansi colour":        "\x1b[31mred\x1b[0m",
	"ansi clear":         "\x1b[2J\x1b[H",
	"c1 control":         "a\u009b31mb\u0085c",
	"osc 8 link":         "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
	"bidi override":      "abc\u202etxt.exe\u202c",
	"bidi isolate":       "a\u2066b\u2069",
	"zero width":         "act\u200bions/\ufeffcheck\u2060out",
	"tag characters":     "a\U000E0041\U000E0042",
	"variation selector": "a\ufe0f\U000E0100",
	"nul":                "a\x00b",
	"invalid utf-8":      "a\xff\xfe\xc3(b",
	"github command":     "::error::pwned",
	"github after space": " \t\u00a0::set-output name=x::y",
	"github old command": "##[error]pwned",
	"azure command":      "##vso[task.setvariable variable=x]y",
	"hidden command":     "::add-mask::x\n::set-output name=a::b\r\n##[group]",
	"second word":        "word ::warning::x",
	"lone return":        "good\rbad",
	"line separator":     "a\u2028b\u2029c",
	"html":               "</script><script>alert(1)</script>",
	"markdown link":      "[click](https://evil.example)",
	"escaped link":       `[click\](https://evil.example)`,
	"markdown image":     "![x](https://evil.example/x.png)",
	"mention":            "@acme/security please",
	"pipe and backtick":  "a|b`c`",
	"json":               `"},{"level":"none`,
	"very long":          strings.Repeat("long-", 4000),
	"very long wide":     strings.Repeat("長い", 4000),
	"percent":            "%41%00%2e%2e%s%d%!",
	"empty":              "",
}

// AllPoison is every one, in a steady order.
func AllPoison() []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(Poison)) {
		all = append(all, Poison[name])
	}
	return all
}

// Hostile is the report of a repository that puts poison wherever it names
// something: paths, subjects, messages, anchors, reasons, its own name and branch.
func Hostile(poison ...string) *reports.Report {
	name := strings.Join(poison, " ")
	seen := &evidence.Snapshot{
		Schema: evidence.Schema, TakenAt: now,
		Target: evidence.Target{Name: name, Commit: name, Branch: name, Remote: "https://git.example.com/" + name},
	}
	failing := check("bad-thing", audit.Pinning, audit.High, nil)
	failing.Needs = []evidence.Kind{evidence.Commands}
	waived := check("waived-thing", audit.Pinning, audit.High, nil)
	repeated := check("repeated-thing", audit.Pinning, audit.Low, nil)
	for _, p := range poison {
		here := at("src/"+p+"/ci.yml", 2, 3, 4)
		seen.Files = append(seen.Files, evidence.File{Path: here.Path})
		seen.Ignores = append(seen.Ignores, evidence.Ignore{
			Checks: []string{"waived-thing"}, Owner: p + ".", Until: "2026-12-31", Reason: p + ".", At: here, Line: 2,
		})
		for _, kind := range []evidence.Kind{evidence.Commands, evidence.Listing} {
			seen.Gaps = append(seen.Gaps, evidence.Gap{Kind: kind, Subject: p, Reason: p + ".", Unlock: p})
		}
	}
	failing.Inspect = func(_ *evidence.Snapshot, r *audit.Record) {
		for _, p := range poison {
			here := at("src/"+p+"/ci.yml", 2, 3, 4)
			r.Defect(audit.Finding{
				Subject: p, Anchor: p, Location: here, Message: p + " is bad; mend it",
				Related: []audit.Related{{Location: here, Message: p}}, Flow: []audit.Related{{Location: here, Message: p}},
			})
			r.Defect(audit.Finding{Subject: p, Location: here, Message: p})
			r.Defect(audit.Finding{Subject: p, Location: evidence.Location{Path: "../" + p}, Message: p + "."})
			r.Doubt(audit.Doubt{Subject: p, Reason: p + ".", Unlock: p})
		}
	}
	waived.Inspect = failing.Inspect
	repeated.Inspect = func(_ *evidence.Snapshot, r *audit.Record) {
		for _, p := range poison {
			for i := range 6 {
				r.Defect(audit.Finding{Subject: p, Anchor: p, Location: at("src/"+p+"/ci.yml", 9+i, 3, 4), Message: p + "."})
			}
		}
	}
	return report(seen, []*audit.Check{failing, waived, repeated}, "", "")
}
