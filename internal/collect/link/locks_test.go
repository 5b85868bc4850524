package link

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

func dep(name, requirement string) evidence.Dependency {
	return evidence.Dependency{Name: name, Requirement: requirement, Class: evidence.Range, Group: "dependencies"}
}

func manifest(path string, workspace []string, deps ...evidence.Dependency) evidence.Manifest {
	ecosystem := evidence.NPM
	if strings.HasSuffix(path, ".toml") {
		ecosystem = evidence.PyPI
	}
	return evidence.Manifest{Path: path, Ecosystem: ecosystem, Workspace: workspace, Dependencies: deps}
}

func npmLock(path string, entries ...evidence.LockEntry) evidence.Lockfile {
	return evidence.Lockfile{Path: path, Ecosystem: evidence.NPM, Tool: "npm", Entries: entries}
}

func TestCover(t *testing.T) {
	seen := &evidence.Snapshot{
		Manifests: []evidence.Manifest{
			manifest("package.json", []string{"packages/*"}),
			manifest("packages/a/package.json", nil),
			manifest("packages/a/deep/package.json", nil),
			manifest("named/package.json", nil),
			manifest("shrunk/package.json", nil),
			manifest("pyproject.toml", nil),
			manifest("broken/package.json", nil),
			manifest("deno/package.json", nil),
		},
		Files: []evidence.File{{Path: "deno/deno.lock"}},
		Lockfiles: []evidence.Lockfile{
			npmLock("package-lock.json"),
			{Path: "pnpm-lock.yaml", Ecosystem: evidence.NPM, Tool: "pnpm", Declared: []evidence.Declared{{Importer: "named", Name: "x"}}},
			npmLock("shrunk/npm-shrinkwrap.json"),
			npmLock("shrunk/package-lock.json"),
			npmLock("packages/a/yarn.lock"),
		},
		Gaps: []evidence.Gap{{Kind: evidence.Lockfiles, At: evidence.Location{Path: "broken/bun.lock"}, Reason: "too large"}},
	}
	Locks(seen)
	var got strings.Builder
	for _, m := range seen.Manifests {
		fmt.Fprintln(&got, m.Path, m.Locks, m.Member)
	}
	const want = `package.json [package-lock.json pnpm-lock.yaml] 
packages/a/package.json [packages/a/yarn.lock package-lock.json pnpm-lock.yaml] package.json
packages/a/deep/package.json [] 
named/package.json [pnpm-lock.yaml] 
shrunk/package.json [shrunk/npm-shrinkwrap.json] 
pyproject.toml [] 
broken/package.json [broken/bun.lock] 
deno/package.json [deno/deno.lock] 
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	if match := seen.Manifests[6].Matches[0]; match.Fresh != evidence.Unknown || !strings.Contains(match.Why, "too large") {
		t.Errorf("an unread lock gives %+v", match)
	}
}

func TestNearestInstallIsTheLockedOne(t *testing.T) {
	entry := func(key, version string) evidence.LockEntry {
		return evidence.LockEntry{Name: "x", Keys: []string{key}, Version: version}
	}
	seen := &evidence.Snapshot{
		Manifests: []evidence.Manifest{
			manifest("package.json", []string{"p/*"}, dep("x", "^1")),
			manifest("p/a/package.json", nil, dep("x", "^2")),
		},
		Lockfiles: []evidence.Lockfile{npmLock("package-lock.json", entry("node_modules/x", "1.5.0"), entry("p/a/node_modules/x", "2.5.0"))},
	}
	Locks(seen)
	for i, want := range []string{"1.5.0", "2.5.0"} {
		if d := seen.Manifests[i].Dependencies[0]; d.Locked == nil || d.Locked.Version != want || d.Satisfied != evidence.Yes {
			t.Errorf("%s: locked %+v, satisfied %s", seen.Manifests[i].Path, d.Locked, d.Satisfied)
		}
	}
}

func TestOverridden(t *testing.T) {
	for selector, want := range map[string]string{
		"a": "a", "@x/a": "@x/a", "a@^1": "a", "@x/a@1": "@x/a", "p>a": "a", "p@1>@x/a@2": "@x/a", "**/a": "a", "p/@x/a": "@x/a", "": "",
	} {
		if got := overridden(evidence.NPM, selector); got != want {
			t.Errorf("overridden(%q) = %q, want %q", selector, got, want)
		}
	}
}

func TestLargeTreesStayNearLinear(t *testing.T) {
	const members = 4000
	var seen evidence.Snapshot
	var entries []evidence.LockEntry
	var deps []evidence.Dependency
	for i := range members {
		name := fmt.Sprintf("d%d", i)
		entries = append(entries, evidence.LockEntry{Name: name, Keys: []string{"node_modules/" + name}, Version: "1.0.0"})
		deps = append(deps, dep(name, "^1"))
	}
	seen.Manifests = append(seen.Manifests, manifest("package.json", []string{"m/*"}, deps...))
	for i := range members {
		seen.Manifests = append(seen.Manifests, manifest(fmt.Sprintf("m/%d/package.json", i), nil, deps[i%members]))
	}
	seen.Lockfiles = []evidence.Lockfile{npmLock("package-lock.json", entries...)}
	start := time.Now()
	Locks(&seen)
	if took := time.Since(start); took > time.Minute { // a watchdog: what grows too fast takes far longer
		t.Errorf("took %s", took)
	}
	if d := seen.Manifests[members].Dependencies[0]; d.Locked == nil {
		t.Error("the last member has nothing locked")
	}
}

func TestOneNameManyTimesEndsSoon(t *testing.T) {
	const times = 10_000
	var deps []evidence.Dependency
	lock := evidence.Lockfile{Path: "poetry.lock", Ecosystem: evidence.PyPI, Tool: "poetry"}
	for i := range times {
		deps = append(deps, dep("x", fmt.Sprintf("==%d", i)))
		lock.Entries = append(lock.Entries, evidence.LockEntry{Name: "x", Source: evidence.PathClass})
	}
	seen := evidence.Snapshot{Manifests: []evidence.Manifest{manifest("pyproject.toml", nil, deps...)}, Lockfiles: []evidence.Lockfile{lock}}
	start := time.Now()
	Locks(&seen)
	if took := time.Since(start); took > time.Minute { // a watchdog: what grows too fast takes far longer
		t.Errorf("took %s", took)
	}
	if match := seen.Manifests[0].Matches[0]; match.Fresh != evidence.Unknown {
		t.Errorf("half compared, and fresh is %s", match.Fresh)
	}
}
