package provenance

import (
	"cmp"
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed invalid_mcp_manifest.md
var invalidMCPManifestDoc string

// InvalidMCPManifest finds what the registry, a client or a schema refuses of
// the files that present a server to the world.
var InvalidMCPManifest = &audit.Check{
	ID:       "invalid-mcp-manifest",
	Title:    "server.json, bundle manifest or client configuration would be refused",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.ServerManifests, evidence.Bundles, evidence.Launches},
	Doc:      invalidMCPManifestDoc,
	Controls: []string{"OSPS-DO-03.01", "SSDF-PS.2.1", "OWASP-MCP04"},
	Inspect:  inspectInvalidMCPManifest,
}

func inspectInvalidMCPManifest(seen *evidence.Snapshot, record *audit.Record) {
	for _, manifest := range seen.ServerManifests {
		inspectManifest(manifest.Path, manifest.At, manifest.Problems, manifest.Unchecked, record)
	}
	for _, bundle := range seen.Bundles {
		inspectManifest(bundle.Path, bundle.At, bundle.Problems, bundle.Unchecked, record)
	}
	refused(seen.ConfigProblems, record)
	refusedConfigs := make(map[string]bool)
	for _, problem := range seen.ConfigProblems {
		refusedConfigs[problem.At.Path] = true
	}
	for _, launch := range seen.Launches {
		if (launch.Origin == evidence.LaunchConfig || launch.Origin == evidence.LaunchPlugin) && !refusedConfigs[launch.Path] {
			record.Pass(launch.Path, launch.At)
		}
	}
}

func inspectManifest(path string, at evidence.Location, problems []evidence.Problem, unchecked string, record *audit.Record) {
	switch {
	case unchecked != "":
		record.Doubt(audit.Doubt{Subject: path, Location: at, Reason: unchecked, Unlock: "a newer release of sealvet"})
	case len(problems) == 0:
		record.Pass(path, at)
	}
	refused(problems, record)
}

// refused reports each thing that a file is refused for: each is mended by itself.
func refused(problems []evidence.Problem, record *audit.Record) {
	for _, problem := range problems {
		subject := cmp.Or(problem.Anchor, problem.At.Path)
		record.Defect(audit.Finding{
			Subject:  subject,
			Thing:    subject + " " + problem.What,
			Anchor:   problem.Anchor,
			Location: problem.At,
			Message:  fmt.Sprintf("%s %s: the %s refuses it, so correct it before the next release", subject, problem.What, problem.Rule),
		})
	}
}
