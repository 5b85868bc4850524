package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed write_by_default_token.md
var writeByDefaultTokenDoc string

// WriteByDefaultToken finds repositories whose workflows may write without having
// asked.
var WriteByDefaultToken = &audit.Check{
	ID:       "write-by-default-token",
	Title:    "Workflow token may write unless a workflow says otherwise",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      writeByDefaultTokenDoc,
	Controls: []string{"OSPS-AC-04.01", "OSPS-AC-04.02", "SSDF-PO.5.1", "CICD-SEC-5", "OWASP-MCP02"},
	Inspect:  inspectWriteByDefaultToken,
}

func inspectWriteByDefaultToken(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil || !knowsActions(host) {
		return // a gap says so, or there is no such setting
	}
	policy, subject := actions(host), "default workflow token of "+host.Name
	if policy.Enabled == evidence.No {
		return // no workflow runs
	}
	if host.System == "gitlab" {
		judgeJobToken(record, host, policy.JobTokenOpen)
		return
	}
	switch policy.TokenWrites {
	case evidence.No:
		record.Pass(subject, noPlace)
	case evidence.Unknown:
		record.Unseen(subject, host.Why("actions/tokenWrites"))
	case evidence.Yes:
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/actions/tokenWrites",
			Message: fmt.Sprintf("%s may write to the repository, so that every workflow without permissions: can push and release; set the default to read", subject),
		})
	}
}

// judgeJobToken looks at GitLab's switch: which projects' jobs reach this one.
func judgeJobToken(record *audit.Record, host *evidence.Host, open evidence.Answer) {
	subject := "job token access to " + host.Name
	switch open {
	case evidence.No:
		record.Pass(subject, noPlace)
	case evidence.Unknown:
		record.Unseen(subject, host.Why("actions/jobTokenOpen"))
	case evidence.Yes:
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/actions/jobTokenOpen",
			Message: fmt.Sprintf("%s is open to the jobs of every project, with the rights of whoever started them; limit it to this project and those on a list", subject),
		})
	}
}
