package provenance

import (
	_ "embed"
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed bundle_signature_invalid.md
var bundleSignatureInvalidDoc string

// BundleSignatureInvalid finds MCPB bundles whose signature is there and wrong.
var BundleSignatureInvalid = &audit.Check{
	ID:       "bundle-signature-invalid",
	Title:    "Signature of an MCPB bundle does not hold",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.PublishedBundles},
	Doc:      bundleSignatureInvalidDoc,
	Controls: []string{"OSPS-BR-06.01", "CIS-SSC-3.1.3", "CIS-SSC-4.1.1", "SSDF-PS.2.1", "S2C2F-AUD-4", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectBundleSignatureInvalid,
}

func inspectBundleSignatureInvalid(seen *evidence.Snapshot, record *audit.Record) {
	read := make(map[string]bool)
	for _, p := range seen.Publications {
		if p.Registry == "mcpb" && p.Rank == 0 {
			read[p.Name] = p.InTree
			bundleSignature(p, record)
		}
	}
	for _, file := range seen.Files {
		extension := strings.ToLower(path.Ext(file.Path))
		if (extension == ".mcpb" || extension == ".dxt") && file.Role == evidence.Source && !read[file.Path] {
			record.Doubt(audit.Doubt{Subject: file.Path, Location: evidence.Location{Path: file.Path}, Reason: "nobody read its signature", Unlock: "a scan of the checkout"})
		}
	}
	unasked(seen, record, "mcpb")
}

func bundleSignature(p evidence.Publication, record *audit.Record) {
	f := audit.Finding{Subject: p.Name, Location: p.At}
	signed := false
	for _, proof := range p.Proofs {
		if proof.Format != evidence.ProofMCPB {
			continue // invalid-provenance looks at it
		}
		signed = true
		switch provenance.OutcomeOfProof(proof) {
		case provenance.Pass:
			record.Pass(p.Name, p.At)
		case provenance.Undetermined:
			doubtProof(record, p, proof)
		case provenance.Absent:
			f.Anchor, f.Severity = "unsigned", audit.Note
			f.Message = fmt.Sprintf("%s is not signed, so its integrity rests on fileSha256 and on the attestation of its release; see that both are there", p.Name)
			record.Defect(f)
		case provenance.Fail:
			f.Message = fmt.Sprintf("the signature of %s does not hold (%s); %s", p.Name, because(proof), lower(provenance.Remedy(proof.Class)))
			record.Defect(f)
		}
	}
	if !signed {
		doubtful(record, p)
	}
}
