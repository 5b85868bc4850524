// Package casetest runs the cases under testdata/checks. A case is a txtar file
// whose folder is the assertion:
//
//	testdata/checks/<check-id>/bad/<name>.txtar      the check fails, with exactly these findings
//	testdata/checks/<check-id>/good/<name>.txtar     the check passes
//	testdata/checks/<check-id>/unknown/<name>.txtar  the check is not assessed, for exactly these reasons
//
// Its first lines say why, its files under repo/ are the repository, evidence.json
// is what no look at the tree can give (a part of a snapshot, whose target and settings
// stand for those of the tree and the policy), and its last part, written by -update, holds what the check says.
package casetest

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/evidence"
)

var update = flag.Bool("update", false, "rewrite the last part of every case")

// Now is the moment at which every case is judged.
var Now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// outcomes says what each folder asserts.
var outcomes = map[string]audit.Outcome{"bad": audit.Failed, "good": audit.Passed, "unknown": audit.NotAssessed}

// Run runs every case of every check below dir.
func Run(t *testing.T, register []*audit.Check, dir string) {
	for _, check := range register {
		if check.Inspect == nil {
			continue // policy decides: internal/policy tests those
		}
		t.Run(check.ID, func(t *testing.T) {
			for folder, want := range outcomes {
				paths, _ := filepath.Glob(filepath.Join(dir, check.ID, folder, "*.txtar"))
				if len(paths) == 0 {
					t.Errorf("%s has no case under %s/%s", check.ID, check.ID, folder)
				}
				for _, path := range paths {
					t.Run(folder+"/"+strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
						runCase(t, check, path, want)
					})
				}
			}
		})
	}
}

func runCase(t *testing.T, check *audit.Check, path string, want audit.Outcome) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(archive.Comment)) == "" {
		t.Error("the first line must say why this case is what it is")
	}
	result := inspect(t, check, archive)
	if result.Outcome != want {
		t.Errorf("outcome %q, the folder asserts %q", result.Outcome, want)
	}
	holdPlaces(t, archive, result)
	said := Say(result)
	if *update {
		rewrite(t, path, archive, said)
		return
	}
	for part, lines := range said {
		if diff := cmp.Diff(section(archive, part), lines); diff != "" {
			t.Errorf("%s (-case +check):\n%s", part, diff)
		}
	}
}

func inspect(t *testing.T, check *audit.Check, archive *txtar.Archive) audit.Result {
	var files []txtar.File
	for _, file := range archive.Files {
		if name, inside := strings.CutPrefix(file.Name, "repo/"); inside {
			files = append(files, txtar.File{Name: name, Data: file.Data})
		}
	}
	seen := collect(t, files)
	if more := section(archive, "evidence.json"); more != "" {
		var part evidence.Snapshot
		if err := json.Unmarshal([]byte(more), &part); err != nil {
			t.Fatalf("evidence.json: %v", err)
		}
		seen.Append(&part)
		seen.Settings = part.Settings
		if part.Target != (evidence.Target{}) {
			seen.Target = part.Target
		}
	}
	return audit.Run([]*audit.Check{check}, seen)[0]
}

// collect lays the files out as a repository and reads it.
func collect(t *testing.T, files []txtar.File) *evidence.Snapshot {
	root := t.TempDir()
	for _, file := range files {
		target := filepath.Join(root, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, file.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	seen, err := checkout.Collect(context.Background(), root, checkout.Options{Now: Now})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// Say puts a result into the words of a case.
func Say(result audit.Result) map[string]string {
	var findings, doubts strings.Builder
	for _, f := range result.Findings {
		grade := ""
		if f.Severity != result.Check.Severity {
			grade = fmt.Sprintf(" (%s)", f.Severity)
		}
		if f.Role != "" {
			grade += fmt.Sprintf(" (%s)", f.Role)
		}
		fmt.Fprintf(&findings, "%s%s\n", f, grade)
	}
	for _, d := range result.Doubts {
		fmt.Fprintf(&doubts, "%s %s: %s\n", d.Location, d.Subject, d.Reason)
	}
	for _, g := range result.Gaps {
		fmt.Fprintf(&doubts, "%s %s: %s\n", g.At, g.Kind, g.Reason)
	}
	return map[string]string{"findings": findings.String(), "doubts": doubts.String()}
}

func section(archive *txtar.Archive, name string) string {
	for _, file := range archive.Files {
		if file.Name == name {
			return string(file.Data)
		}
	}
	return ""
}

func rewrite(t *testing.T, path string, archive *txtar.Archive, said map[string]string) {
	kept := &txtar.Archive{Comment: archive.Comment}
	for _, file := range archive.Files {
		if _, written := said[file.Name]; !written {
			kept.Files = append(kept.Files, file)
		}
	}
	for _, part := range []string{"findings", "doubts"} {
		if said[part] != "" {
			kept.Files = append(kept.Files, txtar.File{Name: part, Data: []byte(said[part])})
		}
	}
	if err := os.WriteFile(path, txtar.Format(kept), 0o644); err != nil {
		t.Fatal(err)
	}
}
