package pinning

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed unpinned_server_launch.md
var unpinnedServerLaunchDoc string

// UnpinnedServerLaunch finds configurations that start an MCP server by a name
// that can come to mean other code.
var UnpinnedServerLaunch = &audit.Check{
	ID:       "unpinned-server-launch",
	Title:    "Configuration starts an MCP server by a name that can move",
	Family:   audit.Pinning,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Launches, evidence.Bundles, evidence.Workflows},
	Doc:      unpinnedServerLaunchDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-3.1.7", "SSDF-PW.4.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectUnpinnedServerLaunch,
}

func inspectUnpinnedServerLaunch(seen *evidence.Snapshot, record *audit.Record) {
	for _, launch := range seen.Launches {
		if launch.Origin == evidence.LaunchDocs || launch.Origin == evidence.LaunchLink {
			continue // shown to readers: unpinned-launch-in-docs looks at it
		}
		if len(launch.Fetches) == 0 {
			record.Pass(launch.Command, launch.At) // it runs what is already there
		}
		for _, fetch := range launch.Fetches {
			switch fetch.Pin {
			case evidence.PinExact, evidence.PinLocal, evidence.PinLocked:
				record.Pass(fetch.Name, fetch.At)
			case evidence.PinUnknown:
				record.Doubt(audit.Doubt{
					Subject:  fetch.Name,
					Location: fetch.At,
					Reason:   fmt.Sprintf("which %s the launch takes is known only when it runs", fetch.Name),
					Unlock:   "write the version into the configuration",
				})
			case evidence.PinFloating:
				record.Defect(audit.Finding{
					Subject:  subjectOf(fetch),
					Thing:    fetch.Name,
					Anchor:   launch.Anchor,
					Location: fetch.At,
					Message:  fmt.Sprintf("%s starts %s (%s); %s", starter(launch), subjectOf(fetch), fetch.Why, pinLaunch(fetch)),
				})
			}
		}
	}
}

// subjectOf is the package as the launch writes it.
func subjectOf(fetch evidence.Fetch) string {
	switch {
	case fetch.Requirement == "":
		return fetch.Name
	case fetch.Ecosystem == evidence.OCI:
		return fetch.Name + ":" + strings.TrimPrefix(fetch.Requirement, ":")
	case strings.ContainsAny(fetch.Requirement[:1], "=<>~!@"):
		return fetch.Name + fetch.Requirement
	}
	return fetch.Name + "@" + fetch.Requirement
}

// starter names who starts the server.
func starter(launch evidence.Launch) string {
	server := "the server"
	if launch.Server != "" {
		server = "the server " + launch.Server
	}
	switch launch.Origin {
	case evidence.LaunchPlugin:
		return server + " of this plugin, on the machine of everybody who installs it,"
	case evidence.LaunchBundle:
		return server + " of this bundle, on the machine of everybody who installs it,"
	case evidence.LaunchCatalog:
		return server + " in this catalogue"
	}
	return server
}

// pinLaunch says how a launch names one version.
func pinLaunch(fetch evidence.Fetch) string {
	switch fetch.Ecosystem {
	case evidence.OCI:
		return fmt.Sprintf("add the digest of the image: %s@sha256:...", fetch.Name)
	case evidence.PyPI:
		return fmt.Sprintf("name one version: %s==1.2.3", fetch.Name)
	case evidence.Golang:
		return fmt.Sprintf("name one version: %s@v1.2.3", fetch.Name)
	case evidence.NPM, evidence.NuGet:
		return fmt.Sprintf("name one version: %s@1.2.3", fetch.Name)
	}
	return "name one version or a full commit SHA"
}
