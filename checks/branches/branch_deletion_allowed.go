package branches

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed branch_deletion_allowed.md
var branchDeletionAllowedDoc string

// BranchDeletionAllowed finds branches that whoever may write can delete.
var BranchDeletionAllowed = &audit.Check{
	ID:       "branch-deletion-allowed",
	Title:    "Branch can be deleted, and made anew with another history",
	Family:   audit.Branches,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      branchDeletionAllowedDoc,
	Controls: []string{"OSPS-AC-03.02", "SLSA-SOURCE-L2", "CIS-SSC-1.1.17", "SSDF-PS.1.1", "CICD-SEC-1"},
	Inspect:  inspectBranchDeletionAllowed,
}

func inspectBranchDeletionAllowed(seen *evidence.Snapshot, record *audit.Record) {
	audit.EachBranch(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch b.DeletionBlocked {
		case evidence.Yes:
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
		case evidence.No:
			record.Defect(branchDeletion(b))
		case evidence.Unknown:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/deletionBlocked"))
		}
	})
}

// branchDeletion is lower for the default branch: both hosts refuse to delete it as
// long as it is that, and only an administrator can name another.
func branchDeletion(b *evidence.Branch) audit.Finding {
	if b.Role != "default" {
		return audit.BranchDefect(b, "can be deleted by whoever may write, and made anew with another history", "restrict deletions in its rules")
	}
	f := audit.BranchDefect(b, "can be deleted once another branch is the default one, for nothing but that stands in the way", "restrict deletions in its rules")
	f.Severity = audit.Low
	return f
}
