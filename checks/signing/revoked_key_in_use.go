package signing

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed revoked_key_in_use.md
var revokedKeyInUseDoc string

// RevokedKeyInUse finds good signatures by keys that must not be used any more, or
// not at that time.
var RevokedKeyInUse = &audit.Check{
	ID:       "revoked-key-in-use",
	Title:    "Commits or tags are signed by a key that is revoked, expired or not yet valid",
	Family:   audit.Signing,
	Severity: audit.High,
	Source:   audit.FromGit,
	Needs:    []evidence.Kind{evidence.Histories},
	Doc:      revokedKeyInUseDoc,
	Controls: []string{"SSDF-PS.2.1", "SSDF-PS.1.1", "CICD-SEC-6", "OWASP-MCP01", "OWASP-MCP04"},
	Inspect:  inspectRevokedKeyInUse,
}

func inspectRevokedKeyInUse(seen *evidence.Snapshot, record *audit.Record) {
	revokedByHost(seen, record)
	for _, history := range seen.Histories {
		for _, use := range byKey(history, outOfUse) {
			why := use.newest()
			record.Defect(audit.Finding{
				Subject: use.String(), Thing: use.key,
				Message: fmt.Sprintf("%s signed %s: %s; find out whether its owner made them, and sign with a key that is in force", use, use.what(), why.Detail),
			})
		}
		for _, use := range byKey(history, func(s evidence.Signature) bool { return holds(s) && !outOfUse(s) }) {
			record.Pass(use.String(), evidence.Location{})
		}
		if uses := byKey(history, unproved); len(uses) > 0 {
			record.Doubt(audit.Doubt{
				Subject: "signatures by " + quantity(len(uses), "key"), Reason: fmt.Sprintf("they name keys that are not at hand, %s first, so nothing tells whether these were revoked or had expired", uses[0].key),
				Unlock: "the signers' OpenPGP public keys, committed and named under signing.keyrings of the policy",
			})
		}
	}
}

// outOfUse says whether a key that made a good signature was revoked, or not valid then.
func outOfUse(s evidence.Signature) bool {
	return s.Class == provenance.KeyRevoked || s.Class == provenance.KeyInvalid
}
