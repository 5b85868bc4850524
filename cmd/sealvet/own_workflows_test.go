package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Our own workflows, and what they run, have no finding of any severity in the
// strict profile.
func TestOurWorkflowsPassTheStrictProfile(t *testing.T) {
	outside(t)
	policy := filepath.Join(t.TempDir(), "strict.yml")
	if err := os.WriteFile(policy, []byte("{profile: strict, fail-at: note}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := sealvet(t, "scan", "--offline", "--force", "--policy", policy, "--format", "json", filepath.Join("..", ".."))
	var report struct {
		Findings []struct {
			Check, Message string
			Location       struct{ Path string }
		}
		Gaps []struct{ Subject, Reason string }
	}
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatalf("exit %d, %v: %s", got.code, err, got.err)
	}
	for _, finding := range report.Findings {
		if path := finding.Location.Path; strings.HasPrefix(path, ".github/") || strings.HasPrefix(path, ".ci/") {
			t.Errorf("%s %s: %s", path, finding.Check, finding.Message)
		}
	}
	for _, gap := range report.Gaps {
		if strings.HasPrefix(gap.Subject, ".github/workflows/") {
			t.Errorf("%s: %s", gap.Subject, gap.Reason)
		}
	}
}

var usesAction = regexp.MustCompile(`uses: (\S+)@(\S+) # (\S+)`)

// Where each SHA was read is written down.
func TestOurActionsAreOnRecord(t *testing.T) {
	record, err := os.ReadFile("../../docs/decisions/0005-actions-and-where-their-shas-were-read.md")
	if err != nil {
		t.Fatal(err)
	}
	workflows, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(workflows) < 2 {
		t.Fatal(workflows, err)
	}
	for _, path := range workflows {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, uses := range usesAction.FindAllStringSubmatch(string(data), -1) {
			if row := "| " + uses[1] + " | " + uses[3] + " | " + uses[2] + " |"; !strings.Contains(string(record), row) {
				t.Errorf("%s: the decision record has no line %q", filepath.Base(path), row)
			}
		}
	}
}
