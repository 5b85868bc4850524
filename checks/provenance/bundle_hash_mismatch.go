package provenance

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed bundle_hash_mismatch.md
var bundleHashMismatchDoc string

// BundleHashMismatch finds bundles that are not the ones server.json names.
var BundleHashMismatch = &audit.Check{
	ID:       "bundle-hash-mismatch",
	Title:    "fileSha256 of server.json is not the hash of the bundle",
	Family:   audit.Provenance,
	Severity: audit.Critical,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.ServerManifests, evidence.PublishedBundles},
	Doc:      bundleHashMismatchDoc,
	Controls: []string{"OSPS-BR-06.01", "CIS-SSC-3.1.3", "CIS-SSC-4.1.1", "SSDF-PS.2.1", "S2C2F-AUD-3", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectBundleHashMismatch,
}

func inspectBundleHashMismatch(seen *evidence.Snapshot, record *audit.Record) {
	for p := range published(seen, 0, "mcpb") {
		switch {
		case p.Pinned == "":
			record.Doubt(audit.Doubt{Subject: p.Name, Location: p.At, Reason: "server.json names no hash of it, or a release fills it in"})
		case p.Actual == "":
			doubtful(record, p)
		case strings.EqualFold(p.Pinned, p.Actual):
			record.Pass(p.Name, p.At)
		default:
			record.Defect(audit.Finding{
				Subject: p.Name, Thing: "fileSha256", Anchor: "fileSha256", Location: p.At,
				Message: fmt.Sprintf("%s has SHA-256 %.16s..., and server.json demands %.16s...; find out whether the file was replaced, and publish the entry of the file that was built", p.Name, p.Actual, p.Pinned),
			})
		}
	}
	unasked(seen, record, "mcpb")
}
