package review

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed review_not_required.md
var reviewNotRequiredDoc string

// ReviewNotRequired finds branches whose rules ask for fewer approvals than the policy.
var ReviewNotRequired = &audit.Check{
	ID:       "review-not-required",
	Title:    "Changes reach a branch without a second person's approval",
	Family:   audit.Review,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      reviewNotRequiredDoc,
	Controls: []string{"OSPS-QA-07.01", "SLSA-SOURCE-L4", "CIS-SSC-1.1.3", "SSDF-PW.7.1", "CICD-SEC-1"},
	Inspect:  inspectReviewNotRequired,
}

func inspectReviewNotRequired(seen *evidence.Snapshot, record *audit.Record) {
	wanted := seen.Settings.Review.Wanted()
	audit.EachBranch(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch {
		case b.Approvals == nil:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/approvals"))
		case *b.Approvals >= wanted:
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
		case atLeast(host, b):
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/approvals"))
		default:
			record.Defect(second(seen, host, audit.BranchDefect(b, tooFew(b, wanted), "require them in its rules")))
		}
	})
}

// atLeast tells that the number is a lower bound: what else binds the branch was not told,
// and the stricter of them counts.
func atLeast(host *evidence.Host, b *evidence.Branch) bool {
	return slices.ContainsFunc(host.Unseen, func(u evidence.Unseen) bool {
		return u.What == "branches/"+b.Name || u.What == "branches/"+b.Name+"/approvals"
	})
}

func tooFew(b *evidence.Branch, wanted int) string {
	approvals := "an approval"
	if wanted > 1 {
		approvals = fmt.Sprintf("%d approvals", wanted)
	}
	if *b.Approvals > 0 {
		return fmt.Sprintf("asks for %d of the %s that the policy wants", *b.Approvals, approvals)
	}
	if b.PullRequest == evidence.Yes {
		return "asks for pull requests and for nobody's approval, where the policy wants " + approvals
	}
	return "takes changes without " + approvals + " by another person"
}
