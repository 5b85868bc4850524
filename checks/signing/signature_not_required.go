package signing

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed signature_not_required.md
var signatureNotRequiredDoc string

// SignatureNotRequired finds branches that take commits which nobody signed.
var SignatureNotRequired = &audit.Check{
	ID:       "signature-not-required",
	Title:    "Branch takes commits without a signature",
	Family:   audit.Signing,
	Severity: audit.Low,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      signatureNotRequiredDoc,
	Controls: []string{"CIS-SSC-1.1.12", "SSDF-PS.1.1", "CICD-SEC-1"},
	Inspect:  inspectSignatureNotRequired,
}

func inspectSignatureNotRequired(seen *evidence.Snapshot, record *audit.Record) {
	audit.EachBranch(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch b.Signatures {
		case evidence.Yes:
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
		case evidence.No:
			record.Defect(audit.BranchDefect(b, "takes commits without a signature, so that their authors are what somebody typed",
				"require signed commits in its rules"))
		case evidence.Unknown:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/signatures"))
		}
	})
}
