package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/githubtest"
	"github.com/sealvet/sealvet/internal/gitlabtest"
)

// hosted is a checkout and the host that knows its repository.
type hosted struct {
	*githubtest.Server
	root string
}

// serveHost serves acme/weather: nothing protects it, its organisation asks for no second
// factor.
func serveHost(t *testing.T) *hosted {
	t.Helper()
	h := &hosted{root: t.TempDir(), Server: githubtest.Serve(t, githubtest.World{
		Organisations: []githubtest.Organisation{{Login: "acme", Members: []githubtest.Member{{Login: "ada", Owner: true}, {Login: "bob", MFA: githubtest.NoMFA}}}},
		Repositories:  []githubtest.Repository{{Owner: "acme", Name: "weather"}},
	})}
	for name, content := range map[string]string{
		"README.md": "# Weather\n", "SECURITY.md": "Report to security@example.com.\n",
		".sealvet.yml": "fail-at: never\n",
	} {
		if err := os.WriteFile(filepath.Join(h.root, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"GITHUB_TOKEN", "GH_TOKEN", "GITHUB_ACTIONS", "GITHUB_SERVER_URL", "GITHUB_API_URL", "GITHUB_REPOSITORY", "CI"} {
		t.Setenv(name, "")
	}
	return h
}

// scanned is what came of one scan.
type scanned struct {
	code     int
	err      string
	complete bool
	outcomes map[string]string // by check
}

// scan runs the command with a token.
func (h *hosted) scan(t *testing.T, token string, more ...string) scanned {
	t.Helper()
	t.Setenv("SEALVET_TOKEN", token)
	var out, complaints bytes.Buffer
	root := newRoot()
	args := []string{"scan", "--force", "--format", "json", "--cache-dir", "none", "--second-verifier", "none", h.root}
	if h.Server != nil {
		args = append(args, "--github-api", h.URL, "--repository", "acme/weather")
	}
	root.SetArgs(append(args, more...))
	root.SetOut(&out)
	root.SetErr(&complaints)
	err := root.ExecuteContext(t.Context())
	got := scanned{outcomes: map[string]string{}, err: complaints.String()}
	var exit exitCode
	switch {
	case errors.As(err, &exit):
		got.code = exit.code
		if exit.err != nil {
			got.err += exit.err.Error()
		}
	case err != nil:
		t.Fatalf("scan: %v", err)
	}
	var report struct {
		Summary struct{ Complete bool }
		Results []struct{ Check, Outcome string }
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("scan writes no report: %v\n%s%s", err, out.String(), got.err)
	}
	got.complete = report.Summary.Complete
	for _, result := range report.Results {
		got.outcomes[result.Check] = result.Outcome
	}
	return got
}

// TestScanAsksTheHost scans with an owner's token, with that of a job, and with none.
func TestScanAsksTheHost(t *testing.T) {
	h := serveHost(t)
	owner := h.scan(t, h.Token(githubtest.Classic))
	for check, want := range map[string]string{"unprotected-branch": "failed", "mfa-not-required": "failed", "member-without-mfa": "failed", "insecure-webhook": "passed"} {
		if owner.outcomes[check] != want {
			t.Errorf("an owner's token: %s is %s, want %s", check, owner.outcomes[check], want)
		}
	}
	if owner.code != exitMet || !owner.complete {
		t.Errorf("exit code %d, complete %v: %s", owner.code, owner.complete, owner.err)
	}

	t.Setenv("GITHUB_ACTIONS", "true")
	h.ResetCounters()
	job := h.Token(githubtest.Job)
	t.Setenv("GITHUB_TOKEN", job)
	got := h.scan(t, "")
	if n := h.Requests(); n > 10 {
		t.Errorf("%d requests with a job's token, at most 10 are wanted", n)
	}
	for check, want := range map[string]string{"unprotected-branch": "failed", "mfa-not-required": "not assessed", "member-without-mfa": "not assessed", "insecure-webhook": "not assessed"} {
		if got.outcomes[check] != want {
			t.Errorf("a job's token: %s is %s, want %s", check, got.outcomes[check], want)
		}
	}
}

// TestScanTakesStrongerEvidence fills in what a job's token cannot see from a
// snapshot that a stronger one collected.
func TestScanTakesStrongerEvidence(t *testing.T) {
	h := serveHost(t)
	saved := filepath.Join(t.TempDir(), "host.json.gz")
	t.Setenv("SEALVET_TOKEN", h.Token(githubtest.Classic))
	root := newRoot()
	root.SetArgs([]string{"collect", "--cache-dir", "none", "--github-api", h.URL, "--repository", "acme/weather", "-o", saved, h.root})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GITHUB_ACTIONS", "true")
	t.Setenv("GITHUB_TOKEN", h.Token(githubtest.Job))
	got := h.scan(t, "", "--evidence", saved)
	if got.outcomes["mfa-not-required"] != "failed" {
		t.Errorf("mfa-not-required is %s, want failed: %s", got.outcomes["mfa-not-required"], got.err)
	}
}

// TestScanBreaksOff shows what is left of a scan that could not be finished.
func TestScanBreaksOff(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(h *hosted) (token string)
		says  string
	}{
		"the token ends": {func(h *hosted) string { return h.Token(githubtest.Classic, githubtest.Expires(6)) }, "token"},
		"the host goes away": {func(h *hosted) string {
			h.Fault(githubtest.Fault{After: 6, Times: -1, Kind: githubtest.Cut})
			return h.Token(githubtest.Classic)
		}, "answer"},
		"the limit is reached": {func(h *hosted) string {
			token := h.Token(githubtest.Classic)
			h.Limit(6)
			return token
		}, "limit"},
	} {
		t.Run(name, func(t *testing.T) {
			h := serveHost(t)
			token := c.spoil(h)
			got := h.scan(t, token)
			if got.code != exitUnfinished || got.complete {
				t.Errorf("exit code %d, complete %v, want %d and false: %s", got.code, got.complete, exitUnfinished, got.err)
			}
			if !strings.Contains(got.err, c.says) {
				t.Errorf("it says %q, which tells nothing of the %s", got.err, c.says)
			}
			if strings.Contains(got.err, token) {
				t.Error("it tells the token")
			}
			if got.outcomes["no-security-policy"] == "" {
				t.Error("what the tree shows was not judged")
			}
		})
	}
}

// TestScanBreaksOffWithViolations: 1 beats 3.
func TestScanBreaksOffWithViolations(t *testing.T) {
	h := serveHost(t)
	got := h.scan(t, h.Token(githubtest.Classic, githubtest.Expires(6)), "--fail-at", "note")
	if got.code != exitNotMet || got.complete {
		t.Errorf("exit code %d, complete %v, want 1 and false: %s", got.code, got.complete, got.err)
	}
}

// TestScanAsksGitLab finds the project by its remote, and keeps a token of GitHub's
// from it.
func TestScanAsksGitLab(t *testing.T) {
	lab := gitlabtest.Serve(t, gitlabtest.World{
		Groups:   []gitlabtest.Group{{Path: "acme"}},
		Projects: []gitlabtest.Project{{Path: "acme/weather"}},
	})
	h := serveHost(t)
	h.Server = nil
	for _, args := range [][]string{{"init", "-q"}, {"remote", "add", "origin", "https://git.example.com/acme/weather.git"}} {
		if out, err := exec.Command("git", append([]string{"-C", h.root}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
	}
	got := h.scan(t, lab.Token(gitlabtest.Personal), "--gitlab-api", lab.Base)
	if outcome := got.outcomes["unprotected-branch"]; outcome != "failed" {
		t.Errorf("unprotected-branch is %q, want failed: %s", outcome, got.err)
	}
	before := len(lab.Asked())
	h.scan(t, "ghp_TESTONLY0000000000000000000000000001", "--gitlab-api", lab.Base)
	for _, asked := range lab.Asked()[before:] {
		if asked.Token != "" {
			t.Fatalf("%s got a token of GitHub's", asked.Path)
		}
	}
}
