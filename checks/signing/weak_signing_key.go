package signing

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed weak_signing_key.md
var weakSigningKeyDoc string

// WeakSigningKey finds signatures that rest on a key or a hash that can be forged.
var WeakSigningKey = &audit.Check{
	ID:       "weak-signing-key",
	Title:    "Commits or tags are signed with a key or hash that is too weak",
	Family:   audit.Signing,
	Severity: audit.Medium,
	Source:   audit.FromGit,
	Needs:    []evidence.Kind{evidence.Histories},
	Doc:      weakSigningKeyDoc,
	Controls: []string{"OSPS-BR-06.01", "SSDF-PS.2.1", "CIS-SSC-1.1.12", "OWASP-MCP04"},
	Inspect:  inspectWeakSigningKey,
}

func inspectWeakSigningKey(seen *evidence.Snapshot, record *audit.Record) {
	for _, history := range seen.Histories {
		for _, use := range byKey(history, func(s evidence.Signature) bool { return s.Weak != "" && !broken(s) }) {
			record.Defect(audit.Finding{
				Subject: use.String(), Thing: use.key,
				Message: fmt.Sprintf("%s signed %s with %s, so that others can forge its signatures; sign with an Ed25519 key or by gitsign, and retire this one", use, use.what(), use.newest().Weak),
			})
		}
		for _, use := range byKey(history, func(s evidence.Signature) bool { return s.Weak == "" && s.Algorithm != "" && !broken(s) }) {
			record.Pass(use.String(), evidence.Location{})
		}
		for _, use := range byKey(history, func(s evidence.Signature) bool { return s.Algorithm == "" && !broken(s) }) {
			record.Doubt(audit.Doubt{Subject: use.String(), Reason: "its signatures do not tell a sort of key that is known here"})
		}
	}
}
