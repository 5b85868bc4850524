package review

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed code_owner_review_not_required.md
var codeOwnerReviewNotRequiredDoc string

// CodeOwnerReviewNotRequired finds branches that do not ask the owners whom CODEOWNERS names.
var CodeOwnerReviewNotRequired = &audit.Check{
	ID:       "code-owner-review-not-required",
	Title:    "CODEOWNERS names owners, and nothing asks them",
	Family:   audit.Review,
	Severity: audit.Low,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts, evidence.CodeOwners},
	Doc:      codeOwnerReviewNotRequiredDoc,
	Controls: []string{"OSPS-QA-07.01", "CIS-SSC-1.1.7", "SSDF-PS.1.1", "CICD-SEC-1"},
	Inspect:  inspectCodeOwnerReviewNotRequired,
}

func inspectCodeOwnerReviewNotRequired(seen *evidence.Snapshot, record *audit.Record) {
	file := readOwners(seen, hostOf(seen))
	if file == nil {
		return // nobody is named, so nobody is to be asked
	}
	audit.EachBranch(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch b.CodeOwners {
		case evidence.Yes:
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
		case evidence.No:
			f := audit.BranchDefect(b, "takes changes without the owners that "+file.Path+" names", "require review from code owners in its rules")
			f.Related = []audit.Related{{Location: evidence.Location{Path: file.Path}, Message: "names the owners"}}
			record.Defect(second(seen, host, f))
		case evidence.Unknown:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/codeOwners"))
		}
	})
}
