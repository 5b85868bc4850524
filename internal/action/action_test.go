package action_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/action"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

func from(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestInputs(t *testing.T) {
	in, err := action.ReadInputs(from(map[string]string{
		"INPUT_PATH": "-a b", "INPUT_FORMATS": "sarif, json\nsarif", "INPUT_ONLINE": "false", "INPUT_ARGS": `--now "2026-11-01 x" 'a b'c --force`,
		"INPUT_EVIDENCE": "one.json\n two.json ", "INPUT_ORG_POLICY": "x=y",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"--org-policy=x=y", "--evidence=one.json", "--evidence=two.json", "--offline", "--output=sarif=" + filepath.Join("d", "sealvet.sarif"),
		"--output=json=" + filepath.Join("d", "sealvet.json"), "--now", "2026-11-01 x", "a bc", "--force", "--", "-a b",
	}
	if got := in.Scan("d"); !slices.Equal(got, want) {
		t.Errorf("scan %q, want %q", got, want)
	}
}

func TestInputsThatMakeNoSense(t *testing.T) {
	for name, value := range map[string]string{
		"INPUT_ONLINE": "maybe", "INPUT_UPLOAD_SARIF": "yes", "INPUT_ARGS": "--now $(date)",
	} {
		if _, err := action.ReadInputs(from(map[string]string{name: value})); err == nil {
			t.Errorf("%s=%s is taken", name, value)
		}
	}
	for _, args := range []string{"$HOME", `"a$HOME"`, "`x`", "'open", "a; b", "a | b", "> x"} {
		if in, err := action.ReadInputs(from(map[string]string{"INPUT_ARGS": args})); err == nil {
			t.Errorf("args %s is taken as %q", args, in.Args)
		}
	}
}

func TestOutputsCannotBeForged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "output")
	r := action.NewRunner(from(map[string]string{"GITHUB_OUTPUT": file}), &bytes.Buffer{})
	if err := r.Output("result", "a\n_GitHubActionsFileCommandDelimeter_\nother=1"); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(file)
	lines := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
	word := strings.TrimPrefix(lines[0], "result<<")
	if len(word) < 20 || lines[len(lines)-1] != word || strings.Count(string(raw), word) != 2 {
		t.Errorf("wrote %q", raw)
	}
}

func reportOf(n int, severity audit.Severity) *reports.Report {
	check := &audit.Check{ID: "some-defect", Title: "x", Family: "pinning", Severity: severity, Source: audit.FromTree}
	r := &reports.Report{Tool: reports.Tool{Name: "sealvet", Version: "1.0.0"}, Files: []evidence.File{{Path: "a,b:c\n::x.yml"}}}
	for i := range n {
		r.Verdict.Findings = append(r.Verdict.Findings, policy.Judged{Rule: check, Status: policy.Open, Finding: audit.Finding{
			Check: check.ID, Severity: severity, Location: evidence.Location{Path: "a,b:c\n::x.yml", Line: i + 1}, Message: "evil\n::error::x %0A ##[set-env]",
		}})
	}
	return r
}

func TestAnnotationsAreTheWorstTenAndTame(t *testing.T) {
	var out bytes.Buffer
	r := action.NewRunner(from(nil), &out)
	r.Annotate(reportOf(12, audit.High), "sub", func(policy.Judged) bool { return false })
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 11 || !strings.HasPrefix(lines[10], "2 findings more") {
		t.Errorf("%d lines:\n%s", len(lines), out.String())
	}
	for _, line := range lines[:10] {
		if !strings.HasPrefix(line, "::error ") || strings.Contains(line, "##[") || !strings.Contains(line, "file=sub/a%2Cb%3Ac%0A%3A%3Ax.yml") {
			t.Errorf("annotates %q", line)
		}
	}
	out.Reset()
	r.Annotate(reportOf(2, audit.High), "", func(policy.Judged) bool { return true })
	if out.Len() != 0 {
		t.Errorf("annotates what is shown: %s", out.String())
	}
}

func TestPartsKeepTheUnseenOut(t *testing.T) {
	r := reportOf(1, audit.High)
	host := &audit.Check{ID: "host-defect", Title: "y", Family: "branches", Severity: audit.High, Source: audit.FromHost}
	r.Verdict.Results = []policy.Result{
		{Check: r.Verdict.Findings[0].Rule, Outcome: audit.Failed, Open: 1},
		{Check: host, Outcome: audit.NotAssessed},
	}
	parts, err := action.Parts(r, "mine", "sub dir")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(parts[0].Name, parts[1].Name, parts[2].Name); got != "treehostregistry" && got != "tree host registry" {
		t.Errorf("parts %s", got)
	}
	for _, part := range []string{`"id":"mine/tree/"`, `"uri":"sub%20dir/`} {
		if !strings.Contains(string(parts[0].SARIF), part) {
			t.Errorf("%s is missing in %s", part, parts[0].SARIF)
		}
	}
	if parts[1].SARIF != nil || !strings.Contains(parts[1].Unseen, "host-defect") {
		t.Errorf("the host's part goes up: %+v", parts[1])
	}
}

func TestWhatIsAnalysed(t *testing.T) {
	event := filepath.Join(t.TempDir(), "event.json")
	put(t, event, `{"pull_request":{"number":7,"head":{"sha":"bbb","repo":null}}}`)
	env := from(map[string]string{"GITHUB_SHA": "aaa", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": event})
	e := action.ReadEvent(env)
	for head, want := range map[string]string{"aaa": "aaa refs/pull/7/merge", "bbb": "bbb refs/pull/7/head", "": "aaa refs/pull/7/merge"} {
		if got, err := e.Of(env, head); err != nil || got.Commit+" "+got.Ref != want {
			t.Errorf("%s is %v, %v", head, got, err)
		}
	}
	if _, err := e.Of(env, "ccc"); err == nil {
		t.Error("another commit is taken")
	}
	if !e.FromFork("acme/weather") {
		t.Error("a fork that is gone is none")
	}
}
