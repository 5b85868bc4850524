package sarif_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
			"empty.sarif":   write(t, specimen.Empty()),
			"whole.sarif":   write(t, specimen.Whole()),
			"hostile.sarif": write(t, specimen.Hostile(specimen.AllPoison()...)),
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

// Colours of a terminal, runner commands, links: whatever a repository writes
// into a name, the report only shows it.
func TestHostile(t *testing.T) {
	for what, poison := range specimen.Poison {
		for form, write := range map[string]write{"github": github, "full": full} {
			log := write(t, specimen.Hostile(poison))
			specimen.Inert(t, form+", "+what, log, false)
			if !json.Valid(log) {
				t.Errorf("%s, %s: not JSON", form, what)
			}
			for _, r := range decode(t, log).Results {
				if link.MatchString(escaped.Replace(r.Message.Text)) {
					t.Errorf("%s, %s: a link in %q", form, what, r.Message.Text)
				}
				uri := r.Locations[0].Physical.Artifact.URI
				if !relative.MatchString(uri) || strings.Contains("/"+uri+"/", "/../") {
					t.Errorf("%s, %s: %q is no relative reference", form, what, uri)
				}
			}
		}
	}
}

var (
	// What SARIF takes for a link, once what is escaped is gone.
	link     = regexp.MustCompile(`\[[^\[\]]*\]\(`)
	escaped  = strings.NewReplacer(`\\`, "", `\[`, "", `\]`, "")
	relative = regexp.MustCompile(`^(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$`)
)

type log struct {
	Results []struct {
		RuleID       string
		Message      struct{ Text string }
		Locations    []place
		Related      []place           `json:"relatedLocations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Suppressions []struct{ Kind, Justification string }
	}
	Invocations []struct {
		Notifications []struct{ Message struct{ Text string } } `json:"toolExecutionNotifications"`
	}
	Properties struct {
		Open, Waived, Baseline, Aside, Results int
		Capped                                 bool
	}
}

type place struct {
	Physical struct {
		Artifact struct{ URI string } `json:"artifactLocation"`
		Region   struct{ StartLine, StartColumn, EndLine, EndColumn int }
	} `json:"physicalLocation"`
}

func decode(t *testing.T, data []byte) log {
	t.Helper()
	var document struct{ Runs []log }
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Runs) != 1 {
		t.Fatalf("%d runs; GitHub wants one a file", len(document.Runs))
	}
	return document.Runs[0]
}

// A rule is the same in every run, whatever was found and however a policy grades
// it: GitHub would take a changed one for another.
func TestRulesAreSteady(t *testing.T) {
	rules := func(r *reports.Report) string {
		var document struct {
			Runs []struct{ Tool json.RawMessage }
		}
		if err := json.Unmarshal(github(t, r), &document); err != nil {
			t.Fatal(err)
		}
		return string(document.Runs[0].Tool)
	}
	before, after := specimen.Whole(), specimen.Whole()
	after.Verdict.Findings = nil
	for i := range after.Verdict.Results {
		after.Verdict.Results[i].Outcome = "passed"
	}
	if rules(before) != rules(after) {
		t.Error("the rules hang on what was found")
	}
}

// GitHub shows 5,000 results and cuts the rest off without a word.
func TestCap(t *testing.T) {
	for _, c := range []struct {
		findings, results int
		capped            bool
	}{{5000, 5000, false}, {5003, 5000, true}} {
		got := decode(t, github(t, specimen.Many(c.findings)))
		if len(got.Results) != c.results || got.Properties.Results != c.findings || got.Properties.Capped != c.capped {
			t.Errorf("%d findings: %d results, %+v", c.findings, len(got.Results), got.Properties)
		}
		if told := len(got.Invocations[0].Notifications) > 0; told != c.capped {
			t.Errorf("%d findings: the notice is there: %v", c.findings, told)
		}
	}
	if got := decode(t, full(t, specimen.Many(5003))); len(got.Results) != 5003 {
		t.Errorf("the whole form holds %d of 5003", len(got.Results))
	}
}

// What is forgiven is left out for GitHub, which knows no suppressions, and kept
// for others with its reason.
func TestSuppressions(t *testing.T) {
	kinds := map[string]int{}
	for _, r := range decode(t, full(t, specimen.Whole())).Results {
		for _, s := range r.Suppressions {
			kinds[s.Kind]++
			if s.Justification == "" {
				t.Errorf("%s is suppressed without a reason", r.RuleID)
			}
		}
	}
	if kinds["inSource"] != 1 || kinds["external"] != 2 {
		t.Errorf("suppressions %v; one waiver stands in the policy, one thing in the baseline, one waiver beside its line", kinds)
	}
	for _, r := range decode(t, github(t, specimen.Whole())).Results {
		if len(r.Suppressions) > 0 {
			t.Errorf("%s is suppressed: GitHub would raise it", r.RuleID)
		}
	}
}

// Each place has four corners, inside a file of the tree; one line of one rule is
// one alert, whichever findings it holds.
func TestPlaces(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range decode(t, github(t, specimen.Whole())).Results {
		for _, at := range append(r.Locations, r.Related...) {
			g := at.Physical.Region
			if g.StartLine < 1 || g.StartColumn < 1 || g.EndLine < g.StartLine || g.EndLine == g.StartLine && g.EndColumn <= g.StartColumn {
				t.Errorf("%s: region %+v", r.RuleID, g)
			}
		}
		key := fmt.Sprint(r.RuleID, r.Locations[0].Physical.Artifact.URI, r.Locations[0].Physical.Region.StartLine)
		if seen[key] {
			t.Errorf("two results of %s", key)
		}
		seen[key] = true
	}
}

// A finding outside of the tree stands at a real file and keeps an identity that
// does not hang on that file's lines.
func TestAnchor(t *testing.T) {
	n, seen := 0, map[string]bool{}
	for _, r := range decode(t, github(t, specimen.Hostile("a", "b"))).Results {
		if r.Locations[0].Physical.Artifact.URI != "src/a/ci.yml" || r.Locations[0].Physical.Region.StartLine != 1 {
			continue
		}
		n++
		if hash := r.Fingerprints["primaryLocationLineHash"]; !strings.HasSuffix(hash, ":1") || seen[hash] {
			t.Errorf("fingerprint %q", hash)
		} else {
			seen[hash] = true
		}
	}
	if n != 4 { // two checks, two settings each; waivers beside a line reach none of them
		t.Errorf("%d results at the anchor", n)
	}
}

func BenchmarkWrite(b *testing.B) {
	report := specimen.Many(5000)
	for b.Loop() {
		if err := sarif.Write(io.Discard, report); err != nil {
			b.Fatal(err)
		}
	}
}
