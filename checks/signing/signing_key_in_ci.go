package signing

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed signing_key_in_ci.md
var signingKeyInCIDoc string

// SigningKeyInCI finds long-lived keys in secrets where a run could sign by its
// identity.
var SigningKeyInCI = &audit.Check{
	ID:       "signing-key-in-ci",
	Title:    "Long-lived signing key is kept in a secret of the pipeline",
	Family:   audit.Signing,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands},
	Doc:      signingKeyInCIDoc,
	Controls: []string{"SLSA-BUILD-L3", "OSPS-BR-07.01", "CIS-SSC-2.4.1", "SSDF-PS.2.1", "S2C2F-REB-2", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectSigningKeyInCI,
}

func inspectSigningKeyInCI(seen *evidence.Snapshot, record *audit.Record) {
	for _, use := range keyUses(seen) {
		f := audit.Finding{Subject: use.secret, Anchor: use.anchor, Location: use.at}
		switch use.sort {
		case certified:
			record.Pass(use.secret, use.at) // no identity token replaces the certificate of a platform
			continue
		case demanded:
			f.Severity = audit.Note
			f.Message = fmt.Sprintf("%s is a signing key that lives until somebody revokes it, and those who verify it know no other sort; keep it in a protected environment and change it at set times", use.secret)
		case replaceable:
			f.Message = fmt.Sprintf("%s is a signing key that lives until somebody revokes it, and %s hands it to the run; %s", use.secret, use.job, instead(use))
		}
		record.Defect(f)
	}
	for _, job := range trace.Of(seen).Jobs {
		job.Executes(func(n *trace.Node) { signers(n, record) })
	}
}

func instead(use keyUse) string {
	if use.domain {
		return "log in with mcp-publisher login github-oidc, or keep the key in a key service"
	}
	return "sign by the identity of the run (actions/attest, cosign; gitsign for commits and tags) and retire the key"
}

// signers looks at the commands that sign: by the identity of the run, by a key
// that a service keeps, or by one that is found when it runs.
func signers(n *trace.Node, record *audit.Record) {
	if n.Script == nil || n.Again {
		return
	}
	for i := range n.Script.Commands {
		command := &n.Script.Commands[i]
		s, signs := readSigner(command)
		switch {
		case !signs:
		case s.keyless || s.service:
			record.Pass(s.subject, command.At)
		case n.Script.Origin == evidence.FromGitLab && s.variable:
			record.Defect(audit.Finding{
				Subject: s.subject, Thing: s.key, Anchor: n.Script.Anchor, Location: command.At, Confidence: audit.Likely,
				Message: fmt.Sprintf("%s signs with the key that the variable %s holds, which lives until somebody revokes it; sign by an identity token (id_tokens) instead", s.subject, strings.Trim(s.key, "${}")),
			})
		case !s.secret:
			record.Doubt(audit.Doubt{Subject: s.subject, Location: command.At, Reason: fmt.Sprintf("only the run knows where the key %s comes from", s.key)})
		}
	}
}
