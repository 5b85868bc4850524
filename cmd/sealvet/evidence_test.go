package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/githubtest"
)

// outcomes are those of a JSON report, by check.
func outcomes(t *testing.T, report string) map[string]string {
	t.Helper()
	var document struct {
		Results []struct{ Check, Outcome string }
	}
	if err := json.Unmarshal([]byte(report), &document); err != nil {
		t.Fatalf("%v: %s", err, report)
	}
	all := make(map[string]string)
	for _, r := range document.Results {
		all[r.Check] = r.Outcome
	}
	return all
}

// A job sees little; what an owner's token collected elsewhere fills the rest in, and
// the report says so: many doubts are one line without it, and gone with it.
func TestEvidenceFromElsewhereFillsIn(t *testing.T) {
	outside(t)
	s := githubtest.Serve(t, insiders())
	root, saved := checkedOut(t, "https://github.com/acme/tool.git"), filepath.Join(t.TempDir(), "host.json.gz")
	online := []string{root, "--github-api", s.URL, "--repository", "acme/tool", "--cache-dir", "none", "--second-verifier", "none"}
	t.Setenv("SEALVET_TOKEN", s.Token(githubtest.Classic))
	if got := sealvet(t, append([]string{"collect", "-o", saved, "--now", "2026-11-23"}, online...)...); got.code != exitMet {
		t.Fatalf("collect: %+v", got)
	}
	t.Setenv("SEALVET_TOKEN", "")
	t.Setenv("GITHUB_ACTIONS", "true")
	t.Setenv("GITHUB_SERVER_URL", s.URL)
	t.Setenv("GITHUB_API_URL", s.URL)
	t.Setenv("GITHUB_TOKEN", s.Token(githubtest.Job))
	scan := append([]string{"scan", "--force", "--now", "2026-11-24"}, online...)
	alone, both := sealvet(t, scan...), sealvet(t, append(scan, "--evidence", saved)...)
	if !strings.Contains(alone.out, "checks need what the code host does not show to this token: administration:read (") {
		t.Errorf("without it the doubts are not folded:\n%s", alone.out)
	}
	if strings.Contains(both.out, "does not show to this token") || !strings.Contains(both.err, "Settings of acme/tool as they were on 2026-11-23, from ") {
		t.Errorf("with it:\n%s%s", both.out, both.err)
	}
	before, after := outcomes(t, sealvet(t, append(scan, "--format", "json")...).out), outcomes(t, sealvet(t, append(scan, "--format", "json", "--evidence", saved)...).out)
	for check, want := range map[string][2]string{
		"member-without-mfa": {"not assessed", "failed"}, "writable-deploy-key": {"not assessed", "failed"}, "stale-secret": {"not assessed", "failed"},
		"short-log-retention": {"not assessed", "passed"}, "ruleset-not-enforced": {"passed", "passed"}, "unpinned-action": {"not applicable", "not applicable"},
	} {
		if got := [2]string{before[check], after[check]}; got != want {
			t.Errorf("%s: %v, want %v", check, got, want)
		}
	}
}

func TestEvidenceOfAnotherRepositoryIsRefused(t *testing.T) {
	outside(t)
	dir := t.TempDir()
	for name, host := range map[string]string{
		"other": `{"system":"github","address":"https://github.com","name":"acme/other"}`,
		"tool":  `{"system":"github","address":"https://github.com","name":"Acme/Tool","personal":"yes"}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(`{"schema":"sealvet/snapshot/v1","takenAt":"2026-11-01T00:00:00Z","files":[{"path":"x"}],"hosts":[`+host+`]}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	scan := []string{"scan", checkedOut(t, "https://github.com/acme/tool.git"), "--offline", "--force", "--format", "json", "--evidence"}
	if got := sealvet(t, append(scan, filepath.Join(dir, "other"))...); got.code != exitUsage || !strings.Contains(got.err, "it is about acme/other, and this is acme/tool") {
		t.Errorf("another repository: %+v", got)
	}
	got := sealvet(t, append(scan, filepath.Join(dir, "tool"))...)
	if got.code == exitUsage || strings.Contains(got.out, `"subject": "code host"`) || !strings.Contains(got.out, `"files": 2`) {
		t.Errorf("the same one: exit %d, %s\n%s", got.code, got.err, got.out)
	}
}
