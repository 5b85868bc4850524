package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed secret_scanning_off.md
var secretScanningOffDoc string

// SecretScanningOff finds repositories where a pushed secret goes unnoticed.
var SecretScanningOff = &audit.Check{
	ID:       "secret-scanning-off",
	Title:    "Host does not look for secrets in what is pushed",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      secretScanningOffDoc,
	Controls: []string{"OSPS-BR-07.01", "CIS-SSC-1.5.1", "SSDF-PO.5.1", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectSecretScanningOff,
}

func inspectSecretScanningOff(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	security := host.Security
	subject := "secret scanning of " + host.Name
	switch security.SecretScanning {
	case evidence.Yes:
		record.Pass(subject, noPlace)
	case evidence.Unknown:
		record.Unseen(subject, host.Why("security/secretScanning"))
	case evidence.No:
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/security/secretScanning",
			Message: fmt.Sprintf("%s is off, so that a secret in the history goes unnoticed; turn it on, and push protection with it", subject),
		})
		return // without it there is no push protection
	}
	subject = "push protection of " + host.Name
	switch security.PushProtection {
	case evidence.Yes:
		record.Pass(subject, noPlace)
	case evidence.Unknown:
		record.Unseen(subject, host.Why("security/pushProtection"))
	case evidence.No:
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/security/pushProtection",
			Message: fmt.Sprintf("%s is off, so that a secret is noticed only when everybody can read it; turn it on", subject),
		})
	}
}
