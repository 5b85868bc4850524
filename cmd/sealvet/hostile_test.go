package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// A repository made to break the scanner ends with a Gap for each trick and a
// normal verdict on the rest.
func TestHostileRepository(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}

	// The rest: one defect and one good step, to be found all the same.
	const honest = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/setup-go@b7ad1dad31e06c5925ef5d2fc7ad053ef454303e\n"
	write(".github/workflows/honest.yml", honest)
	write(".github/workflows/crlf.yml", strings.ReplaceAll(honest, "\n", "\r\n"))

	write(".github/workflows/bomb.yml", aliasBomb(30))
	write(".github/workflows/self.yml", "a: &a [*a]\n")
	write(".github/workflows/utf8.yml", "on: push\njobs: {test: {runs-on: \"\xff\xfe\"}}\n")
	write("package.json", strings.Repeat(`{"a":`, 100_000)+"1"+strings.Repeat("}", 100_000))
	write("deep/package.json", strings.Repeat("[", 2_000_000))
	write("web/package-lock.json", "{\"lockfileVersion\": 3, \"packages\": {\"\": ")
	huge := filepath.Join(root, "huge", "package-lock.json")
	write("huge/package-lock.json", "{}")
	if err := os.Truncate(huge, 100<<20); err != nil {
		t.Fatal(err)
	}
	write("pipe/Dockerfile", "FROM \x00\x01\x02")
	escape := "\x1b]8;;http://evil.example\x07click\x1b[2J\u202egnp.md"
	write("src/"+escape, "x")
	write(".github/workflows/"+"\x1b[31m::error::x\n##[group]y.yml", honest)
	link("loop-b", "loop-a")
	link("loop-a", "loop-b")
	link("/etc", "escape")
	link("../../../../etc/passwd", ".mcp.json")
	link(".", "self")
	deep := strings.Repeat("d/", 80)
	write(deep+"Dockerfile", "FROM scratch\n")
	for i := range 50_000 {
		if i%1000 == 0 {
			if err := os.MkdirAll(filepath.Join(root, "tiny", fmt.Sprint(i/1000)), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(root, "tiny", fmt.Sprint(i/1000), fmt.Sprintf("%d.sh", i)), []byte("true\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	report, text := scanHostile(t, root)
	for path, reason := range map[string]string{
		".github/workflows/bomb.yml": "",
		".github/workflows/self.yml": "",
		".github/workflows/utf8.yml": "UTF-8",
		"package.json":               "deep",
		"deep/package.json":          "deep",
		"web/package-lock.json":      "",
		"huge/package-lock.json":     "100 MB large",
		"pipe/Dockerfile":            "binary",
	} {
		if !report.hasGap(path, reason) {
			t.Errorf("no gap for %s says %q; its gaps: %v", path, reason, report.gapsOf(path))
		}
	}
	for _, path := range []string{".github/workflows/honest.yml", ".github/workflows/crlf.yml"} {
		if got := report.findingsOf("unpinned-action", path); len(got) != 1 || got[0].Location.Line != 6 || got[0].Location.Column != 15 {
			t.Errorf("%s: unpinned-action found %+v, want one at 6:15", path, got)
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.ContainsAny(line, "\x1b\x07\u202e") {
			t.Errorf("a line that a terminal or a runner would obey: %q", line)
		}
	}
	if strings.Contains(text, "root:x:0") {
		t.Error("a file outside of the repository was read")
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	if memory.Sys > 1<<30 {
		t.Errorf("the scan took %d MB", memory.Sys>>20)
	}
}

// aliasBomb would expand to 9^levels values.
func aliasBomb(levels int) string {
	var b strings.Builder
	b.WriteString("on: push\na0: &a0 [x]\n")
	for i := 1; i < levels; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	fmt.Fprintf(&b, "jobs: {test: {steps: *a%d}}\n", levels-1)
	return b.String()
}

type hostileReport struct {
	Findings []struct {
		Check    string
		Location struct {
			Path         string
			Line, Column int
		}
	}
	Gaps []struct {
		Check, Subject, Reason string
		Location               struct{ Path string }
	}
}

func (r hostileReport) gapsOf(path string) (reasons []string) {
	for _, gap := range r.Gaps {
		if gap.Location.Path == path {
			reasons = append(reasons, gap.Reason)
		}
	}
	return reasons
}

func (r hostileReport) hasGap(path, part string) bool {
	for _, reason := range r.gapsOf(path) {
		if strings.Contains(reason, part) {
			return true
		}
	}
	return false
}

func (r hostileReport) findingsOf(check, path string) (found []struct {
	Check    string
	Location struct {
		Path         string
		Line, Column int
	}
}) {
	for _, f := range r.Findings {
		if f.Check == check && f.Location.Path == path {
			found = append(found, f)
		}
	}
	return found
}

// scanHostile runs the whole command twice, as JSON and as text.
func scanHostile(t *testing.T, root string) (report hostileReport, text string) {
	run := func(format string) string {
		var out, problems bytes.Buffer
		top := &cobra.Command{SilenceErrors: true, SilenceUsage: true}
		top.AddCommand(newScan())
		top.SetArgs([]string{"scan", "--force", "--format", format, "--fail-at", "never", root})
		top.SetOut(&out)
		top.SetErr(&problems)
		if err := top.ExecuteContext(t.Context()); err != nil {
			t.Fatalf("scan: %v\n%s", err, problems.String())
		}
		return out.String()
	}
	if err := json.Unmarshal([]byte(run("json")), &report); err != nil {
		t.Fatal(err)
	}
	return report, run("text")
}
