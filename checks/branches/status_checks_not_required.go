package branches

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed status_checks_not_required.md
var statusChecksNotRequiredDoc string

// StatusChecksNotRequired finds branches that take changes whose tests failed.
var StatusChecksNotRequired = &audit.Check{
	ID:       "status-checks-not-required",
	Title:    "Changes reach a branch without a passing check",
	Family:   audit.Branches,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      statusChecksNotRequiredDoc,
	Controls: []string{"OSPS-QA-03.01", "SLSA-SOURCE-L3", "CIS-SSC-1.1.8", "SSDF-PW.8.2", "CICD-SEC-1"},
	Inspect:  inspectStatusChecksNotRequired,
}

func inspectStatusChecksNotRequired(seen *evidence.Snapshot, record *audit.Record) {
	audit.EachBranch(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch b.StatusChecks {
		case evidence.Yes:
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
		case evidence.No:
			record.Defect(audit.BranchDefect(b, "takes changes whose checks failed or never ran, for it requires none",
				"require the checks that must pass, sealvet's among them"))
		case evidence.Unknown:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/statusChecks"))
		}
	})
}
