package signing

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed unsigned_commit.md
var unsignedCommitDoc string

// UnsignedCommit counts commits without a signature where the policy asks for one,
// and names those whose signature does not hold in any case.
var UnsignedCommit = &audit.Check{
	ID:       "unsigned-commit",
	Title:    "Commits are unsigned where signatures are asked for, or their signature does not hold",
	Family:   audit.Signing,
	Severity: audit.Note, // Medium for what the policy asks for, High for what does not hold
	Source:   audit.FromGit,
	Needs:    []evidence.Kind{evidence.Histories},
	Doc:      unsignedCommitDoc,
	Controls: []string{"CIS-SSC-1.1.12", "SSDF-PS.1.1", "OWASP-MCP04"},
	Inspect:  inspectUnsignedCommit,
}

func inspectUnsignedCommit(seen *evidence.Snapshot, record *audit.Record) {
	for _, history := range seen.Histories {
		var count shares
		for _, commit := range history.Commits {
			count.add(commit)
			if broken(commit.Signature) {
				record.Defect(notHolding("commit "+short(commit.ID), commit))
			}
		}
		if seen.Settings.Signing.RequireCommits {
			count.judge(history, record)
		}
	}
}

// notHolding is the finding of a signature that does not hold: nobody makes one by accident.
func notHolding(subject string, object evidence.GitObject) audit.Finding {
	return audit.Finding{
		Subject: subject, Thing: object.ID + object.Name, Severity: audit.High,
		Message: fmt.Sprintf("the signature of %s does not hold (%s: %s); find out who wrote it, and do not build or release from it until then", subject, object.Signature.Class, object.Signature.Detail),
	}
}

// shares counts the commits of a sample.
type shares struct {
	all, webFlow, unsigned, unproved, unread int
	newest                                   string // unsigned one
}

func (c *shares) add(commit evidence.GitObject) {
	c.all++
	s := commit.Signature
	switch {
	case s.Class == provenance.OKWebFlow:
		c.webFlow++
	case s.Class == provenance.NoProof:
		c.unsigned++
		if c.newest == "" {
			c.newest = commit.ID
		}
	case unproved(s):
		c.unproved++
	case !holds(s) && !broken(s):
		c.unread++
	}
}

func (c *shares) judge(history evidence.History, record *audit.Record) {
	if c.all == 0 {
		return // there is no commit
	}
	sample := fmt.Sprintf("%s of %s", quantity(c.all, "commit"), history.Head)
	switch {
	case c.unsigned > 0:
		record.Defect(audit.Finding{
			Subject: fmt.Sprintf("%d of %s", c.unsigned, sample), Thing: "unsigned commits", Severity: audit.Medium,
			Message: fmt.Sprintf("of %s that were seen, %s no signature, the newest of them %s, while the policy asks for signatures (%s signed by the code host, not by the author); sign commits (commit.gpgSign) and let a rule of the branch require it", sample, verb(c.unsigned, "has", "have"), short(c.newest), verb(c.webFlow, "is", "are")),
		})
	case c.unproved == 0 && c.unread == 0:
		record.Pass(sample, evidence.Location{})
	}
	if c.unproved > 0 {
		record.Doubt(audit.Doubt{
			Subject: sample, Reason: fmt.Sprintf("%s that cannot be checked, as the key or the trust root is not at hand", quantity(c.unproved, "signature")),
			Unlock: "the signers' OpenPGP public keys, committed and named under signing.keyrings of the policy",
		})
	}
	if c.unread > 0 {
		record.Doubt(audit.Doubt{Subject: sample, Reason: fmt.Sprintf("%s that cannot be read", quantity(c.unread, "commit"))})
	}
}
