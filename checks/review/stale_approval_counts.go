package review

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed stale_approval_counts.md
var staleApprovalCountsDoc string

// StaleApprovalCounts finds branches where an approval outlives what was approved.
var StaleApprovalCounts = &audit.Check{
	ID:       "stale-approval-counts",
	Title:    "Approvals survive commits that come after them",
	Family:   audit.Review,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      staleApprovalCountsDoc,
	Controls: []string{"SLSA-SOURCE-L4", "CIS-SSC-1.1.4", "SSDF-PW.7.1", "CICD-SEC-1"},
	Inspect:  inspectStaleApprovalCounts,
}

func inspectStaleApprovalCounts(seen *evidence.Snapshot, record *audit.Record) {
	eachReviewed(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch b.DismissStale {
		case evidence.Yes:
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
		case evidence.No:
			judgeStale(seen, host, b, record)
		case evidence.Unknown:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/dismissStale"))
		}
	})
}

// judgeStale lets the other rule count: where somebody else must approve the last push, the
// one approval that is wanted is never older than what is merged.
func judgeStale(seen *evidence.Snapshot, host *evidence.Host, b *evidence.Branch, record *audit.Record) {
	stale := second(seen, host, audit.BranchDefect(b, "counts approvals that are older than the last commit, so that anything can be pushed once somebody has approved",
		"dismiss stale approvals when commits are pushed"))
	switch b.LastPush {
	case evidence.Yes:
		if *b.Approvals == 1 {
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
			return
		}
		stale.Severity = audit.Low // one of them is fresh
	case evidence.No, evidence.Unknown:
		// not told is not there: what counts is that the approvals are stale
	}
	record.Defect(stale)
}

// eachReviewed hands over the branches that ask for an approval: of the others
// review-not-required speaks, and how they would count approvals is nobody's matter.
func eachReviewed(seen *evidence.Snapshot, record *audit.Record, judge func(*evidence.Host, *evidence.Branch)) {
	audit.EachBranch(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch {
		case b.Approvals == nil:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/approvals"))
		case *b.Approvals > 0:
			judge(host, b)
		}
	})
}
