package provenance

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed release_without_provenance.md
var releaseWithoutProvenanceDoc string

// ReleaseWithoutProvenance finds releases whose assets nobody can trace back to their
// source.
var ReleaseWithoutProvenance = &audit.Check{
	ID:       "release-without-provenance",
	Title:    "Release has assets that no provenance covers",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.Releases},
	Doc:      releaseWithoutProvenanceDoc,
	Controls: []string{"SLSA-BUILD-L1", "SLSA-BUILD-L2", "OSPS-BR-06.01", "CIS-SSC-2.4.6", "SSDF-PS.2.1", "SSDF-PS.3.2", "S2C2F-AUD-1", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectReleaseWithoutProvenance,
}

func inspectReleaseWithoutProvenance(seen *evidence.Snapshot, record *audit.Record) {
	unproven(seen, record, func(string) string {
		return "attest the files with actions/attest before they are uploaded"
	}, "github-release")
}
