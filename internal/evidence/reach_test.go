package evidence

import (
	"slices"
	"strings"
	"testing"
)

func command(dir, line string) Command {
	c := Command{Dir: dir}
	for word := range strings.FieldsSeq(line) {
		c.Words = append(c.Words, Word{Value: word, Known: true})
	}
	return c
}

func TestReachFollowsFoldersOnlyTheRunKnows(t *testing.T) {
	s := &Snapshot{Scripts: []Script{
		{Path: "ci.yml", Origin: FromStep, Commands: []Command{
			{Words: []Word{{Value: `$(dirname "$0")/a.sh`}}},
			{Dir: "$ROOT", Words: []Word{{Value: "bash", Known: true}, {Value: "b.sh", Known: true}}},
			{Words: []Word{{Value: "echo", Known: true}, {Value: "x/c.sh", Known: true}, {Value: "$D/$N"}}},
		}},
		{Path: "scripts/a.sh", Origin: FromFile, Anchor: "a"},
		{Path: "tools/b.sh", Origin: FromFile, Anchor: "b"},
		{Path: "tools/c.sh", Origin: FromFile, Anchor: "c"},
	}}
	reach := s.Reach()
	for i, want := range []bool{true, true, true, false} {
		if reach.Script(&s.Scripts[i]) != want {
			t.Errorf("%s: reached %v, want %v", s.Scripts[i].Path, !want, want)
		}
	}
}

func TestReachFollowsCalls(t *testing.T) {
	s := &Snapshot{Scripts: []Script{
		{Path: ".github/workflows/ci.yml", Origin: FromStep, Anchor: "step", Commands: []Command{
			command("", "make -C build release"), command("web", "npm run build"), command("", "./scripts/a.sh"), command("", "just lint"), command("web", "npm ci"),
		}},
		{Path: "build/Makefile", Origin: FromMake, Anchor: "targets/all"},
		{Path: "build/Makefile", Origin: FromMake, Anchor: "targets/release", Dir: "build", Needs: []string{"deps"}, Commands: []Command{command("", "bash ../scripts/b.sh")}},
		{Path: "build/Makefile", Origin: FromMake, Anchor: "targets/deps"},
		{Path: "scripts/a.sh", Origin: FromFile, Anchor: "a"},
		{Path: "scripts/b.sh", Origin: FromFile, Anchor: "b"},
		{Path: "scripts/c.sh", Origin: FromFile, Anchor: "c"},
		{Path: "web/package.json", Origin: FromNPM, Anchor: "scripts/build"},
		{Path: "web/package.json", Origin: FromNPM, Anchor: "scripts/prebuild"},
		{Path: "web/package.json", Origin: FromNPM, Anchor: "scripts/postinstall"},
		{Path: "web/package.json", Origin: FromNPM, Anchor: "scripts/dev"},
		{Path: "justfile", Origin: FromJust, Anchor: "targets/lint"},
		{Path: "justfile", Origin: FromJust, Anchor: "targets/other"},
	}}
	reach := s.Reach()
	var dormant []string
	for i := range s.Scripts {
		if !reach.Script(&s.Scripts[i]) {
			dormant = append(dormant, s.Scripts[i].Anchor)
		}
	}
	want := []string{"targets/all", "c", "scripts/dev", "targets/other"}
	if !slices.Equal(dormant, want) {
		t.Errorf("dormant %v, want %v", dormant, want)
	}
}

func TestReachFollowsRunners(t *testing.T) {
	s := &Snapshot{Scripts: []Script{
		{Path: "ci.yml", Origin: FromStep, Commands: []Command{
			command("", "npx --yes turbo run build"), command("app", "npx concurrently npm:lint:*"), command("app", "node --run check"), command("", "bash ci/all.sh"), command("", `pwsh -File .\ci\win.ps1`),
		}},
		{Path: "Dockerfile", Origin: FromDockerfile, Commands: []Command{command("", "/usr/local/bin/entry.sh"), command("", "make generate")}},
		{Path: "lib/package.json", Origin: FromNPM, Anchor: "scripts/build"},
		{Path: "app/package.json", Origin: FromNPM, Anchor: "scripts/lint:js"},
		{Path: "app/package.json", Origin: FromNPM, Anchor: "scripts/check"},
		{Path: "ci/all.sh", Origin: FromFile, Anchor: "all", Commands: []Command{command("", "./one.sh"), {}}},
		{Path: "ci/one.sh", Origin: FromFile, Anchor: "one"},
		{Path: "ci/win.ps1", Origin: FromFile, Anchor: "win"},
		{Path: "docker/entry.sh", Origin: FromFile, Anchor: "entry"},
		{Path: "Makefile", Origin: FromMake, Anchor: "targets/all"},
		{Path: "build/gen.mk", Origin: FromMake, Anchor: "targets/generate", Commands: []Command{command("", "$(MAKE) all")}},
		{Path: "app/package.json", Origin: FromNPM, Anchor: "scripts/dev"},
		{Path: "ci/two.sh", Origin: FromFile, Anchor: "two"},
	}}
	reach := s.Reach()
	for i := range s.Scripts {
		dormant := s.Scripts[i].Anchor == "scripts/dev" || s.Scripts[i].Anchor == "two"
		if reach.Script(&s.Scripts[i]) == dormant {
			t.Errorf("%s %s: reached %v", s.Scripts[i].Path, s.Scripts[i].Anchor, !dormant)
		}
	}
}
