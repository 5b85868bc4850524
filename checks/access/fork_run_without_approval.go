package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed fork_run_without_approval.md
var forkRunWithoutApprovalDoc string

// ForkRunWithoutApproval finds repositories where strangers start runs by opening
// a pull request.
var ForkRunWithoutApproval = &audit.Check{
	ID:       "fork-run-without-approval",
	Title:    "Workflows of outside contributors run unapproved",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      forkRunWithoutApprovalDoc,
	Controls: []string{"OSPS-BR-01.01", "CIS-SSC-2.3.5", "SSDF-PO.5.1", "CICD-SEC-4"},
	Inspect:  inspectForkRunWithoutApproval,
}

func inspectForkRunWithoutApproval(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil || host.System == "gitlab" || !knowsActions(host) {
		return // a gap says so, or there is no such setting
	}
	policy, subject := actions(host), "pull requests from forks of "+host.Name
	if policy.Enabled == evidence.No || host.Visibility == "private" || host.Visibility == "internal" {
		return // nothing runs, or no stranger can fork it
	}
	finding := audit.Finding{Subject: subject, Anchor: "host/actions/forkApproval"}
	const remedy = "require approval for all external contributors"
	switch policy.ForkApproval {
	case "all_external_contributors":
		record.Pass(subject, noPlace)
	case "first_time_contributors_new_to_github":
		finding.Message = fmt.Sprintf("%s run workflows unapproved for everybody whose account is not new to the host; %s", subject, remedy)
		record.Defect(finding)
	case "first_time_contributors":
		finding.Severity = audit.Low
		finding.Message = fmt.Sprintf("%s run workflows unapproved for everybody who once had a change merged, be it a comma; %s", subject, remedy)
		record.Defect(finding)
	case "":
		record.Unseen(subject, host.Why("actions/forkApproval"))
	default:
		record.Doubt(audit.Doubt{Subject: subject, Reason: "the host has a rule that is not known here: " + policy.ForkApproval})
	}
}
