package pinning

import (
	_ "embed"
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed missing_lockfile.md
var missingLockfileDoc string

// MissingLockfile finds manifests whose dependencies no lock holds.
var MissingLockfile = &audit.Check{
	ID:       "missing-lockfile",
	Title:    "Dependencies that no lockfile holds",
	Family:   audit.Pinning,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Manifests, evidence.Lockfiles},
	Doc:      missingLockfileDoc,
	Controls: []string{"OSPS-QA-02.01", "CIS-SSC-3.1.7", "SSDF-PW.4.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectMissingLockfile,
}

func inspectMissingLockfile(seen *evidence.Snapshot, record *audit.Record) {
	unread := filesWithGaps(seen, evidence.Lockfiles)
	var bare []*evidence.Manifest
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		if outsideDependencies(m) == 0 || m.LockOptional != "" {
			continue // nothing comes from elsewhere, or the ecosystem pins in the manifest
		}
		switch lock := firstRead(m.Locks, unread); {
		case lock != "":
			record.Pass(m.Path, m.At)
		case len(m.Locks) > 0:
			// Its lock is there and was not read: the Gap says so.
		default:
			bare = append(bare, m)
		}
	}
	for _, scope := range lockScopes(seen, bare) {
		record.Defect(missingLockfile(scope))
	}
}

func missingLockfile(scope *lockScope) audit.Finding {
	first, outside := scope.manifests[0], 0
	for _, m := range scope.manifests {
		outside += outsideDependencies(m)
	}
	asking, covers := first.Path+" asks", "it"
	if more := len(scope.manifests) - 1; more > 0 {
		asking, covers = fmt.Sprintf("%s and %s mended with it ask", first.Path, count(more, "manifest", "manifests")), "them"
	}
	return audit.Finding{
		Subject:  scope.place.Path,
		Location: scope.place,
		Message: fmt.Sprintf("%s for %s from outside and no lockfile covers %s, so each install may bring other code; commit %s",
			asking, count(outside, "package", "packages"), covers, lockFor(first)),
		Related: scope.others(),
	}
}

// outsideDependencies counts what a lock would have to hold.
func outsideDependencies(m *evidence.Manifest) int {
	n := 0
	for i := range m.Dependencies {
		if m.Dependencies[i].Lockable() {
			n++
		}
	}
	return n
}

// filesWithGaps are the files of which some evidence of that kind could not be read.
func filesWithGaps(seen *evidence.Snapshot, kind evidence.Kind) map[string]bool {
	files := map[string]bool{}
	for _, gap := range seen.Gaps {
		if gap.Kind == kind {
			files[gap.At.Path] = true
		}
	}
	return files
}

func firstRead(locks []string, unread map[string]bool) string {
	for _, lock := range locks {
		if !unread[lock] {
			return lock
		}
	}
	return ""
}

// lockFor names the file to commit and what writes it.
func lockFor(m *evidence.Manifest) string {
	switch m.Ecosystem {
	case evidence.NPM:
		switch m.Tool {
		case "pnpm":
			return "the pnpm-lock.yaml that pnpm install writes"
		case "yarn":
			return "the yarn.lock that yarn install writes"
		case "bun":
			return "the bun.lock that bun install writes"
		}
		return "the package-lock.json that npm install writes"
	case evidence.PyPI:
		if m.Tool == "uv" && strings.HasSuffix(m.Path, ".py") { // requirements in a comment
			return "the " + path.Base(m.Path) + ".lock that uv lock --script writes"
		}
		switch m.Tool {
		case "poetry":
			return "the poetry.lock that poetry lock writes"
		case "pdm":
			return "the pdm.lock that pdm lock writes"
		case "pip":
			return "the output of uv pip compile --generate-hashes (or pip-compile) in its place"
		case "pipenv":
			return "the Pipfile.lock that pipenv lock writes"
		}
		return "the uv.lock that uv lock writes"
	case evidence.Cargo:
		return "the Cargo.lock that cargo generate-lockfile writes"
	case evidence.Golang:
		return "the go.sum that go mod tidy writes"
	case evidence.NuGet:
		return "the packages.lock.json that RestorePackagesWithLockFile makes dotnet restore write"
	case evidence.Maven:
		return "Gradle's dependency locks (gradle dependencies --write-locks) or verification metadata"
	case evidence.Gem:
		return "the Gemfile.lock that bundle lock writes"
	case evidence.Composer:
		return "the composer.lock that composer update writes"
	}
	return "the lockfile of its tool"
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
