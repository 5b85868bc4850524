package provenance

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed publish_token_beside_oidc.md
var publishTokenBesideOIDCDoc string

// PublishTokenBesideOIDC finds steps that could publish by the identity token of
// the job and are handed a stored token too.
var PublishTokenBesideOIDC = &audit.Check{
	ID:       "publish-token-beside-oidc",
	Title:    "Publishing step is handed a token beside trusted publishing",
	Family:   audit.Provenance,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands},
	Doc:      publishTokenBesideOIDCDoc,
	Controls: []string{"OSPS-BR-07.01", "CIS-SSC-2.3.8", "SSDF-PS.1.1", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectPublishTokenBesideOIDC,
}

func inspectPublishTokenBesideOIDC(seen *evidence.Snapshot, record *audit.Record) {
	for _, s := range publishSteps(seen) {
		secret, handed := s.token()
		switch {
		case !s.trusted:
		case s.bothOpen():
			registry := trusting[s.first.Registry]
			record.Defect(audit.Finding{
				Subject: s.first.Subject, Thing: s.first.Kind + " " + secret.Name, Anchor: s.first.Anchor, Location: s.place(),
				Message: fmt.Sprintf("%s may publish to %s by the identity token of the job and is handed the secret %s too; remove the secret, and let the registry refuse tokens", s.first.Subject, registry, secret.Name),
				Related: append(s.beside(), s.unattested()...), Flow: s.way(),
			})
		case handed:
			// one path only, and the wrong one: long-lived-publish-token says so
		case s.credentials.Open.Name != "" && !s.credentials.Minted && s.first.IDToken() == evidence.Yes:
			record.Doubt(audit.Doubt{
				Subject: s.first.Subject, Location: s.place(),
				Reason: fmt.Sprintf("beside the identity token it is handed %s, and nothing here says whether that outlives the run", s.credentials.Open.Name),
			})
		case s.first.IDToken() == evidence.Yes:
			record.Pass(s.first.Subject, s.place())
		}
	}
}
