package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// A small register of its own, so that a new check does not touch these tests.
var (
	images = &audit.Check{ID: "unpinned-image", Severity: audit.High, Needs: []evidence.Kind{evidence.Images}, Inspect: func(seen *evidence.Snapshot, r *audit.Record) {
		for _, image := range seen.Images {
			r.Defect(audit.Finding{Subject: image.Ref, Location: image.At, Message: image.Ref + " can move"})
		}
	}}
	doubtful = &audit.Check{ID: "doubtful", Severity: audit.Medium, Inspect: func(_ *evidence.Snapshot, r *audit.Record) {
		r.Doubt(audit.Doubt{Subject: "x", Reason: "cannot tell"})
	}}
	strict   = &audit.Check{ID: "strict-only", Severity: audit.High, Strict: true, Inspect: images.Inspect}
	expired  = &audit.Check{ID: "expired-waiver", Severity: audit.Medium}
	unused   = &audit.Check{ID: "unused-waiver", Severity: audit.Low}
	stale    = &audit.Check{ID: "stale-baseline-entry", Severity: audit.Note}
	register = []*audit.Check{images, doubtful, strict, expired, unused, stale}
)

func image(path, ref string, line int) evidence.Image {
	return evidence.Image{Path: path, Ref: ref, At: evidence.Location{Path: path, Line: line, Column: 6}}
}

func judgeWith(t *testing.T, yaml string, seen *evidence.Snapshot, known *Known) Verdict {
	t.Helper()
	rules, err := Load(Name, []byte(yaml), register, now)
	if err != nil {
		t.Fatal(err)
	}
	return Judge(audit.Run(register, seen), seen, rules, known, now)
}

func outcomeOf(v Verdict, id string) audit.Outcome {
	for _, result := range v.Results {
		if result.Check.ID == id {
			return result.Outcome
		}
	}
	return "no such check"
}

func TestThresholds(t *testing.T) {
	seen := &evidence.Snapshot{Images: []evidence.Image{image("Dockerfile", "node:20", 1)}}
	for _, c := range []struct {
		name, policy string
		met          bool
	}{
		{"high fails by default", "", false},
		{"fail-at critical lets high go", "fail-at: critical", true},
		{"fail-at never", "fail-at: never", true},
		{"a check's severity replaces the grade", "checks: {unpinned-image: {severity: low}}", true},
		{"an allowed subject is licensed", `checks: {unpinned-image: {allow: ["node:*"]}}`, true},
		{"an excluded path is set apart", `exclude: ["Docker*"]`, true},
		{"unknown is reported by default and can fail", "{fail-at: never, on-unknown: fail}", false},
		{"unknown of one check", "{fail-at: never, checks: {doubtful: {on-unknown: fail}}}", false},
		{"unknown of all but one", "{fail-at: never, on-unknown: fail, checks: {doubtful: {on-unknown: report}}}", true},
		{"the strict profile asks more", "{fail-at: high, profile: strict, checks: {unpinned-image: {severity: low}}}", false},
	} {
		if v := judgeWith(t, c.policy, seen, nil); v.Met != c.met {
			t.Errorf("%s: met is %v", c.name, v.Met)
		}
	}
}

func TestLowConfidenceNeverFails(t *testing.T) {
	guess := &audit.Check{ID: "guess", Severity: audit.Critical, Confidence: audit.Guess, Inspect: images.Inspect}
	seen := &evidence.Snapshot{Images: []evidence.Image{image("Dockerfile", "node:20", 1)}}
	if v := Judge(audit.Run([]*audit.Check{guess}, seen), seen, Default(), nil, now); !v.Met || v.Summary.Open != 1 {
		t.Errorf("met %v with %d open findings; it is reported and does not fail", v.Met, v.Summary.Open)
	}
}

func TestWaivers(t *testing.T) {
	seen := &evidence.Snapshot{Images: []evidence.Image{image("Dockerfile", "node:20", 1), image("web/Dockerfile", "node:20", 1)}}
	waiver := func(rest string) string {
		return "waivers: [{check: unpinned-image, reason: base team pins it, owner: '@base', " + rest + "}]"
	}
	for _, c := range []struct {
		name, policy          string
		open, waived          int
		expiredWant, unusedly audit.Outcome
	}{
		{"by path", waiver("path: Dockerfile, until: 2026-12-01"), 1, 1, audit.Passed, audit.Passed},
		{"by subject", waiver("subject: 'node:*', until: 2026-12-01"), 0, 2, audit.Passed, audit.Passed},
		{"the last day is inclusive", waiver("subject: 'node:*', until: 2026-11-01"), 0, 2, audit.Passed, audit.Passed},
		{"the day after it is over", waiver("subject: 'node:*', until: 2026-10-31"), 3, 0, audit.Failed, audit.Passed},
		{"one that covers nothing", waiver("path: none, until: 2026-12-01"), 3, 0, audit.Passed, audit.Failed},
	} {
		v := judgeWith(t, c.policy, seen, nil)
		if v.Summary.Open != c.open || v.Summary.Waived != c.waived {
			t.Errorf("%s: %d open, %d waived", c.name, v.Summary.Open, v.Summary.Waived)
		}
		if got := outcomeOf(v, "expired-waiver"); got != c.expiredWant {
			t.Errorf("%s: expired-waiver %s", c.name, got)
		}
		if got := outcomeOf(v, "unused-waiver"); c.unusedly != "" && got != c.unusedly {
			t.Errorf("%s: unused-waiver %s", c.name, got)
		}
	}
}

func TestInlineWaivers(t *testing.T) {
	ignore := func(line int, owner, until, reason string) evidence.Ignore {
		return evidence.Ignore{Checks: []string{"unpinned-image"}, Owner: owner, Until: until, Reason: reason, Line: line, At: evidence.Location{Path: "Dockerfile", Line: line, Column: 20}}
	}
	for _, c := range []struct {
		name   string
		ignore evidence.Ignore
		waived int
		unused audit.Outcome
	}{
		{"complete", ignore(1, "@base", "2026-12-01", "pinned upstream"), 1, audit.Passed},
		{"no owner", ignore(1, "", "2026-12-01", "pinned upstream"), 0, audit.Failed},
		{"no reason", ignore(1, "@base", "2026-12-01", ""), 0, audit.Failed},
		{"too far ahead", ignore(1, "@base", "2030-01-01", "pinned upstream"), 0, audit.Failed},
		{"another line", ignore(7, "@base", "2026-12-01", "pinned upstream"), 0, audit.Failed},
	} {
		seen := &evidence.Snapshot{Images: []evidence.Image{image("Dockerfile", "node:20", 1)}, Ignores: []evidence.Ignore{c.ignore}}
		v := judgeWith(t, "", seen, nil)
		if v.Summary.Waived != c.waived || outcomeOf(v, "unused-waiver") != c.unused {
			t.Errorf("%s: %d waived, unused-waiver %s", c.name, v.Summary.Waived, outcomeOf(v, "unused-waiver"))
		}
	}
}

func TestWaiverOfAnUnassessedCheckIsLeftInPeace(t *testing.T) {
	v := judgeWith(t, "waivers: [{check: doubtful, path: '**', reason: r, owner: o, until: 2026-12-01}]", &evidence.Snapshot{}, nil)
	if got := outcomeOf(v, "unused-waiver"); got != audit.NotAssessed {
		t.Errorf("unused-waiver %s", got)
	}
}

func TestFixturesAreReportedApart(t *testing.T) {
	seen := &evidence.Snapshot{
		Files:  []evidence.File{{Path: "testdata/Dockerfile", Role: evidence.Fixture}},
		Images: []evidence.Image{image("testdata/Dockerfile", "node:20", 1)},
		Gaps:   []evidence.Gap{{Kind: evidence.Images, Subject: "testdata/Dockerfile", At: evidence.Location{Path: "testdata/Dockerfile"}, Reason: "broken"}},
	}
	v := judgeWith(t, "", seen, nil)
	if !v.Met || v.Summary.Aside != 1 || len(v.Findings) != 0 || outcomeOf(v, "unpinned-image") != audit.NotApplicable {
		t.Errorf("met %v, %d aside, %d counted, outcome %s", v.Met, v.Summary.Aside, len(v.Findings), outcomeOf(v, "unpinned-image"))
	}
	if v := judgeWith(t, "include-fixtures: true", seen, nil); v.Met {
		t.Error("include-fixtures counts them")
	}
}

func TestBaseline(t *testing.T) {
	seen := &evidence.Snapshot{Images: []evidence.Image{image("Dockerfile", "node:20", 1)}}
	first := judgeWith(t, "", seen, nil)
	data, err := WriteBaseline(first)
	if err != nil {
		t.Fatal(err)
	}
	known, err := LoadBaseline("baseline.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if v := judgeWith(t, "", seen, known); !v.Met || v.Summary.Baseline != 1 {
		t.Errorf("met %v, %d in the baseline", v.Met, v.Summary.Baseline)
	}
	known, _ = LoadBaseline("baseline.json", data)
	if v := judgeWith(t, "", &evidence.Snapshot{}, known); outcomeOf(v, "stale-baseline-entry") != audit.Failed {
		t.Error("an entry that matches nothing is stale")
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ policy, want string }{
		{"fail_at: high", "did you mean fail-at?"},
		{"fail-at: bad", "none of note, low"},
		{"checks: {unpined-image: {severity: low}}", "did you mean unpinned-image?"},
		{"checks: {unpinned-image: {severty: low}}", "did you mean severity?"},
		{"waivers: [{check: unpinned-image}]", "a waiver needs reason, owner, until, subject or path"},
		{"waivers: [{check: unpinned-image, path: x, reason: r, owner: o, until: tomorrow}]", "YYYY-MM-DD"},
		{"waivers: [{check: unpinned-image, path: x, reason: r, owner: o, until: 2027-12-01}]", "more than 180 days ahead"},
		{"[1, 2]", "the policy is a mapping"},
		{"a: [", "read the policy"},
		{"exclude: ['[']", "is not a glob"},
	} {
		_, err := Load(Name, []byte(c.policy), register, now)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", c.policy, err, c.want)
		}
	}
}
