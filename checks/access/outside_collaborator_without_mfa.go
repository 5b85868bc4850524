package access

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed outside_collaborator_without_mfa.md
var outsideCollaboratorWithoutMFADoc string

// OutsideCollaboratorWithoutMFA finds people who are no members, may use
// repositories of the organisation, and have a password alone.
var OutsideCollaboratorWithoutMFA = &audit.Check{
	ID:       "outside-collaborator-without-mfa",
	Title:    "Outside collaborator signs in without a second factor",
	Family:   audit.Access,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      outsideCollaboratorWithoutMFADoc,
	Controls: []string{"OSPS-AC-01.01", "CIS-SSC-1.3.4", "SSDF-PO.5.2", "CICD-SEC-2", "OWASP-MCP07"},
	Inspect:  inspectOutsideCollaboratorWithoutMFA,
}

func inspectOutsideCollaboratorWithoutMFA(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	if owner := organisation(record, host, "organisation/outsideWithoutMfa"); owner != nil {
		judgePeople(record, host, people{
			listed: owner.OutsideWithoutMFA, whole: owner.OutsideSeen, path: "organisation/outsideWithoutMfa", who: "outside collaborator", private: "an outside collaborator of " + owner.Name,
			subject: "outside collaborators of " + owner.Name, message: "signs in without a second factor and may use repositories of the organisation; ask them to set one up, or take their access away",
		})
	}
}
