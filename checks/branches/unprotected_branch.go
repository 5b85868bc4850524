// Package branches holds the checks that ask whether history can only move
// forward, by the rules. All of them rest on what the code host says.
package branches

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed unprotected_branch.md
var unprotectedBranchDoc string

// UnprotectedBranch finds branches that no rule binds.
var UnprotectedBranch = &audit.Check{
	ID:       "unprotected-branch",
	Title:    "No rule protects a branch that others rely on",
	Family:   audit.Branches,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      unprotectedBranchDoc,
	Controls: []string{"OSPS-AC-03.01", "SLSA-SOURCE-L3", "CIS-SSC-1.1.15", "SSDF-PS.1.1", "CICD-SEC-1"},
	Inspect:  inspectUnprotectedBranch,
}

func inspectUnprotectedBranch(seen *evidence.Snapshot, record *audit.Record) {
	audit.EachBranch(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch b.Protected {
		case evidence.Yes:
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
		case evidence.No:
			record.Defect(audit.BranchDefect(b, "is bound by no rule, so that whoever may write can push, rewrite and delete it",
				"add rules that ask for a pull request with an approval and block force pushes and deletion"))
		case evidence.Unknown:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/protected"))
		}
	})
}
