package updater_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
	"github.com/sealvet/sealvet/internal/parse/updater"
)

const dependabot = `version: 2
multi-ecosystem-groups:
  all: { schedule: { interval: weekly } }
updates:
  - package-ecosystem: "github-actions"
    directory: "/"
    multi-ecosystem-group: all
    cooldown:
      default-days: 7
  - package-ecosystem: uv
    directories: ["/src/*", packages/a/, "**/*"]
    cooldown: { default-days: 0 }
  - package-ecosystem: [npm, gitsubmodule]
    cooldown: { semver-major-days: 30, semver-minor-days: 7, semver-patch-days: 3 }
  - package-ecosystem: docker
    open-pull-requests-limit: 0
  - directory: /lost
`

func TestDependabot(t *testing.T) {
	out := parsetest.Read(t, updater.Read, ".github/dependabot.yml", dependabot)
	want := `dependabot github-actions in . waits yes 5:25
dependabot pypi in src/*,packages/a,**/* waits no 10:24
dependabot npm,gitsubmodule in  waits yes 13:30
`
	if diff := cmp.Diff(want, render(out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

var renovate = []struct{ path, data, want string }{
	{"renovate.json", `{"extends": ["config:recommended"]}`, "* in  waits no 1:1"},
	{"renovate.json", `{"extends": ["config:best-practices"]}`, "* in  waits yes 1:1"},
	{"renovate.json", `{"extends": "github>acme/presets"}`, "* in  waits unknown 1:1"},
	{"renovate.json", `{"extends": ["local>acme/presets", "config:base"], "minimumReleaseAge": "14 days"}`, "* in  waits yes 1:1"},
	{"renovate.json", `{"minimumReleaseAge": "0 days", "stabilityDays": 0}`, "* in  waits no 1:1"},
	{"renovate.json", `{"packageRules": [{"minimumReleaseAge": null}, {"minimumReleaseAge": "1 month"}]}`, "* in  waits yes 1:1"},
	{"renovate.json", `{"extends": ["acme"]}`, "* in  waits unknown 1:1"},
	{"renovate.json", `{"enabled": false}`, ""},
	{"renovate.json", `{"enabledManagers": ["pep621", "helm-values"]} // why`, "pypi,helm-values in  waits no 1:1"},
	{".github/renovate.json5", "// ours\n{\n  extends: ['config:recommended', \"it's\"],\n  /* b: */ stabilityDays: 3,\n  note: 'say \"a: b\" it\\'s',\n}\n", "* in  waits yes 1:1"},
	{".renovaterc", `{}`, "* in  waits no 1:1"},
}

func TestRenovate(t *testing.T) {
	for _, test := range renovate {
		out := parsetest.Read(t, updater.Read, test.path, test.data)
		want := test.want
		if want != "" {
			want = "renovate " + want + "\n"
		}
		if got := render(out); got != want {
			t.Errorf("%s: got %q, want %q", test.data, got, want)
		}
	}
}

func TestProblems(t *testing.T) {
	for path, data := range map[string]string{
		".github/dependabot.yml": "updates: [",
		"renovate.json":          `{"extends": `,
		"renovate.json5":         `{extends: `,
	} {
		if err := updater.Read(text.NewSource(path, []byte(data)), new(evidence.Snapshot)); err == nil {
			t.Errorf("%s %q: no error", path, data)
		}
	}
}

func render(out *evidence.Snapshot) string {
	var b strings.Builder
	for _, u := range out.Updaters {
		fmt.Fprintf(&b, "%s %s in %s waits %s %d:%d\n", u.Tool, strings.Join(u.Ecosystems, ","), strings.Join(u.Directory, ","), u.Cooldown, u.At.Line, u.At.Column)
	}
	return b.String()
}

func FuzzRead(f *testing.F) {
	seeds := map[string]string{".github/dependabot.yml": dependabot}
	for _, test := range renovate {
		seeds[test.path] = test.data
	}
	parsetest.Fuzz(f, updater.Read, seeds)
}
