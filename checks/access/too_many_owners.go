package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed too_many_owners.md
var tooManyOwnersDoc string

// TooManyOwners finds organisations in which too many may do everything, or
// one alone.
var TooManyOwners = &audit.Check{
	ID:       "too-many-owners",
	Title:    "Organisation has more owners than the policy allows",
	Family:   audit.Access,
	Severity: audit.Low,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      tooManyOwnersDoc,
	Controls: []string{"CIS-SSC-1.3.3", "SSDF-PO.5.1", "CICD-SEC-2", "CICD-SEC-5", "OWASP-MCP02"},
	Inspect:  inspectTooManyOwners,
}

func inspectTooManyOwners(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	owner := host.Organisation
	if owner == nil && host.Personal == evidence.Yes {
		return // a person is the only owner of what is theirs
	}
	if owner == nil || owner.Owners == nil || *owner.Owners < 1 { // every organisation has an owner
		record.Unseen("owners of the organisation", host.Why("organisation/owners"))
		return
	}
	subject, allowed := "organisation "+owner.Name, seen.Settings.Access.OwnersAllowed()
	switch n := *owner.Owners; {
	case n > allowed:
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/organisation/owners",
			Message: fmt.Sprintf("%s has %d owners, and the policy allows %d; make those who need less members, with a team or a role for what they do%s", subject, n, allowed, link(owner.Link)),
		})
	case n == 1:
		record.Defect(audit.Finding{
			Subject: subject, Anchor: "host/organisation/owner", Severity: audit.Note,
			Message: fmt.Sprintf("%s has one owner alone, without whom nobody can mend a setting or lock a lost account out; name a second one%s", subject, link(owner.Link)),
		})
	default:
		record.Pass(subject, noPlace)
	}
}
