package link

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/fetch"
)

// run is one command of a job, read as the shell reader would.
func run(origin evidence.Origin, dir string, line ...string) evidence.Script {
	command := evidence.Command{At: at("ci.yml"), Words: words(line...)}
	command.Fetches, command.Installs = fetch.Packages(command.Words), fetch.Installs(command.Words)
	return evidence.Script{Path: "ci.yml", Group: "jobs/a", Origin: origin, Dir: dir, Commands: []evidence.Command{command}}
}

func TestFetches(t *testing.T) {
	lock := evidence.Lockfile{Path: "web/package-lock.json", Ecosystem: evidence.NPM, Tool: "npm", Entries: []evidence.LockEntry{{Name: "typescript"}}}
	for _, c := range []struct {
		what string
		one  evidence.Script
		want evidence.Pin
	}{
		{"a program of a locked package", run(evidence.FromStep, "web/src", "npx", "tsc"), evidence.PinLocked},
		{"the same above the lock", run(evidence.FromStep, "", "npx", "tsc"), evidence.PinFloating},
		{"a flag names the folder", run(evidence.FromStep, "", "npx", "--prefix", "web", "tsc"), evidence.PinLocked},
		{"a version goes past the lock", run(evidence.FromStep, "web", "npx", "typescript@latest"), evidence.PinFloating},
		{"an install goes past the lock", run(evidence.FromStep, "web", "npm", "install", "typescript"), evidence.PinFloating},
		{"dlx goes past the lock", run(evidence.FromStep, "web", "pnpm", "dlx", "typescript"), evidence.PinFloating},
		{"a folder outside of the tree", run(evidence.FromStep, "../..", "npx", "tsc"), evidence.PinFloating},
	} {
		seen := &evidence.Snapshot{Lockfiles: []evidence.Lockfile{lock}, Scripts: []evidence.Script{c.one}}
		Fetches(seen)
		if got := seen.Scripts[0].Commands[0].Fetches[0].Pin; got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestInstalls(t *testing.T) {
	berry := evidence.Lockfile{Path: "berry/yarn.lock", Ecosystem: evidence.NPM, Tool: "yarn", Format: "8"}
	open := depends("open/package.json", evidence.NPM, "open", evidence.Dependency{Name: "a"})
	for _, c := range []struct {
		what     string
		one      evidence.Script
		frozen   evidence.Answer
		lockless bool
	}{
		{"newer yarn in CI", run(evidence.FromStep, "berry", "yarn"), evidence.Yes, false},
		{"newer yarn in an image", run(evidence.FromDockerfile, "berry", "yarn"), evidence.No, false},
		{"pnpm in CI", run(evidence.FromGitLab, "", "pnpm", "install"), evidence.Yes, false},
		{"pnpm on a desk", run(evidence.FromMake, "", "pnpm", "install"), evidence.No, false},
		{"no lock to hold to", run(evidence.FromStep, "open", "npm", "install"), evidence.No, true},
		{"no manifest that was seen", run(evidence.FromStep, "", "npm", "install"), evidence.No, false},
	} {
		seen := &evidence.Snapshot{Lockfiles: []evidence.Lockfile{berry}, Manifests: []evidence.Manifest{open}, Scripts: []evidence.Script{c.one}}
		Fetches(seen)
		if got := seen.Scripts[0].Commands[0].Installs[0]; got.Frozen != c.frozen || got.Lockless != c.lockless {
			t.Errorf("%s: frozen %s, lockless %v", c.what, got.Frozen, got.Lockless)
		}
	}
}
