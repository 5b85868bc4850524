package wayin

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

var pinnedAction = regexp.MustCompile(`uses: (\S+@[0-9a-f]{40}) # (v\S+)`)

// What others are told to pin is what our own CI pins, and Dependabot raises that.
func TestPinsAreOurOwn(t *testing.T) {
	ours, err := os.ReadFile(filepath.Join("..", "..", ".github", "workflows", "ci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := files.ReadFile("files/workflow.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	pins := pinnedAction.FindAllString(string(data), -1)
	if len(pins) != strings.Count(string(data), "uses: ") {
		t.Errorf("not every action is pinned: %q", pins)
	}
	for _, pin := range pins {
		if !strings.Contains(string(ours), pin) {
			t.Errorf("ci.yml does not have %q", pin)
		}
	}
}

func TestFound(t *testing.T) {
	listed := func(paths ...string) (seen evidence.Snapshot) {
		for _, path := range paths {
			seen.Files = append(seen.Files, evidence.File{Path: path})
		}
		return seen
	}
	at := func(remote string) evidence.Snapshot {
		return evidence.Snapshot{Target: evidence.Target{Remote: remote}}
	}
	for _, c := range []struct {
		name string
		seen evidence.Snapshot
		want []CI
	}{
		{"nothing", evidence.Snapshot{}, nil},
		{"a workflow", listed(".github/workflows/ci.yml"), []CI{GitHub}},
		{"all three", listed("Jenkinsfile", ".gitlab-ci.yml", ".github/workflows/ci.yml"), Systems},
		{"elsewhere", listed("docs/Jenkinsfile", "sub/.gitlab-ci.yml"), nil},
		{"GitHub's remote", at("https://github.com/acme/weather.git"), []CI{GitHub}},
		{"by ssh", at("git@gitlab.com:acme/weather.git"), []CI{GitLab}},
		{"their own GitLab", at("ssh://git@gitlab.acme.example:2222/weather"), []CI{GitLab}},
		{"a name like it", at("https://github.com.evil.example/acme/weather"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Found(&c.seen); !slices.Equal(got, c.want) {
				t.Errorf("%v, not %v", got, c.want)
			}
		})
	}
}

func TestBranchPattern(t *testing.T) {
	for name, want := range map[string]string{
		"main":        `main`,
		"release/1.x": `release/1.x`,
		"true":        `"true"`,
		"1.0":         `"1.0"`,
		"a]b":         `"a\\]b"`,
		"x: *y":       `"x: \\*y"`,
		"a\nb":        `"a\nb"`,
		"stübli":      `"st\u00fcbli"`,
	} {
		if got := branchPattern(name); got != want {
			t.Errorf("%q becomes %s, not %s", name, got, want)
		}
	}
}

// A comment holds what a repository says in one line.
func TestThePolicyHoldsHostileNames(t *testing.T) {
	seen := &evidence.Snapshot{Target: evidence.Target{Name: "acme\nfail-at: never/x", Remote: "https://github.com/acme"}}
	planned, err := Plan(seen, Wish{})
	if err != nil {
		t.Fatal(err)
	}
	if policy := string(planned[0].Data); strings.Contains(policy, "\nfail-at: never") {
		t.Error(policy)
	}
}
