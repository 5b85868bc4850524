package signing

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed overdue_key_rotation.md
var overdueKeyRotationDoc string

// OverdueKeyRotation finds keys in use that are older than the policy lets them be.
var OverdueKeyRotation = &audit.Check{
	ID:       "overdue-key-rotation",
	Title:    "Signing key in use is older than the policy allows",
	Family:   audit.Signing,
	Severity: audit.Low,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      overdueKeyRotationDoc,
	Controls: []string{"SSDF-PS.1.1", "SSDF-PO.5.2", "CICD-SEC-6"},
	Inspect:  inspectOverdueKeyRotation,
}

func inspectOverdueKeyRotation(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return
	}
	var nameless []string
	for _, use := range usedKeys(seen, host) {
		if use.account == nil {
			nameless = append(nameless, use.key)
			continue
		}
		judgeAge(seen, use, record)
	}
	if missing := host.Missing("changes"); host.Changes == nil && len(missing) > 0 {
		record.Unseen("keys in use", missing[0])
	}
	if n := untold(seen, host); n > 0 {
		record.Doubt(audit.Doubt{
			Subject: "keys in use", Reason: fmt.Sprintf("whether %s of the sample are signed, and by which keys, was not told", quantity(n, "commit")),
			Unlock: "contents:read",
		})
	}
	if len(nameless) == 0 {
		return
	}
	why := evidence.Unseen{Reason: "no account that signed or wrote one of these commits lists them", Unlock: "the keys in the accounts of their owners"}
	if missing := host.Missing("signers"); len(missing) > 0 {
		why = missing[0]
	}
	why.Reason = fmt.Sprintf("the age of %s, %s first, is not known: %s", quantity(len(nameless), "key"), nameless[0], why.Reason)
	record.Unseen("keys in use", why)
}

func judgeAge(seen *evidence.Snapshot, use signedBy, record *audit.Record) {
	account := use.account
	subject := fmt.Sprintf("%s key %s of %s", keyKind(account.Kind), use.key, account.Login)
	if account.Created.IsZero() {
		record.Doubt(audit.Doubt{Subject: subject, Reason: "the host did not say when it was made"})
		return
	}
	most := seen.Settings.Signing.KeyAge()
	days := int(seen.TakenAt.Sub(account.Created) / (24 * time.Hour))
	if days <= most {
		record.Pass(subject, evidence.Location{})
		return
	}
	record.Defect(audit.Finding{
		Subject: subject, Thing: use.key, Anchor: "host/signers/" + account.Login,
		Message: fmt.Sprintf("%s is in the account since %s, longer than the %d days of the policy; sign with a new key, and list that with the day from which it holds",
			subject, account.Created.Format(time.DateOnly), most),
	})
}

func keyKind(kind string) string {
	switch kind {
	case "ssh":
		return "SSH"
	case "openpgp":
		return "OpenPGP"
	}
	return strings.TrimSpace(kind + " signing")
}
