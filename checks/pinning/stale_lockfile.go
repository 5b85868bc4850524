package pinning

import (
	_ "embed"
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed stale_lockfile.md
var staleLockfileDoc string

// StaleLockfile finds locks that were made for another state of their manifest.
var StaleLockfile = &audit.Check{
	ID:       "stale-lockfile",
	Title:    "Lockfile does not satisfy its manifest",
	Family:   audit.Pinning,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Manifests, evidence.Lockfiles},
	Doc:      staleLockfileDoc,
	Controls: []string{"OSPS-QA-02.01", "CIS-SSC-3.1.7", "SSDF-PW.4.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectStaleLockfile,
}

// namedAtMost is how many packages a message names before it counts the rest.
const namedAtMost = 3

func inspectStaleLockfile(seen *evidence.Snapshot, record *audit.Record) {
	unread, unreadManifests := filesWithGaps(seen, evidence.Lockfiles), filesWithGaps(seen, evidence.Manifests)
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		for _, match := range m.Matches {
			switch match.Fresh {
			case evidence.Yes:
				record.Pass(match.Lock+" for "+m.Path, m.At)
			case evidence.No:
				record.Defect(staleLockfile(m, match))
			case evidence.Unknown:
				if unread[match.Lock] || unreadManifests[m.Path] || outsideDependencies(m) == 0 {
					continue // the Gap says why, or nothing would have to be in it
				}
				record.Doubt(audit.Doubt{Subject: match.Lock, Location: m.At, Reason: match.Why, Unlock: unlockOf(match.Lock)})
			}
		}
	}
}

// staleLockfile is one finding a lock and manifest: one command mends them all.
func staleLockfile(m *evidence.Manifest, match evidence.LockMatch) audit.Finding {
	f := audit.Finding{
		Subject:  match.Lock,
		Anchor:   m.Path,
		Location: match.Drift[0].At,
	}
	var named []string
	for i, drift := range match.Drift {
		if i < namedAtMost {
			named = append(named, driftWords(drift))
		}
		if 0 < i && i <= 10 {
			f.Related = append(f.Related, audit.Related{Location: drift.At, Message: driftWords(drift)})
		}
	}
	f.Message = fmt.Sprintf("%s was not made for this %s: %s; %s", match.Lock, path.Base(m.Path), listOf(named, len(match.Drift)), refresh(match.Lock))
	return f
}

// listOf joins what is named and counts the rest of all.
func listOf(named []string, all int) string {
	list := strings.Join(named, ", ")
	if more := all - len(named); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

func driftWords(d evidence.Drift) string {
	switch d.Kind {
	case evidence.DriftAbsent:
		return fmt.Sprintf("%s is not in it", d.Name)
	case evidence.DriftChanged:
		return fmt.Sprintf("%s is asked for as %q and was locked for %q", d.Name, d.Want, d.Have)
	case evidence.DriftOutside:
		return fmt.Sprintf("%s is locked at %s, which %q does not allow", d.Name, d.Have, d.Want)
	}
	return fmt.Sprintf("%s is no longer asked for", d.Name)
}

// refresh is what to run, by the name of the lock.
func refresh(lock string) string {
	command := map[string]string{
		"package-lock.json":   "npm install --package-lock-only",
		"npm-shrinkwrap.json": "npm install --package-lock-only",
		"yarn.lock":           "yarn install",
		"pnpm-lock.yaml":      "pnpm install --lockfile-only",
		"bun.lock":            "bun install --lockfile-only",
		"uv.lock":             "uv lock",
		"poetry.lock":         "poetry lock",
		"pdm.lock":            "pdm lock",
		"Pipfile.lock":        "pipenv lock",
		"Cargo.lock":          "cargo update --workspace",
		"go.sum":              "go mod tidy",
		"packages.lock.json":  "dotnet restore --force-evaluate",
		"Gemfile.lock":        "bundle lock",
		"composer.lock":       "composer update --lock",
	}[path.Base(lock)]
	if command == "" {
		return "lock again and commit the result"
	}
	return "run " + command + " and commit the result"
}

// unlockOf says what would make a lock readable.
func unlockOf(lock string) string {
	if path.Base(lock) == "bun.lockb" {
		return "move to the text lock: bun install --save-text-lockfile --frozen-lockfile --lockfile-only"
	}
	return ""
}
