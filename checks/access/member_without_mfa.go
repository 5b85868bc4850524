package access

import (
	_ "embed"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed member_without_mfa.md
var memberWithoutMFADoc string

// MemberWithoutMFA finds members whose password is all that stands before
// the repository.
var MemberWithoutMFA = &audit.Check{
	ID:       "member-without-mfa",
	Title:    "Member of the organisation signs in without a second factor",
	Family:   audit.Access,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      memberWithoutMFADoc,
	Controls: []string{"OSPS-AC-01.01", "CIS-SSC-1.3.4", "SSDF-PO.5.2", "CICD-SEC-2", "OWASP-MCP07"},
	Inspect:  inspectMemberWithoutMFA,
}

func inspectMemberWithoutMFA(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	if owner := organisation(record, host, "organisation/withoutMfa"); owner != nil {
		judgePeople(record, host, people{
			listed: owner.WithoutMFA, whole: owner.WithoutMFASeen, path: "organisation/withoutMfa", who: "member", private: "a member of " + owner.Name,
			subject: "members of " + owner.Name, message: "signs in without a second factor, so that a stolen password is enough to act in their name; ask them to set one up, or take them out of the organisation",
		})
	}
}
