package provenance

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed package_without_provenance.md
var packageWithoutProvenanceDoc string

// PackageWithoutProvenance finds packages that their registry hands out and nobody can
// trace back to their source.
var PackageWithoutProvenance = &audit.Check{
	ID:       "package-without-provenance",
	Title:    "Published package has no provenance",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.Publications},
	Doc:      packageWithoutProvenanceDoc,
	Controls: []string{"SLSA-BUILD-L1", "SLSA-BUILD-L2", "OSPS-BR-06.01", "CIS-SSC-2.4.6", "SSDF-PS.2.1", "SSDF-PS.3.2", "S2C2F-AUD-1", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectPackageWithoutProvenance,
}

func inspectPackageWithoutProvenance(seen *evidence.Snapshot, record *audit.Record) {
	unproven(seen, record, func(registry string) string {
		if registry == "npm" {
			return "publish the next version by npm's trusted publishing, which attests by itself"
		}
		return "publish the next version by pypa/gh-action-pypi-publish and trusted publishing, which attest by themselves"
	}, packages...)
}
