package access

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// people is a list of accounts that have one defect.
type people struct {
	listed  []evidence.Person
	whole   evidence.Answer // nobody else has it
	path    string          // of the list in the evidence
	who     string          // member, account
	private string          // what stands for one of them before the public
	subject string          // the whole group, for what is not about one of them
	message string          // what is said of one of them
}

// judgePeople notes each account, and whether there may be more.
func judgePeople(record *audit.Record, host *evidence.Host, p people) {
	listed := slices.Clone(p.listed)
	slices.SortFunc(listed, func(a, b evidence.Person) int { return cmp.Compare(a.Login, b.Login) })
	for _, person := range listed {
		name := cmp.Or(person.Login, person.Email)
		subject := p.who + " " + name
		record.Defect(audit.Finding{
			Subject: subject, Private: p.private, Anchor: "host/" + p.path,
			Message: fmt.Sprintf("%s %s", subject, p.message),
		})
	}
	switch p.whole {
	case evidence.Yes:
		if len(listed) == 0 {
			record.Pass(p.subject, noPlace)
		}
	case evidence.No, evidence.Unknown: // there may be others
		if host.System == "gitlab" && len(listed) == 0 && len(host.Missing(p.path)) == 0 {
			return // it makes no such difference
		}
		record.Unseen(p.subject, host.Why(p.path))
	}
}
