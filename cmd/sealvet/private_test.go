package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/githubtest"
)

// reported scans a checkout of a repository, saves its evidence too, and answers all
// that was written, by the name of the place.
func reported(t *testing.T, s *githubtest.Server, more ...string) map[string]string {
	t.Helper()
	dir, root := t.TempDir(), checkedOut(t, "https://github.com/acme/tool.git")
	online := append([]string{root, "--github-api", s.URL, "--repository", "acme/tool", "--now", "2026-11-24", "--cache-dir", filepath.Join(dir, "cache"), "--second-verifier", "none"}, more...)
	scan := []string{"scan", "--force", "--stats", "--format", "text"}
	for _, format := range formatNames() {
		if format == "text" {
			continue
		}
		scan = append(scan, "--output", format+"="+filepath.Join(dir, format))
	}
	scanned := sealvet(t, append(scan, online...)...)
	collected := sealvet(t, append([]string{"collect", "-o", filepath.Join(dir, "snapshot")}, online...)...)
	told := map[string]string{"text": scanned.out, "standard error": scanned.err, "collect's standard error": collected.err, "collect's output": collected.out}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		told[strings.TrimPrefix(path, dir+string(filepath.Separator))] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"json", "sarif", "sarif-full", "snapshot"} { // and whatever formats there are
		if told[want] == "" {
			t.Fatalf("nothing in %s: %s", want, scanned.err+collected.err)
		}
	}
	return told
}

func planted(told string) bool { return strings.Contains(strings.ToLower(told), "planted") }

func TestInTheCIOfAPublicRepositoryNobodyIsNamed(t *testing.T) {
	outside(t)
	s := githubtest.Serve(t, insiders())
	t.Setenv("SEALVET_TOKEN", s.Token(githubtest.Classic))
	t.Setenv("CI", "true")
	told := reported(t, s)
	for where, words := range told {
		if planted(words) {
			t.Errorf("%s names insiders:\n%s", where, words)
		}
	}
	for where, want := range map[string]string{
		"text":                     "a member of acme (2 of 2)",
		"json":                     "a secret of the repository",
		"standard error":           "--show-private shows them",
		"collect's standard error": "--show-private keeps them",
		"snapshot":                 `"withheld-1"`,
	} {
		if !strings.Contains(told[where], want) {
			t.Errorf("%s does not say %q:\n%s", where, want, told[where])
		}
	}
}

func TestNamesAreShownToInsiders(t *testing.T) {
	for _, test := range []struct {
		name       string
		ci         string
		visibility string
		flag       []string
	}{
		{"outside of a CI", "", "public", nil},
		{"in the CI of a private repository", "true", "private", nil},
		{"in the CI of a public one, when asked to", "true", "public", []string{"--show-private"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			outside(t)
			world := insiders()
			world.Repositories[0].Visibility = test.visibility
			s := githubtest.Serve(t, world)
			t.Setenv("SEALVET_TOKEN", s.Token(githubtest.Classic))
			t.Setenv("CI", test.ci)
			told := reported(t, s, test.flag...)
			for _, where := range []string{"text", "json", "sarif", "snapshot"} {
				if !strings.Contains(told[where], "planted-bob") {
					t.Errorf("%s does not name who has no second factor", where)
				}
			}
			if want := "do not publish it"; !strings.Contains(told["collect's standard error"], want) {
				t.Errorf("collect does not warn: %s", told["collect's standard error"])
			}
		})
	}
}

// A snapshot that was saved with its names is not read out in the CI.
func TestJudgeWithholdsToo(t *testing.T) {
	outside(t)
	s := githubtest.Serve(t, insiders())
	t.Setenv("SEALVET_TOKEN", s.Token(githubtest.Classic))
	saved := filepath.Join(t.TempDir(), "snapshot.json")
	if err := os.WriteFile(saved, []byte(reported(t, s)["snapshot"]), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GITHUB_ACTIONS", "true")
	got := sealvet(t, "judge", saved, "--force")
	if got.code != exitNotMet || planted(got.out) || planted(got.err) || !strings.Contains(got.out, "a member of acme") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestInCI(t *testing.T) {
	for value, want := range map[string]bool{"": false, "true": true, "1": true, "false": false, "0": false} {
		if got := inCI(func(name string) string { return map[string]string{"CI": value}[name] }); got != want {
			t.Errorf("CI=%q: %v", value, got)
		}
	}
}
