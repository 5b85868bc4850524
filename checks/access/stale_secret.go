package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed stale_secret.md
var staleSecretDoc string

// StaleSecret finds secrets of workflows that nobody changed for too long.
var StaleSecret = &audit.Check{
	ID:       "stale-secret",
	Title:    "Stored secret is older than the policy allows",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      staleSecretDoc,
	Controls: []string{"OSPS-BR-07.02", "SSDF-PO.5.1", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectStaleSecret,
}

func inspectStaleSecret(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	undated, allowed := 0, seen.Settings.Access.SecretAge()
	for _, s := range host.Secrets {
		subject := fmt.Sprintf("secret %s %s", s.Name, levelOf(host, s.Level, s.Environment))
		switch days := daysBetween(s.Updated, seen.TakenAt); {
		case days < 0:
			undated++
		case days < allowed:
			record.Pass(subject, noPlace)
		default:
			record.Defect(audit.Finding{
				Subject: subject, Private: "a secret " + levelOf(host, s.Level, s.Environment), Anchor: secretAnchor(s),
				Message: fmt.Sprintf("%s was last written %d days ago, and the policy wants a new one within %d; replace it where it was issued and store the new one, or delete it", subject, days, allowed),
			})
		}
	}
	if undated > 0 {
		record.Doubt(audit.Doubt{Subject: "secrets", Reason: fmt.Sprintf("the host does not say when %s last written", count(undated, "secret was", "secrets were"))})
	}
	if doubtMissing(record, host, "secrets") && len(host.Secrets) == 0 {
		record.Pass("secrets", noPlace) // none is stored
	}
}

// secretAnchor tells secrets of one name apart by where they are kept.
func secretAnchor(s evidence.Secret) string {
	anchor := "host/secrets/" + s.Level
	if s.Environment != "" {
		anchor += "/" + s.Environment
	}
	return anchor
}
