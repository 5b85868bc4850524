package review

import (
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// workflowsMayApprove asks for the setting that lets the token of any workflow approve
// pull requests. GitLab has no such thing.
func workflowsMayApprove(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil || host.System == "gitlab" {
		return
	}
	const subject = "approvals by workflows"
	var may evidence.Answer
	if host.Actions != nil {
		if host.Actions.Enabled == evidence.No {
			return
		}
		may = host.Actions.MayApprove
	}
	switch may {
	case evidence.Yes:
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/actions/mayApprove",
			Message: "the settings let workflows approve pull requests, so that a change to a workflow can be the second person; turn off \"Allow GitHub Actions to create and approve pull requests\"",
		})
	case evidence.No:
		record.Pass(subject, evidence.Location{})
	case evidence.Unknown:
		record.Unseen(subject, host.Why("actions/mayApprove"))
	}
}
