package signing

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed unexpected_signing_key.md
var unexpectedSigningKeyDoc string

// UnexpectedSigningKey finds signatures by keys that the policy's lists do not name.
var UnexpectedSigningKey = &audit.Check{
	ID:       "unexpected-signing-key",
	Title:    "Commits or tags are signed by a key or identity that the policy does not list",
	Family:   audit.Signing,
	Severity: audit.Critical,
	Source:   audit.FromGit,
	Needs:    []evidence.Kind{evidence.Histories},
	Doc:      unexpectedSigningKeyDoc,
	Controls: []string{"SSDF-PS.1.1", "SSDF-PS.2.1", "CIS-SSC-1.1.12", "CICD-SEC-6", "OWASP-MCP01", "OWASP-MCP04"},
	Inspect:  inspectUnexpectedSigningKey,
}

// olderWebFlow is the end of the key that GitHub signed with until January 2024.
// Nobody but GitHub can tell whether a signature that names it is genuine.
const olderWebFlow = "4aee18f83afdeb23"

func inspectUnexpectedSigningKey(seen *evidence.Snapshot, record *audit.Record) {
	rules := seen.Settings
	listed := rules.Signing.AllowedSigners != "" || len(rules.Signing.Signers) > 0 || len(rules.Signing.Keyrings) > 0 || len(rules.Provenance.Identities) > 0
	for _, history := range seen.Histories {
		for _, use := range byKey(history, func(s evidence.Signature) bool { return !broken(s) }) {
			names := append([]string{use.key}, use.signer...)
			switch {
			case matches(rules.Deny, names...):
				record.Defect(audit.Finding{
					Subject: use.String(), Thing: use.key,
					Message: fmt.Sprintf("%s signed %s, and the policy denies this signer; find out how it came to sign, and undo what it did", use, use.what()),
				})
			case listed:
				judgeSigner(rules, history, use, record)
			}
		}
	}
}

// judgeSigner holds one key against the lists.
func judgeSigner(rules evidence.Settings, history evidence.History, use usage, record *audit.Record) {
	s := use.newest()
	doubt := func(reason, unlock string) {
		record.Doubt(audit.Doubt{Subject: use.String(), Reason: reason, Unlock: unlock})
	}
	names := append([]string{use.key}, use.signer...)
	switch {
	case s.Class == provenance.OKWebFlow:
		record.Pass(use.String(), evidence.Location{}) // the code host, for somebody who was logged in
	case unproved(s) && (len(use.key) >= 16 && use.key[len(use.key)-16:] == olderWebFlow || matches(rules.Signing.Signers, names...)):
		doubt(fmt.Sprintf("%s names a listed signer or the code host, and the key to check that with is not at hand", use.what()), "the OpenPGP public key, committed and named under signing.keyrings of the policy")
	case s.Class == provenance.RootMissing, s.Class == provenance.RootInvalid, s.Class == provenance.RootStale:
		doubt("there is no trust root to check its certificate with", "a trust root (--trusted-root), or a refreshed one")
	case isListed(rules, history, s, names):
		record.Pass(use.String(), evidence.Location{}) // if it was revoked or expired, revoked-key-in-use says so
	default:
		record.Defect(audit.Finding{
			Subject: use.String(), Thing: use.key,
			Message: fmt.Sprintf("%s signed %s, and the policy lists no such signer; find out whose key it is, then list it, or undo what it signed", use, use.what()),
		})
	}
}

// isListed says whether a list of the policy names the signer of a signature that holds.
func isListed(rules evidence.Settings, history evidence.History, s evidence.Signature, names []string) bool {
	if !holds(s) {
		return false // an unknown key names itself, which proves nothing
	}
	switch {
	case matches(rules.Signing.Signers, names...):
		return true
	case s.Kind == "ssh" && len(s.Signer) > 0:
		// Without a list in the policy, the one that is committed allows nobody here.
		return rules.Signing.AllowedSigners != "" && history.Signers == rules.Signing.AllowedSigners
	case s.Kind == "openpgp":
		return len(rules.Signing.Keyrings) > 0
	}
	for _, identity := range rules.Provenance.Identities {
		if s.Kind == "x509" && s.Issuer == identity.Issuer && matches([]string{identity.Identity}, s.Signer...) {
			return true
		}
	}
	return false
}
