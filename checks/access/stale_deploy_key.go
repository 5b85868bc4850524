package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed stale_deploy_key.md
var staleDeployKeyDoc string

// StaleDeployKey finds keys that nobody replaced for too long.
var StaleDeployKey = &audit.Check{
	ID:       "stale-deploy-key",
	Title:    "Deploy key is old or nobody uses it",
	Family:   audit.Access,
	Severity: audit.Low,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      staleDeployKeyDoc,
	Controls: []string{"OSPS-BR-07.02", "SSDF-PO.5.1", "CICD-SEC-2", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectStaleDeployKey,
}

func inspectStaleDeployKey(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	allowed := seen.Settings.Access.SecretAge()
	for _, key := range host.DeployKeys {
		subject := deployKey(key)
		age := daysBetween(key.Created, seen.TakenAt)
		switch {
		case expired(key, seen.TakenAt), age >= 0 && age < allowed:
			record.Pass(subject, noPlace)
		case age < 0:
			record.Doubt(audit.Doubt{Subject: subject, Private: someDeployKey, Reason: "the host does not say when it was added"})
		default:
			record.Defect(audit.Finding{
				Subject: subject, Private: someDeployKey, Thing: "deploy key " + key.ID, Anchor: "host/deployKeys",
				Message: fmt.Sprintf("%s was added %d days ago%s", subject, age, staleKeyRemedy(key, seen, allowed)),
			})
		}
	}
	if doubtMissing(record, host, "deployKeys") && len(host.DeployKeys) == 0 {
		record.Pass("deploy keys", noPlace) // there are none
	}
}

// staleKeyRemedy says what to do by what is known of the key's use.
func staleKeyRemedy(key evidence.DeployKey, seen *evidence.Snapshot, allowed int) string {
	unused := daysBetween(key.LastUsed, seen.TakenAt)
	switch {
	case key.UsedSeen == evidence.Yes && key.LastUsed.IsZero():
		return " and was never used; delete it"
	case unused >= allowed:
		return fmt.Sprintf(" and last used %d days ago; delete it", unused)
	}
	return fmt.Sprintf(", and the policy wants a new one within %d; replace it, or delete it if nothing uses it", allowed)
}
