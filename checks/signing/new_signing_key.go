package signing

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed new_signing_key.md
var newSigningKeyDoc string

// NewSigningKey finds keys that sign without having been known before.
var NewSigningKey = &audit.Check{
	ID:       "new-signing-key",
	Title:    "A key signs that was not known before",
	Family:   audit.Signing,
	Severity: audit.Medium,
	Source:   audit.FromGit,
	Needs:    []evidence.Kind{evidence.Histories},
	Doc:      newSigningKeyDoc,
	Controls: []string{"SSDF-PS.1.1", "SSDF-PS.2.1", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectNewSigningKey,
}

func inspectNewSigningKey(seen *evidence.Snapshot, record *audit.Record) {
	for _, history := range seen.Histories {
		fresh := byKey(history, func(s evidence.Signature) bool { return s.Known == evidence.No })
		for _, use := range fresh {
			record.Defect(audit.Finding{
				Subject: use.String(), Thing: use.key,
				Message: fmt.Sprintf("%s was not known before it signed %s: %s; ask its owner, and let somebody who is known add it to the list of signers first", use, use.what(), use.newest().KnownBy),
			})
		}
		for _, use := range byKey(history, func(s evidence.Signature) bool {
			return s.Known == evidence.Yes || s.Class == provenance.OKWebFlow
		}) {
			record.Pass(use.String(), evidence.Location{}) // listed, seen before, or the code host's own
		}
		// A key that is known at one place is one of the cases above.
		open := byKey(history, func(s evidence.Signature) bool {
			return s.Known == evidence.Unknown && holds(s) && s.Class != provenance.OKWebFlow
		})
		if len(open) > 0 {
			record.Doubt(audit.Doubt{Subject: "signatures by " + quantity(len(open), "key"), Reason: whyOpen(history, open), Unlock: "a committed list of signers (.github/allowed_signers), or an earlier look to compare with"})
		}
		if uses := byKey(history, unproved); len(uses) > 0 {
			record.Doubt(audit.Doubt{
				Subject: "signatures by " + quantity(len(uses), "key"), Reason: fmt.Sprintf("they name keys that are not at hand, %s first, which proves nothing", uses[0].key),
				Unlock: "the signers' OpenPGP public keys, committed and named under signing.keyrings of the policy",
			})
		}
	}
}

func whyOpen(history evidence.History, open []usage) string {
	if history.Signers == "" && history.Base == "" {
		return "neither a committed list of signers nor an earlier look tells which keys are known"
	}
	if known := open[0].newest().KnownBy; known != "" {
		return known
	}
	return "they were made before there was a list of signers, or their sort of key cannot be listed there"
}
