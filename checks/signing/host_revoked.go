package signing

import (
	"fmt"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// revokedByHost adds what the host says of keys: signatures that it found expired or
// revoked when it checked them, and keys that their owners revoked since. Keys that git's
// own look has judged are left to that.
func revokedByHost(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return
	}
	judged := make(map[string]bool)
	if host.Changes != nil {
		for i := range host.Changes.Commits {
			c := &host.Changes.Commits[i]
			said := refusedKeys[c.Signed]
			if said == "" || judged[c.Key] || spokenOf(seen, c.Key) {
				continue
			}
			judged[c.Key] = true
			record.Defect(audit.Finding{
				Subject: "key " + c.Key, Thing: c.Key, Anchor: "host/changes/" + host.Changes.Branch,
				Message: fmt.Sprintf("key %s signed commit %s, and the host found that it %s; find out whether its owner made it, and sign with a key that is in force", c.Key, short(c.Commit), said),
			})
		}
	}
	for _, use := range usedKeys(seen, host) {
		if use.account != nil && !judged[use.key] && !spokenOf(seen, use.key) {
			judgeAccountKey(use, record)
		}
	}
}

// refusedKeys are the host's words for keys that were not in force.
var refusedKeys = map[string]string{
	"EXPIRED_KEY":  "had expired",
	"OCSP_REVOKED": "belongs to a revoked certificate",
}

func judgeAccountKey(use signedBy, record *audit.Record) {
	account := use.account
	f := audit.Finding{Subject: "key " + use.key, Thing: use.key, Anchor: "host/signers/" + account.Login}
	if account.Revoked == evidence.Yes { // nobody says since when: what is seen is all that it signed
		f.Confidence = audit.Likely
		f.Message = fmt.Sprintf("key %s of %s signed here as late as %s and is revoked today; find out why, and whether its owner made what it signed", use.key, account.Login, use.newest.Format(time.DateOnly))
		record.Defect(f)
		return
	}
	if !account.Expires.IsZero() && use.newest.After(account.Expires) {
		f.Message = fmt.Sprintf("key %s of %s signed here on %s, and had expired on %s; find out whether its owner made it, and sign with a key that is in force",
			use.key, account.Login, use.newest.Format(time.DateOnly), account.Expires.Format(time.DateOnly))
		record.Defect(f)
	}
}

// spokenOf tells a key that a history found to be out of use.
func spokenOf(seen *evidence.Snapshot, key string) bool {
	for _, history := range seen.Histories {
		for _, use := range byKey(history, outOfUse) {
			if sameKey(use.key, key) {
				return true
			}
		}
	}
	return false
}
