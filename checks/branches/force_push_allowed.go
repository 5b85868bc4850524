package branches

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed force_push_allowed.md
var forcePushAllowedDoc string

// ForcePushAllowed finds branches whose history can be rewritten.
var ForcePushAllowed = &audit.Check{
	ID:       "force-push-allowed",
	Title:    "History of a branch can be rewritten",
	Family:   audit.Branches,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      forcePushAllowedDoc,
	Controls: []string{"SLSA-SOURCE-L2", "OSPS-AC-03.01", "CIS-SSC-1.1.16", "SSDF-PS.1.1", "CICD-SEC-1"},
	Inspect:  inspectForcePushAllowed,
}

func inspectForcePushAllowed(seen *evidence.Snapshot, record *audit.Record) {
	audit.EachBranch(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch b.ForcePushBlocked {
		case evidence.Yes:
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
		case evidence.No:
			record.Defect(audit.BranchDefect(b, "takes force pushes, so that commits can be exchanged or lost without a trace in the branch",
				"block force pushes in its rules"))
		case evidence.Unknown:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/forcePushBlocked"))
		}
	})
}
