package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed mfa_not_required.md
var mFANotRequiredDoc string

// MFANotRequired finds organisations whose members may sign in with a
// password alone.
var MFANotRequired = &audit.Check{
	ID:       "mfa-not-required",
	Title:    "Organisation does not demand multi-factor authentication",
	Family:   audit.Access,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      mFANotRequiredDoc,
	Controls: []string{"OSPS-AC-01.01", "CIS-SSC-1.3.5", "SSDF-PO.5.1", "SSDF-PO.5.2", "CICD-SEC-2", "OWASP-MCP07"},
	Inspect:  inspectMFANotRequired,
}

func inspectMFANotRequired(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	owner := organisation(record, host, "organisation/mfaRequired")
	if owner == nil {
		return // noted
	}
	subject := "organisation " + owner.Name
	switch owner.MFARequired {
	case evidence.Yes:
		record.Pass(subject, noPlace)
	case evidence.Unknown:
		record.Unseen(subject, host.Why("organisation/mfaRequired"))
	case evidence.No:
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/organisation/mfaRequired",
			Message: fmt.Sprintf("%s does not demand multi-factor authentication, so that a stolen password alone can change the repository; require it of everybody%s", subject, link(owner.Link)),
		})
	}
}
