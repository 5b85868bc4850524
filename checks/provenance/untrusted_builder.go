package provenance

import (
	"cmp"
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed untrusted_builder.md
var untrustedBuilderDoc string

// UntrustedBuilder finds proofs by builders that the policy does not list, or that
// it denies.
var UntrustedBuilder = &audit.Check{
	ID:       "untrusted-builder",
	Title:    "Proof of origin is by a builder that the policy does not trust",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.Publications, evidence.PublishedImages, evidence.Releases},
	Doc:      untrustedBuilderDoc,
	Controls: []string{"SLSA-BUILD-L2", "SLSA-BUILD-L3", "CIS-SSC-2.4.6", "CIS-SSC-3.1.3", "SSDF-PS.2.1", "S2C2F-AUD-1", "S2C2F-AUD-4", "CICD-SEC-9", "OWASP-MCP04"},
	Asked: func(s evidence.Settings) bool {
		return len(s.Provenance.Builders) > 0 || len(s.Deny) > 0 // else the policy trusts everybody
	},
	Inspect: inspectUntrustedBuilder,
}

func inspectUntrustedBuilder(seen *evidence.Snapshot, record *audit.Record) {
	expect := expected(seen)
	for p := range published(seen, 0, attestable...) {
		builders(seen, p, expect, record)
	}
	unasked(seen, record, attestable...)
}

func builders(seen *evidence.Snapshot, p evidence.Publication, expect provenance.Expect, record *audit.Record) {
	for _, proof := range p.Proofs {
		class, detail := provenance.Check(proof.Claims, provenance.Subject{}, provenance.Expect{Deny: expect.Deny})
		if class == provenance.Denied && (passes(proof) || ofOther(proof.Class)) { // else nobody knows who made it
			record.Defect(builderFinding(p, "denied", audit.Critical, fmt.Sprintf("%s was signed by %s, and %s; do not use it", p.Whole(), signer(proof.Claims), detail)))
			return
		}
	}
	trusted, stranger := false, ""
	for _, proof := range provenance.Decisive(seen, p.Proofs) {
		if len(expect.Builders) == 0 || provenance.Trusted(proof.Claims, expect.Builders) {
			trusted = true
		} else {
			stranger = cmp.Or(stranger, signer(proof.Claims))
		}
	}
	unjudged, is := undetermined(p)
	switch {
	case trusted:
		record.Pass(p.Whole(), p.At)
	case stranger != "":
		record.Defect(builderFinding(p, "", audit.Unset, fmt.Sprintf(
			"%s was built by %s, which the policy does not list under provenance.builders; build it with one that is listed, or list it with the level it deserves", p.Whole(), stranger)))
	case is:
		doubtProof(record, p, unjudged)
	case len(p.Proofs) == 0 && p.Attested != evidence.No:
		doubtful(record, p)
	}
}

func builderFinding(p evidence.Publication, anchor string, severity audit.Severity, message string) audit.Finding {
	return audit.Finding{Subject: p.Whole(), Thing: p.Thing(), Anchor: anchor, Location: p.At, Severity: severity, Message: message}
}

// signer is who signed, as people find it.
func signer(c evidence.Claims) string {
	return cmp.Or(c.Signer, c.Identity, c.Builder, c.Key, "somebody it does not name")
}
