package provenance

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed image_without_provenance.md
var imageWithoutProvenanceDoc string

// ImageWithoutProvenance finds images that their registry hands out and nobody can
// trace back to their source.
var ImageWithoutProvenance = &audit.Check{
	ID:       "image-without-provenance",
	Title:    "Published image has no provenance",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.PublishedImages},
	Doc:      imageWithoutProvenanceDoc,
	Controls: []string{"SLSA-BUILD-L1", "SLSA-BUILD-L2", "OSPS-BR-06.01", "CIS-SSC-2.4.6", "SSDF-PS.2.1", "SSDF-PS.3.2", "S2C2F-AUD-1", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectImageWithoutProvenance,
}

func inspectImageWithoutProvenance(seen *evidence.Snapshot, record *audit.Record) {
	unproven(seen, record, func(string) string {
		return "attest its digest with actions/attest and push-to-registry when it is pushed"
	}, "oci")
}
