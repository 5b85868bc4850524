package access

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed any_action_allowed.md
var anyActionAllowedDoc string

// AnyActionAllowed finds repositories whose host would run any action.
var AnyActionAllowed = &audit.Check{
	ID:       "any-action-allowed",
	Title:    "Workflows may use every action, by any ref",
	Family:   audit.Access,
	Severity: audit.Low,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      anyActionAllowedDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.4.2", "SSDF-PW.4.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectAnyActionAllowed,
}

func inspectAnyActionAllowed(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil || host.System == "gitlab" || !knowsActions(host) {
		return // a gap says so, or there is no such setting
	}
	policy, subject := actions(host), "actions of "+host.Name
	if policy.Enabled == evidence.No {
		return // no workflow runs
	}
	open := openPolicy(policy)
	switch {
	case policy.SHAPinning == evidence.Yes, open == evidence.No:
		record.Pass(subject, noPlace)
	case open == evidence.Unknown:
		record.Unseen(subject, host.Why("actions/allowed"))
	case policy.SHAPinning == evidence.Unknown:
		record.Unseen(subject, host.Why("actions/shaPinning"))
	default: // open, and no pinning
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/actions/allowed",
			Message: fmt.Sprintf("%s may come from any repository by any ref, and nothing but review stands before a hijacked one; allow those of a list, or demand full commit SHAs", subject),
		})
	}
}

// openPolicy tells whether any action at all may run: a list that holds * lets all in.
func openPolicy(policy evidence.ActionsPolicy) evidence.Answer {
	switch policy.Allowed {
	case "":
		return evidence.Unknown
	case "all":
		return evidence.Yes
	case "selected":
		return evidence.Known(slices.ContainsFunc(policy.AllowedPatterns, func(p string) bool {
			return slices.Contains([]string{"*", "*@*", "*/*", "*/*@*"}, p)
		}))
	}
	return evidence.No
}
