package pinning

import (
	"cmp"
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed floating_toolchain.md
var floatingToolchainDoc string

// FloatingToolchain finds places that take whatever compiler, interpreter or
// package manager is newest.
var FloatingToolchain = &audit.Check{
	ID:       "floating-toolchain",
	Title:    "Compiler, interpreter or package manager has no fixed version",
	Family:   audit.Pinning,
	Severity: audit.Low,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Toolchains, evidence.Manifests, evidence.Lockfiles},
	Doc:      floatingToolchainDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.4.2", "SSDF-PO.3.2", "S2C2F-ENF-1", "CICD-SEC-3"},
	Inspect:  inspectFloatingToolchain,
}

func inspectFloatingToolchain(seen *evidence.Snapshot, record *audit.Record) {
	atRoot := make(map[string]bool) // version files that setup actions fall back on
	for _, chosen := range seen.Toolchains {
		atRoot[chosen.At.Path] = true
	}
	for _, chosen := range seen.Toolchains {
		subject := strings.TrimSpace(chosen.Tool + " " + chosen.Version)
		switch chosen.Pin {
		case evidence.PinUnknown:
			record.Doubt(audit.Doubt{
				Subject:  subject,
				Location: chosen.At,
				Reason:   fmt.Sprintf("the version of %s for %s is %s", chosen.Tool, chosen.Where, chosen.Why),
				Unlock:   "write the version, or name the file that holds it",
			})
		case evidence.PinFloating:
			if chosen.Version == "" && atRoot[fallback[chosen.Where]] {
				record.Pass(subject, chosen.At) // the version is judged where that file stands
				continue
			}
			record.Defect(audit.Finding{
				Subject:  subject,
				Thing:    chosen.Tool,
				Anchor:   chosen.Anchor,
				Location: chosen.At,
				Message:  floats(chosen),
			})
		case evidence.PinExact, evidence.PinLocal, evidence.PinLocked:
			record.Pass(subject, chosen.At)
		}
	}
	inspectPythonVersion(seen, record)
	inspectPackageManager(seen, record)
}

// fallback is the file at the root that a setup action without a version reads,
// as its documentation promises.
var fallback = map[string]string{"actions/setup-python": ".python-version", "actions/setup-dotnet": "global.json"}

func floats(chosen evidence.Toolchain) string {
	switch {
	case chosen.Where == "packageManager" && chosen.Why == "no hash behind the version":
		return fmt.Sprintf("%s@%s in packageManager has %s, so Corepack takes any archive of that name; let corepack use %s@%s write the hash", chosen.Tool, chosen.Version, chosen.Why, chosen.Tool, chosen.Version)
	case chosen.Where == "go.mod":
		return "go.mod has no go line, so each Go toolchain builds the module by its own rules; add one with go mod edit -go"
	case chosen.Version == "":
		return fmt.Sprintf("%s sets up %s with no version, so the runner's own or the newest one is taken; name a version or the file that holds it", chosen.Where, chosen.Tool)
	}
	return fmt.Sprintf("%s leaves the %s version open: %s; name a version", chosen.Where, chosen.Tool, chosen.Why)
}

// inspectPythonVersion reports once that nothing says which Python develops and
// builds the packages: one file at the root mends all of them.
func inspectPythonVersion(seen *evidence.Snapshot, record *audit.Record) {
	chosen := make(map[string]bool) // folders that a version file stands in
	for _, t := range seen.Toolchains {
		if t.Tool == "python" && t.Where == path.Base(t.At.Path) {
			chosen[path.Dir(t.At.Path)] = true
		}
	}
	var open []string
	for _, manifest := range seen.Manifests {
		if manifest.Ecosystem == evidence.PyPI && path.Base(manifest.Path) == "pyproject.toml" && !covered(chosen, manifest.Path) {
			open = append(open, manifest.Path)
		}
	}
	if len(open) == 0 {
		return
	}
	roles := rolesOf(seen)
	slices.SortStableFunc(open, func(a, b string) int { // a fixture does not stand for the rest
		return cmp.Compare(roles[a], roles[b])
	})
	record.Defect(audit.Finding{
		Subject:  "python",
		Location: evidence.Location{Path: open[0]},
		Message:  fmt.Sprintf("no .python-version says which Python builds %s, so each machine takes its own; add the file at the root", andMore(open)),
	})
}

// inspectPackageManager reports a lock of a package manager that Node does not
// bring along, where nothing says which version of it reads the lock.
func inspectPackageManager(seen *evidence.Snapshot, record *audit.Record) {
	chosen := make(map[string]bool)
	byWorkflow := make(map[string]bool)
	for _, t := range seen.Toolchains {
		if t.Where == "pnpm/action-setup" {
			byWorkflow[t.Tool] = true
		}
		if t.Tool == "pnpm" || t.Tool == "yarn" {
			chosen[path.Dir(t.At.Path)] = true
		}
	}
	for _, file := range seen.Files {
		if dir, found := strings.CutSuffix(path.Dir(file.Path), ".yarn/releases"); found {
			chosen[path.Clean(dir)] = true // the program itself is in the tree
		}
	}
	for _, lock := range seen.Lockfiles {
		if lock.Tool != "pnpm" && lock.Tool != "yarn" {
			continue // npm comes with Node
		}
		if byWorkflow[lock.Tool] || covered(chosen, lock.Path) {
			continue // judged where the version stands
		}
		record.Defect(audit.Finding{
			Subject:  lock.Tool,
			Location: evidence.Location{Path: lock.Path},
			Message:  fmt.Sprintf("no packageManager says which %s reads %s, so each machine takes its own; let corepack use write it, with its hash", lock.Tool, lock.Path),
		})
	}
}

// covered tells whether one of the folders is the file's own or above it.
func covered(folders map[string]bool, file string) bool {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if folders[dir] {
			return true
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}
