package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed short_log_retention.md
var shortLogRetentionDoc string

// ShortLogRetention finds repositories whose builds nobody can look into when a
// theft comes to light.
var ShortLogRetention = &audit.Check{
	ID:       "short-log-retention",
	Title:    "Build logs are kept shorter than the policy wants",
	Family:   audit.Access,
	Severity: audit.Low,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      shortLogRetentionDoc,
	Controls: []string{"CIS-SSC-2.1.3", "SSDF-PO.3.3", "CICD-SEC-10", "OWASP-MCP08"},
	Inspect:  inspectShortLogRetention,
}

func inspectShortLogRetention(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil || host.System == "gitlab" || !knowsActions(host) {
		return // a gap says so, or there is no such setting
	}
	policy, subject, wanted := actions(host), "build logs of "+host.Name, seen.Settings.Access.LogDays()
	switch {
	case policy.Enabled == evidence.No: // nothing runs
	case policy.LogDays == nil:
		record.Unseen(subject, host.Why("actions/logDays"))
	case *policy.LogDays < wanted:
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/actions/logDays",
			Message: fmt.Sprintf("%s are kept for %s, and the policy wants %d; keep them longer, or send them to an archive", subject, count(*policy.LogDays, "day", "days"), wanted),
		})
	default:
		record.Pass(subject, noPlace)
	}
}
