package policy

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// laid lays a repository's policy over an organisation's.
func laid(t *testing.T, org, own string) *Policy {
	t.Helper()
	base, err := Assemble(File{Path: "acme/policies/.sealvet.yml@v1", Data: []byte(org), Foreign: true}, nil, register, now)
	if err != nil {
		t.Fatal(err)
	}
	over, err := Assemble(File{Path: Name, Data: []byte(own)}, nil, register, now)
	if err != nil {
		t.Fatal(err)
	}
	return Merge(base, over)
}

// Each row is an organisation's policy, a repository's, a line of what is in force, and
// what is refused.
func TestMerge(t *testing.T) {
	const at = "  # " + Name + ":1"
	for _, c := range []struct{ org, own, line, refused string }{
		{"fail-at: medium", "fail-at: low", "fail-at=low" + at, ""},
		{"fail-at: medium", "fail-at: high", "fail-at=medium", "fail-at"},
		{"fail-at: medium", "fail-at: never", "fail-at=medium", "fail-at"},
		{"fail-at: medium", "fail-at: medium", "fail-at=medium  # acme/policies/.sealvet.yml@v1:1", ""},
		{"", "fail-at: critical", "fail-at=high  # default", "fail-at"},
		{"allow-loosening: [fail-at]", "fail-at: critical", "fail-at=critical" + at, ""},
		{"on-unknown: fail", "on-unknown: report", "on-unknown=fail", "on-unknown"},
		{"", "on-unknown: fail", "on-unknown=fail" + at, ""},
		{"include-fixtures: true", "include-fixtures: false", "include-fixtures=true", "include-fixtures"},
		{"max-waiver-days: 90", "max-waiver-days: 180", "max-waiver-days=90", "max-waiver-days"},
		{"max-waiver-days: 90", "max-waiver-days: 30", "max-waiver-days=30" + at, ""},
		{"exclude: [vendor/**]", "exclude: [docs/**]", "exclude=vendor/**", "exclude[docs/**]"},
		{"{exclude: [vendor/**], allow-loosening: [exclude]}", "exclude: [docs/**]", "exclude=docs/**" + at, ""},
		{"profile: strict", "profile: standard", "profile=strict", "profile"},
		{"profile: slsa", "profile: strict", "profile=strict" + at, ""},
		{"profile: slsa", "profile: strict", "profile=slsa  # acme/policies/.sealvet.yml@v1:1", ""},
		{"", "profile: slsa", "profile=standard  #", ""},
		{"{profile: strict, allow-loosening: [profile]}", "profile: standard", "profile=standard" + at, ""},

		{"checks: {unpinned-image: {severity: high}}", "checks: {unpinned-image: {severity: low}}", "checks.unpinned-image.severity=high", "checks.unpinned-image.severity"},
		{"checks: {unpinned-image: {severity: low}}", "checks: {unpinned-image: {severity: high}}", "checks.unpinned-image.severity=high" + at, ""},
		{"", "checks: {unpinned-image: {severity: medium}}", "!checks.unpinned-image.severity", "checks.unpinned-image.severity"},
		{"", "checks: {unpinned-image: {severity: critical}}", "checks.unpinned-image.severity=critical" + at + " (at least)", ""},
		{"allow-loosening: [unpinned-image]", "checks: {unpinned-image: {severity: low}}", "checks.unpinned-image.severity=low" + at, ""},
		{"allow-loosening: [checks]", "checks: {unpinned-image: {severity: low}}", "checks.unpinned-image.severity=low" + at, ""},
		{"allow-loosening: [doubtful]", "checks: {unpinned-image: {severity: low}}", "!checks.unpinned-image.severity", "checks.unpinned-image.severity"},
		{"on-unknown: fail", "checks: {doubtful: {on-unknown: report}}", "!checks.doubtful.on-unknown", "checks.doubtful.on-unknown"},
		{"", "checks: {doubtful: {on-unknown: fail}}", "checks.doubtful.on-unknown=fail" + at, ""},
		{"", "{on-unknown: fail, checks: {doubtful: {on-unknown: report}}}", "checks.doubtful.on-unknown=report" + at, ""},
		{"checks: {unpinned-image: {allow: ['acme/*']}}", "checks: {unpinned-image: {allow: ['node:*']}}", "checks.unpinned-image.allow=acme/*", "checks.unpinned-image.allow[node:*]"},
		{"allow-loosening: [unpinned-image]", "checks: {unpinned-image: {allow: ['node:*']}}", "checks.unpinned-image.allow=node:*" + at, ""},

		{"", "waivers: [" + waiver + "]", "!waivers", "waivers"},
		{"allow-loosening: [waivers]", "waivers: [" + waiver + "]", "waivers[0].check=unpinned-image" + at, ""},
		{"allow-loosening: [unpinned-image]", "waivers: [" + waiver + "]", "waivers[0].check=unpinned-image" + at, ""},
		{"{allow-loosening: [waivers], max-waiver-days: 10}", "waivers: [" + waiver + "]", "!waivers", "waivers"},
		{"waivers: [" + waiver + "]", "", "waivers[0].owner=@base", ""},

		{"provenance: {min-level: 2}", "provenance: {min-level: 1}", "provenance.min-level=2", "provenance.min-level"},
		{"", "provenance: {min-level: 3}", "provenance.min-level=3" + at, ""},
		{"", "provenance: {builders: [{issuer: 'https://i', signer: mine, level: 3}]}", "!provenance.builders", "provenance.builders"},
		{"provenance: {builders: [{issuer: 'https://i', signer: 'acme/*', level: 3}]}", "provenance: {builders: [{issuer: 'https://i', signer: acme/build, level: 2}]}", "provenance.builders[0].signer=acme/build" + at, ""},
		{"provenance: {builders: [{issuer: 'https://i', signer: 'acme/*', level: 2}]}", "provenance: {builders: [{issuer: 'https://i', signer: acme/build, level: 3}]}", "provenance.builders[0].signer=acme/*", "provenance.builders"},
		{"", "provenance: {identities: [{issuer: 'https://i', identity: mallory}]}", "!provenance.identities", "provenance.identities"},
		{"", "provenance: {registries: [npm.example.com]}", "!provenance.registries", "provenance.registries[npm.example.com]"},
		{"signing: {require-signed-commits: true}", "signing: {require-signed-commits: false}", "signing.require-signed-commits=true", "signing.require-signed-commits"},
		{"signing: {signers: [a]}", "signing: {signers: [b]}", "signing.signers=a", "signing.signers[b]"},
		{"signing: {revoked-keys: [a]}", "signing: {revoked-keys: [b]}", "signing.revoked-keys=b" + at, ""},
		{"signing: {allowed-signers: a}", "signing: {allowed-signers: b}", "signing.allowed-signers=a", "signing.allowed-signers"},
		{"", "signing: {allowed-signers: b}", "signing.allowed-signers=b" + at, ""},
		{"", "signing: {max-key-age: 2000}", "signing.max-key-age=1095  # default", "signing.max-key-age"},
		{"", "signing: {max-key-age: 90}", "signing.max-key-age=90" + at, ""},
		{"branches: {release: [v1]}", "branches: {release: [v2]}", "branches.release=v2" + at, ""},
		{"review: {approvals: 2}", "review: {approvals: 1}", "review.approvals=2", "review.approvals"},
		{"", "review: {approvals: 2}", "review.approvals=2" + at, ""},
		{"", "review: {since: 2026-06-01}", "!review.since", "review.since"},
		{"review: {since: 2026-06-01}", "review: {since: 2026-01-01}", "review.since=2026-01-01" + at, ""},
		{"", "review: {solo: true}", "review.solo=false", "review.solo"},
		{"allow-loosening: [review.solo]", "review: {solo: true, bots: [b]}", "review.solo=true" + at, "review.bots[b]"},
		{"allow-loosening: [review]", "review: {solo: true, bots: [b]}", "review.bots=b" + at, ""},
		{"", "access: {max-secret-age: 400}", "access.max-secret-age=365", "access.max-secret-age"},
		{"", "access: {max-owners: 3}", "access.max-owners=3" + at, ""},
		{"", "access: {min-log-days: 30}", "access.min-log-days=90", "access.min-log-days"},
		{"deny: [a]", "deny: [b]", "deny=b" + at, ""},
		{"deny: [a]", "deny: [b]", "deny=a", ""},
		{"allow-loosening: [review]", "allow-loosening: [review.solo, fail-at]", "allow-loosening=review.solo", "allow-loosening[fail-at]"},
	} {
		p := laid(t, c.org, c.own)
		var all []string
		for _, line := range p.Lines() {
			text := fmt.Sprintf("%s=%v  # %s", line.Key, line.Value, line.Origin)
			if line.AtLeast {
				text += " (at least)"
			}
			all = append(all, text)
		}
		want, absent := strings.CutPrefix(c.line, "!")
		if slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, want) }) == absent {
			t.Errorf("%q over %q: not as %q says:\n%s", c.own, c.org, c.line, strings.Join(all, "\n"))
		}
		var refused []string
		for _, r := range p.Refused {
			refused = append(refused, r.Key)
			if r.At.Path != Name || r.At.Line != 1 || r.Over != "acme/policies/.sealvet.yml@v1" {
				t.Errorf("%q over %q: refused at %s by %q", c.own, c.org, r.At, r.Over)
			}
		}
		if strings.Join(refused, " ") != c.refused {
			t.Errorf("%q over %q: refused are %q, want %q", c.own, c.org, refused, c.refused)
		}
	}
}

// Nothing that a policy says in silence, and no order of three, loosens the first.
func TestMergeOfThree(t *testing.T) {
	org := "{fail-at: medium, allow-loosening: [review]}"
	team := laid(t, "allow-loosening: [fail-at, waivers, review]", "{fail-at: never, review: {solo: true}, waivers: ["+waiver+"]}")
	base, err := Assemble(File{Path: "org.yml", Data: []byte(org), Foreign: true}, nil, register, now)
	if err != nil {
		t.Fatal(err)
	}
	p := Merge(base, team)
	if p.FailAt != audit.Medium || !p.Settings.Review.Solo || len(p.Waivers) != 0 || len(p.Refused) != 4 {
		t.Errorf("fails at %s, solo %v, %d waivers, refused %v", p.FailAt, p.Settings.Review.Solo, len(p.Waivers), p.Refused)
	}
}

// Merging leaves both policies as they were: they are laid over others too.
func TestMergeChangesNeither(t *testing.T) {
	base, _ := Load("org.yml", []byte("{deny: [a], checks: {unpinned-image: {allow: [x]}}, allow-loosening: [checks]}"), register, now)
	own, _ := Load(Name, []byte("{deny: [b], checks: {unpinned-image: {allow: [y], severity: low}}}"), register, now)
	before := fmt.Sprint(base.Lines(), own.Lines())
	Merge(base, own)
	if after := fmt.Sprint(base.Lines(), own.Lines()); after != before {
		t.Errorf("before %s\nafter  %s", before, after)
	}
}

// What is refused does not forgive, and is told of.
func TestRefusedLooseningIsAFinding(t *testing.T) {
	seen := &evidence.Snapshot{
		Images:  []evidence.Image{image("Dockerfile", "node:22", 1), image("Other", "node:22", 3)},
		Ignores: []evidence.Ignore{{Checks: []string{"unpinned-image"}, Owner: "@o", Until: "2026-12-01", Reason: "r", At: evidence.Location{Path: "Other", Line: 3}, Line: 3}},
	}
	asked := append(slices.Clone(register), &audit.Check{ID: "refused-loosening", Severity: audit.Note})
	rules := laid(t, "", "waivers: ["+waiver+"]")
	verdict := Judge(audit.Run(asked, seen), seen, rules, nil, now)
	if verdict.Met || verdict.Summary.Waived != 0 {
		t.Errorf("met %v with %d waived", verdict.Met, verdict.Summary.Waived)
	}
	var told []string
	for _, f := range verdict.Findings {
		if f.Check == "refused-loosening" {
			told = append(told, f.Location.Path+" "+f.Subject)
		}
	}
	if !slices.Equal(told, []string{Name + " waivers", "Other ignore[unpinned-image]"}) {
		t.Errorf("told of %q", told)
	}
	rules = laid(t, "allow-loosening: [waivers]", "waivers: ["+waiver+"]")
	if verdict = Judge(audit.Run(asked, seen), seen, rules, nil, now); !verdict.Met || verdict.Summary.Waived != 2 {
		t.Errorf("where waivers are allowed: met %v with %d waived", verdict.Met, verdict.Summary.Waived)
	}
}

// The policy in force is a policy: read again, it says the same.
func TestShownPolicyReadsAgain(t *testing.T) {
	p := laid(t, "{profile: [strict, slsa], deny: ['a: b', '#x'], allow-loosening: [checks, waivers, exclude]}",
		"{exclude: ['*.md', \"a\\u202eb\"], on-unknown: fail, review: {since: 2026-06-01}, checks: {unpinned-image: {severity: low, allow: ['node:*', \"two\\nlines\"]}}, waivers: ["+waiver+", "+waiver+"]}")
	var out bytes.Buffer
	if err := Show(p).WriteYAML(&out); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsRune(out.String(), '\u202e') {
		t.Errorf("a hidden character is written as it is:\n%s", out.String())
	}
	again, err := Load(Name, out.Bytes(), register, now)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	words := func(p *Policy) (all []string) {
		for _, line := range p.Lines() {
			all = append(all, fmt.Sprintf("%s=%v", line.Key, line.Value))
		}
		return all
	}
	if a, b := words(p), words(again); !slices.Equal(a, b) {
		t.Errorf("%q\n%q", a, b)
	}
}
