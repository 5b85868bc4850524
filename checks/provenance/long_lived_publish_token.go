package provenance

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed long_lived_publish_token.md
var longLivedPublishTokenDoc string

// LongLivedPublishToken finds steps that publish with a stored token to a
// registry that would trust the workflow itself.
var LongLivedPublishToken = &audit.Check{
	ID:       "long-lived-publish-token",
	Title:    "Package is published with a token that does not expire with the run",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands},
	Doc:      longLivedPublishTokenDoc,
	Controls: []string{"OSPS-BR-07.01", "CIS-SSC-2.3.8", "SSDF-PS.1.1", "SSDF-PO.5.1", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectLongLivedPublishToken,
}

func inspectLongLivedPublishToken(seen *evidence.Snapshot, record *audit.Record) {
	for _, s := range publishSteps(seen) {
		if s.trusted {
			judgeToken(record, s)
		}
	}
}

func judgeToken(record *audit.Record, s *publishStep) {
	secret, handed := s.token()
	open := s.credentials.Open
	switch {
	case s.bothOpen():
		// publish-token-beside-oidc says so
	case s.usesToken():
		record.Defect(longLivedToken(s))
	case handed && s.home == evidence.Unknown:
		record.Doubt(audit.Doubt{
			Subject: s.first.Subject, Location: s.place(),
			Reason: fmt.Sprintf("it publishes with the secret %s, and only the run knows to which registry", secret.Name),
		})
	case open.Name != "" && !s.credentials.Minted:
		record.Doubt(audit.Doubt{
			Subject: s.first.Subject, Location: s.place(),
			Reason: fmt.Sprintf("%s holds its credential, and nothing here says whether that outlives the run", open.Name),
		})
	case s.home == evidence.Unknown && s.first.IDToken() == evidence.No && !s.credentials.Own && !s.credentials.Minted:
		record.Doubt(audit.Doubt{
			Subject: s.first.Subject, Location: s.place(),
			Reason: "it publishes without an identity token, and nothing in the tree says to which registry",
		})
	case s.credentials.Own && s.first.IDToken() != evidence.Yes:
		// the token of the run itself: not this registry's
	case !s.credentials.Minted && (s.first.IDToken() == evidence.Unknown || s.first.Job.Spec == nil && s.first.IDToken() == evidence.No):
		record.Doubt(audit.Doubt{
			Subject: s.first.Subject, Location: s.place(),
			Reason: "nothing in the tree says what it logs in to " + trusting[s.first.Registry] + " with",
		})
	default:
		record.Pass(s.first.Subject, s.place())
	}
}

func longLivedToken(s *publishStep) audit.Finding {
	registry := trusting[s.first.Registry]
	secret, handed := s.token()
	f := audit.Finding{
		Subject: s.first.Subject, Thing: s.first.Kind + " " + secret.Name, Anchor: s.first.Anchor, Location: s.place(),
		Related: append(s.beside(), s.unattested()...), Flow: s.way(),
	}
	switch {
	case !handed:
		f.Confidence = audit.Likely
		f.Message = fmt.Sprintf("%s publishes to %s from a job without id-token: write, so with a token that is stored somewhere; set up trusted publishing and grant it", f.Subject, registry)
	case s.first.IDToken() == evidence.Yes:
		f.Message = fmt.Sprintf("%s publishes to %s with the secret %s, though the job may ask for an identity token; set up trusted publishing and delete the secret", f.Subject, registry, secret.Name)
	default:
		f.Message = fmt.Sprintf("%s publishes to %s with the secret %s, which works from anywhere until it is revoked; set up trusted publishing and delete it", f.Subject, registry, secret.Name)
	}
	return f
}
