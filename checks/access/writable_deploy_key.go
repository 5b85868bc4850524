package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed writable_deploy_key.md
var writableDeployKeyDoc string

// WritableDeployKey finds keys that may push without being anybody's.
var WritableDeployKey = &audit.Check{
	ID:       "writable-deploy-key",
	Title:    "Deploy key may push to the repository",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      writableDeployKeyDoc,
	Controls: []string{"OSPS-AC-04.02", "SSDF-PS.1.1", "SSDF-PO.5.1", "CICD-SEC-2", "CICD-SEC-5", "OWASP-MCP02"},
	Inspect:  inspectWritableDeployKey,
}

func inspectWritableDeployKey(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	for _, key := range host.DeployKeys {
		subject := deployKey(key)
		switch {
		case expired(key, seen.TakenAt):
			record.Pass(subject, noPlace)
		case key.CanWrite == evidence.No:
			record.Pass(subject, noPlace)
		case key.CanWrite == evidence.Yes:
			record.Defect(audit.Finding{
				Subject: subject, Private: someDeployKey, Thing: "deploy key " + key.ID, Anchor: "host/deployKeys",
				Message: fmt.Sprintf("%s may push to the repository, and belongs to no person who could be asked or locked out; replace it by one that only reads, or by an app with its own rights", subject),
			})
		default: // unknown
			why := host.Why("deployKeys/" + key.ID + "/canWrite")
			record.Doubt(audit.Doubt{Subject: subject, Private: someDeployKey, Reason: why.Reason, Unlock: why.Unlock})
		}
	}
	if doubtMissing(record, host, "deployKeys") && len(host.DeployKeys) == 0 {
		record.Pass("deploy keys", noPlace) // there are none
	}
}
