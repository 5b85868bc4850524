package pinning

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed unpinned_package_command.md
var unpinnedPackageCommandDoc string

// UnpinnedPackageCommand finds commands that fetch a package by a name that can move.
var UnpinnedPackageCommand = &audit.Check{
	ID:       "unpinned-package-command",
	Title:    "Command fetches a package by a name that can move",
	Family:   audit.Pinning,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Commands, evidence.Workflows},
	Doc:      unpinnedPackageCommandDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-3.1.7", "SSDF-PW.4.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectUnpinnedPackageCommand,
}

func inspectUnpinnedPackageCommand(seen *evidence.Snapshot, record *audit.Record) {
	inspectToolActions(seen, record)
	traced := trace.Of(seen)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		severity := audit.Unset
		if !traced.Reached(script) {
			severity = audit.Medium // nothing in CI runs it: people do
		}
		for _, command := range script.Commands {
			for _, fetch := range command.Fetches {
				if fetch.Ecosystem == evidence.OCI {
					continue // docker run: an image, which may well be one that the same job has built
				}
				judgeFetch(record, script, fetch, severity)
			}
		}
	}
}

func judgeFetch(record *audit.Record, script *evidence.Script, fetch evidence.Fetch, severity audit.Severity) {
	subject := fetchSubject(fetch)
	switch fetch.Pin {
	case evidence.PinExact, evidence.PinLocked:
		record.Pass(subject, fetch.At)
	case evidence.PinLocal:
		// nothing is fetched: the commit under audit holds it
	case evidence.PinUnknown:
		record.Doubt(audit.Doubt{
			Subject: subject, Location: fetch.At, Reason: fmt.Sprintf("%s fetches %s, and %s", fetch.Tool, fetch.Name, fetch.Why),
			Unlock: "write the version into the file",
		})
	case evidence.PinFloating:
		record.Defect(audit.Finding{
			Subject: subject, Thing: fetch.Tool + " " + fetch.Name, Anchor: script.Anchor, Location: fetch.At, Severity: severity,
			Message: fmt.Sprintf("%s fetches %s, and %s; %s", fetch.Tool, subject, fetch.Why, fetchRemedy(fetch)),
		})
	}
}

// fetchSubject is the package as its tool would name it.
func fetchSubject(fetch evidence.Fetch) string {
	switch {
	case fetch.Requirement == "":
		return fetch.Name
	case fetch.Ecosystem == evidence.PyPI && strings.ContainsAny(fetch.Requirement[:1], "<>=!~"):
		return fetch.Name + fetch.Requirement
	case fetch.Ecosystem == evidence.OCI:
		return fetch.Name + fetch.Requirement
	}
	return fetch.Name + "@" + fetch.Requirement
}

func fetchRemedy(fetch evidence.Fetch) string {
	switch {
	case strings.HasPrefix(fetch.Why, "its commit is fixed"):
		return "add --no-deps, or install from a lock"
	case strings.Contains(fetch.Why, "git "), strings.Contains(fetch.Why, "short commit"):
		return "name a full commit SHA"
	case strings.Contains(fetch.Why, "address"):
		return "fetch a named version, or check its digest before it is used"
	case fetch.Ecosystem == "brew":
		return "install it from a pinned release, or from a lock"
	}
	return "name one exact version, or install it from a lock"
}
