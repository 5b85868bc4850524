package signing

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed unsigned_tag.md
var unsignedTagDoc string

// UnsignedTag counts tags that nobody signed, and names those whose signature does
// not hold or was made for another name.
var UnsignedTag = &audit.Check{
	ID:       "unsigned-tag",
	Title:    "Tags are unsigned, or their signature does not hold",
	Family:   audit.Signing,
	Severity: audit.Medium,
	Source:   audit.FromGit,
	Needs:    []evidence.Kind{evidence.Histories},
	Doc:      unsignedTagDoc,
	Controls: []string{"OSPS-BR-06.01", "SSDF-PS.2.1", "SSDF-PS.1.1", "OWASP-MCP04"},
	Inspect:  inspectUnsignedTag,
}

func inspectUnsignedTag(seen *evidence.Snapshot, record *audit.Record) {
	for _, history := range seen.Histories {
		var unsigned []evidence.GitObject
		light, unknown := 0, 0
		for _, tag := range history.Tags {
			s := tag.Signature
			switch {
			case broken(s):
				record.Defect(notHolding("tag "+tag.Name, tag))
			case s.Class == provenance.NoProof:
				unsigned = append(unsigned, tag)
				if tag.Light {
					light++
				}
			case holds(s):
				record.Pass("tag "+tag.Name, evidence.Location{}) // whose key it is, other checks ask
			default:
				unknown++
			}
		}
		if len(unsigned) > 0 {
			record.Defect(audit.Finding{
				Subject: fmt.Sprintf("%d of %s", len(unsigned), quantity(len(history.Tags), "tag")), Thing: "unsigned tags",
				Message: fmt.Sprintf("of %s that were seen, %s no signature, the newest of them %s (%s a bare name that cannot hold one); tag releases with git tag -s and protect tags from being moved", quantity(len(history.Tags), "tag"), verb(len(unsigned), "has", "have"), unsigned[0].Name, verb(light, "is", "are")),
			})
		}
		if unknown > 0 {
			record.Doubt(audit.Doubt{
				Subject: quantity(unknown, "tag"), Reason: "the key or the trust root to check the signature with is not at hand, or it cannot be read",
				Unlock: "the signers' OpenPGP public keys, committed and named under signing.keyrings of the policy",
			})
		}
	}
}
