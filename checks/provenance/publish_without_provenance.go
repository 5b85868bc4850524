package provenance

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed publish_without_provenance.md
var publishWithoutProvenanceDoc string

// PublishWithoutProvenance finds steps that publish what nobody can trace back to
// its source.
var PublishWithoutProvenance = &audit.Check{
	ID:       "publish-without-provenance",
	Title:    "Publishing step attests nothing",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands},
	Doc:      publishWithoutProvenanceDoc,
	Controls: []string{"SLSA-BUILD-L1", "SLSA-BUILD-L2", "OSPS-BR-06.01", "CIS-SSC-2.4.6", "SSDF-PS.2.1", "SSDF-PS.3.2", "S2C2F-AUD-1", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectPublishWithoutProvenance,
}

func inspectPublishWithoutProvenance(seen *evidence.Snapshot, record *audit.Record) {
	for _, s := range byAttestation(publishSteps(seen)) {
		switch {
		case !s.attested.Carries:
			continue // the registry has no place for an attestation, or nothing is sent there
		case s.usesToken():
			continue // the token comes first, and its finding tells this too
		}
		p := s.first
		switch s.attested.Answer {
		case evidence.Yes:
			record.Pass(p.Subject, p.At)
		case evidence.Unknown:
			record.Doubt(audit.Doubt{Subject: p.Subject, Location: p.At, Reason: s.attested.Why})
		case evidence.No:
			record.Defect(audit.Finding{
				Subject: p.Subject, Thing: p.Kind, Anchor: p.Anchor, Location: p.At,
				Message: fmt.Sprintf("%s publishes without provenance: %s; %s", p.Subject, s.attested.Why, attestBy(p)),
				Related: s.beside(), Flow: s.way(),
			})
		}
	}
}

// byAttestation puts the steps of a job together that one attesting step would
// cover: those that upload to releases, and those that push images.
func byAttestation(steps []*publishStep) []*publishStep {
	type key struct {
		job      *trace.Job
		registry trace.Registry
		answer   evidence.Answer
	}
	known := make(map[key]*publishStep)
	var all []*publishStep
	for _, s := range steps {
		if r := s.first.Registry; s.attested.Carries && (r == trace.ToRelease || r == trace.ToOCI) {
			k := key{s.first.Job, r, s.attested.Answer}
			if first := known[k]; first != nil {
				first.all = append(first.all, s.all...)
				continue
			}
			known[k] = s
		}
		all = append(all, s)
	}
	return all
}

// attestBy is what to do.
func attestBy(p *trace.Publisher) string {
	switch p.Registry {
	case trace.ToNPM:
		if p.Kind == "bun" {
			return "publish with npm, by its trusted publishing"
		}
		return "publish by npm's trusted publishing, or grant id-token: write and add --provenance"
	case trace.ToPyPI:
		if p.Kind == "pypa/gh-action-pypi-publish" {
			return "let pypa/gh-action-pypi-publish v1.11 or later attest by the identity token"
		}
		return "publish with pypa/gh-action-pypi-publish, or attest dist/ with actions/attest before"
	case trace.ToGem:
		return "leave attestations on"
	case trace.ToOCI:
		if p.Provenance == evidence.No {
			return "leave provenance on, or attest the digest with actions/attest"
		}
		return "attest the digest with actions/attest, or sign it with cosign"
	}
	return "attest the files with actions/attest before they are uploaded"
}
