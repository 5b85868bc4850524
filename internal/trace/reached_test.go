package trace

import (
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func command(dir, line string) evidence.Command {
	c := evidence.Command{Dir: dir}
	for word := range strings.FieldsSeq(line) {
		c.Words = append(c.Words, evidence.Word{Value: word, Known: true})
	}
	return c
}

func TestReachFollowsFoldersOnlyTheRunKnows(t *testing.T) {
	s := &evidence.Snapshot{Scripts: []evidence.Script{
		{Path: "ci.yml", Origin: evidence.FromStep, Commands: []evidence.Command{
			{Words: []evidence.Word{{Value: `$(dirname "$0")/a.sh`}}},
			{Dir: "$ROOT", Words: []evidence.Word{{Value: "bash", Known: true}, {Value: "b.sh", Known: true}}},
			{Words: []evidence.Word{{Value: "echo", Known: true}, {Value: "x/c.sh", Known: true}, {Value: "$D/$N"}}},
		}},
		{Path: "scripts/a.sh", Origin: evidence.FromFile, Anchor: "a"},
		{Path: "tools/b.sh", Origin: evidence.FromFile, Anchor: "b"},
		{Path: "tools/c.sh", Origin: evidence.FromFile, Anchor: "c"},
	}}
	traced := Of(s)
	for i, want := range []bool{true, true, true, false} {
		if traced.Reached(&s.Scripts[i]) != want {
			t.Errorf("%s: reached %v, want %v", s.Scripts[i].Path, !want, want)
		}
	}
}

func TestReachFollowsCalls(t *testing.T) {
	s := &evidence.Snapshot{Scripts: []evidence.Script{
		{Path: ".github/workflows/ci.yml", Origin: evidence.FromStep, Anchor: "step", Commands: []evidence.Command{
			command("", "make -C build release"), command("web", "npm run build"), command("", "./scripts/a.sh"), command("", "just lint"), command("web", "npm ci"),
		}},
		{Path: "build/Makefile", Origin: evidence.FromMake, Anchor: "targets/all"},
		{Path: "build/Makefile", Origin: evidence.FromMake, Anchor: "targets/release", Dir: "build", Needs: []string{"deps"}, Commands: []evidence.Command{command("", "bash ../scripts/b.sh")}},
		{Path: "build/Makefile", Origin: evidence.FromMake, Anchor: "targets/deps"},
		{Path: "scripts/a.sh", Origin: evidence.FromFile, Anchor: "a"},
		{Path: "scripts/b.sh", Origin: evidence.FromFile, Anchor: "b"},
		{Path: "scripts/c.sh", Origin: evidence.FromFile, Anchor: "c"},
		{Path: "web/package.json", Origin: evidence.FromNPM, Anchor: "scripts/build"},
		{Path: "web/package.json", Origin: evidence.FromNPM, Anchor: "scripts/prebuild"},
		{Path: "web/package.json", Origin: evidence.FromNPM, Anchor: "scripts/postinstall"},
		{Path: "web/package.json", Origin: evidence.FromNPM, Anchor: "scripts/dev"},
		{Path: "justfile", Origin: evidence.FromJust, Anchor: "targets/lint"},
		{Path: "justfile", Origin: evidence.FromJust, Anchor: "targets/other"},
	}}
	traced := Of(s)
	var dormant []string
	for i := range s.Scripts {
		if !traced.Reached(&s.Scripts[i]) {
			dormant = append(dormant, s.Scripts[i].Anchor)
		}
	}
	want := []string{"targets/all", "c", "scripts/dev", "targets/other"}
	if !slices.Equal(dormant, want) {
		t.Errorf("dormant %v, want %v", dormant, want)
	}
}

func TestReachFollowsRunners(t *testing.T) {
	s := &evidence.Snapshot{Scripts: []evidence.Script{
		{Path: "ci.yml", Origin: evidence.FromStep, Commands: []evidence.Command{
			command("", "npx --yes turbo run build"), command("app", "npx concurrently npm:lint:*"), command("app", "node --run check"), command("", "bash ci/all.sh"), command("", `pwsh -File .\ci\win.ps1`),
		}},
		{Path: "Dockerfile", Origin: evidence.FromDockerfile, Commands: []evidence.Command{command("", "/usr/local/bin/entry.sh"), command("", "make generate")}},
		{Path: "lib/package.json", Origin: evidence.FromNPM, Anchor: "scripts/build"},
		{Path: "app/package.json", Origin: evidence.FromNPM, Anchor: "scripts/lint:js"},
		{Path: "app/package.json", Origin: evidence.FromNPM, Anchor: "scripts/check"},
		{Path: "ci/all.sh", Origin: evidence.FromFile, Anchor: "all", Commands: []evidence.Command{command("", "./one.sh"), {}}},
		{Path: "ci/one.sh", Origin: evidence.FromFile, Anchor: "one"},
		{Path: "ci/win.ps1", Origin: evidence.FromFile, Anchor: "win"},
		{Path: "docker/entry.sh", Origin: evidence.FromFile, Anchor: "entry"},
		{Path: "Makefile", Origin: evidence.FromMake, Anchor: "targets/all"},
		{Path: "build/gen.mk", Origin: evidence.FromMake, Anchor: "targets/generate", Commands: []evidence.Command{command("", "$(MAKE) all")}},
		{Path: "app/package.json", Origin: evidence.FromNPM, Anchor: "scripts/dev"},
		{Path: "ci/two.sh", Origin: evidence.FromFile, Anchor: "two"},
	}}
	traced := Of(s)
	for i := range s.Scripts {
		dormant := s.Scripts[i].Anchor == "scripts/dev" || s.Scripts[i].Anchor == "two"
		if traced.Reached(&s.Scripts[i]) == dormant {
			t.Errorf("%s %s: reached %v", s.Scripts[i].Path, s.Scripts[i].Anchor, !dormant)
		}
	}
}
