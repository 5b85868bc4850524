package sarif_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/internal/specimen"
	"github.com/sealvet/sealvet/reports/sarif"
)

type write func(*testing.T, *reports.Report) []byte

func github(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sarif.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func full(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sarif.WriteFull(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	specimen.Golden(t, "whole.sarif", github(t, specimen.Whole()))
	specimen.Golden(t, "whole-full.sarif", full(t, specimen.Whole()))
	specimen.Golden(t, "empty.sarif", github(t, specimen.Empty()))
}

func TestSameReportSameBytes(t *testing.T) {
	for name, write := range map[string]write{"github": github, "full": full} {
		if !bytes.Equal(write(t, specimen.Whole()), write(t, specimen.Whole())) {
			t.Errorf("%s: two runs differ", name)
		}
	}
}

// TestValidator asks the reference validator, with the rules for GitHub's
// ingestion, about every file of a form at once: its start is what takes long.
func TestValidator(t *testing.T) {
	for name, write := range map[string]write{"github": github, "full": full} {
		logs := map[string][]byte{
			"empty.sarif": write(t, specimen.Empty()),
			"whole.sarif": write(t, specimen.Whole()),
			"many.sarif":  write(t, specimen.Many(5001)),
		}
		for what, poison := range specimen.Poison {
			logs[strings.ReplaceAll(what, " ", "-")+".sarif"] = write(t, specimen.Hostile(poison))
		}
		validate(t, name, logs)
	}
}

// validate fails on every remark of the validator: there is none that we do not follow.
func validate(t *testing.T, form string, logs map[string][]byte) {
	t.Helper()
	program, err := filepath.Abs("../../.ci/npm/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("the SARIF validator is not here (%v); run make test-tools", err)
	}
	dir := t.TempDir()
	for name, log := range logs {
		if err := os.WriteFile(filepath.Join(dir, name), log, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	verdict := filepath.Join(t.TempDir(), "verdict.sarif")
	said, _ := exec.Command(program, "validate", filepath.Join(dir, "*.sarif"), "--rule-kind", "Sarif;Ghas", "--output", verdict, "--log", "ForceOverwrite").CombinedOutput()
	data, err := os.ReadFile(verdict)
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID  string `json:"ruleId"`
				Level   string `json:"level"`
				Message struct {
					Text      string   `json:"text"`
					Arguments []string `json:"arguments"`
				} `json:"message"`
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct {
							URI string `json:"uri"`
						} `json:"artifactLocation"`
						Region struct {
							StartLine int `json:"startLine"`
						} `json:"region"`
					} `json:"physicalLocation"`
				} `json:"locations"`
			} `json:"results"`
		} `json:"runs"`
	}
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	for _, run := range log.Runs {
		for _, r := range run.Results {
			t.Errorf("%s: %s %s: %s %q %v", form, r.RuleID, r.Level, r.Message.Text, r.Message.Arguments, r.Locations)
		}
	}
}
