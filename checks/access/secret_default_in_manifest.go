package access

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed secret_default_in_manifest.md
var secretDefaultInManifestDoc string

// SecretDefaultInManifest finds secrets that a manifest gives away, or asks for
// without saying that they are secret.
var SecretDefaultInManifest = &audit.Check{
	ID:       "secret-default-in-manifest",
	Title:    "Manifest holds a secret, or asks for one as if it were none",
	Family:   audit.Access,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.ServerManifests, evidence.Bundles},
	Doc:      secretDefaultInManifestDoc,
	Controls: []string{"OSPS-BR-07.01", "CIS-SSC-1.5.1", "SSDF-PS.1.1", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectSecretDefaultInManifest,
}

func inspectSecretDefaultInManifest(seen *evidence.Snapshot, record *audit.Record) {
	for _, manifest := range seen.ServerManifests {
		for _, one := range manifest.Packages {
			inspectInputs(one.Inputs, "isSecret", record)
		}
		inspectInputs(manifest.Inputs, "isSecret", record)
	}
	for _, bundle := range seen.Bundles {
		inspectInputs(bundle.Inputs, "sensitive", record)
	}
}

func inspectInputs(inputs []evidence.UserInput, mark string, record *audit.Record) {
	for _, one := range inputs {
		finding := audit.Finding{Subject: one.Name, Anchor: one.Anchor}
		switch {
		case (one.Looks || one.Secret == evidence.Yes) && isGiven(one.Value.Value):
			finding.Location = one.Value.At
			finding.Message = fmt.Sprintf("%s is a secret with a value in the manifest, which everybody can read; take the value out, and if it opens anything, revoke it", one.Name)
			record.Defect(finding)
		case !one.Looks:
			record.Pass(one.Name, one.At) // no secret, or one that says so and has no value
		case one.Secret == evidence.Yes:
			record.Pass(one.Name, one.At)
		case one.Secret == evidence.No:
			finding.Location = one.At
			finding.Message = fmt.Sprintf("%s is a secret and is not marked as one, so clients show it on the screen and keep it in plain text; add \"%s\": true", one.Name, mark)
			record.Defect(finding)
		case one.Secret == evidence.Unknown:
			record.Doubt(audit.Doubt{
				Subject:  one.Name,
				Location: one.At,
				Reason:   fmt.Sprintf("whether %s is marked as a secret is decided elsewhere", one.Name),
				Unlock:   fmt.Sprintf("write \"%s\": true", mark),
			})
		}
	}
}

// isGiven tells a value from nothing and from a reference that the user's own
// answer or machine replaces.
func isGiven(value string) bool {
	return value != "" && !strings.Contains(value, "${") && !strings.Contains(value, "{{")
}
