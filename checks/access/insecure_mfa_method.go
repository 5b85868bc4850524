package access

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed insecure_mfa_method.md
var insecureMFAMethodDoc string

// InsecureMFAMethod finds accounts whose second factor is a text message.
var InsecureMFAMethod = &audit.Check{
	ID:       "insecure-mfa-method",
	Title:    "Second factor can be taken over with a phone number",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      insecureMFAMethodDoc,
	Controls: []string{"OSPS-AC-01.01", "CIS-SSC-1.3.4", "SSDF-PO.5.2", "CICD-SEC-2", "OWASP-MCP07"},
	Inspect:  inspectInsecureMFAMethod,
}

func inspectInsecureMFAMethod(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	if owner := organisation(record, host, "organisation/insecureMfa"); owner != nil {
		judgePeople(record, host, people{
			listed: owner.InsecureMFA, whole: owner.InsecureSeen, path: "organisation/insecureMfa", who: "account", private: "an account in " + owner.Name,
			subject: "second factors in " + owner.Name, message: "has a text message as second factor, which whoever takes over the phone number receives; ask for a passkey, a security key or an authenticator app instead",
		})
	}
}
