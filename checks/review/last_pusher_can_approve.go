package review

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed last_pusher_can_approve.md
var lastPusherCanApproveDoc string

// LastPusherCanApprove finds branches where who pushed last to somebody's pull request
// may approve it.
var LastPusherCanApprove = &audit.Check{
	ID:       "last-pusher-can-approve",
	Title:    "Whoever pushed last may approve the change",
	Family:   audit.Review,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      lastPusherCanApproveDoc,
	Controls: []string{"SLSA-SOURCE-L4", "CIS-SSC-1.1.3", "SSDF-PW.7.1", "CICD-SEC-1"},
	Inspect:  inspectLastPusherCanApprove,
}

func inspectLastPusherCanApprove(seen *evidence.Snapshot, record *audit.Record) {
	eachReviewed(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		switch b.LastPush {
		case evidence.Yes:
			record.Pass(audit.OfBranch(b.Name), evidence.Location{})
		case evidence.No:
			record.Defect(second(seen, host, audit.BranchDefect(b, "lets whoever pushed last to a pull request of somebody else approve it, so that one person can write and approve",
				"require approval of the most recent reviewable push")))
		case evidence.Unknown:
			record.Unseen(audit.OfBranch(b.Name), host.Why("branches/"+b.Name+"/lastPush"))
		}
	})
}
