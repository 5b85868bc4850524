package provenance

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed release_without_sbom.md
var releaseWithoutSBOMDoc string

// ReleaseWithoutSBOM finds releases that do not say what is in them.
var ReleaseWithoutSBOM = &audit.Check{
	ID:       "release-without-sbom",
	Title:    "Release comes without a bill of materials",
	Family:   audit.Provenance,
	Severity: audit.Low,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.Releases},
	Doc:      releaseWithoutSBOMDoc,
	Controls: []string{"OSPS-QA-02.02", "CIS-SSC-2.4.5", "CIS-SSC-3.1.6", "SSDF-PS.3.2", "S2C2F-AUD-4", "OWASP-MCP04"},
	Inspect:  inspectReleaseWithoutSBOM,
}

func inspectReleaseWithoutSBOM(seen *evidence.Snapshot, record *audit.Record) {
	for _, release := range seen.Releases {
		if release.Rank != 0 || release.Draft || !slices.ContainsFunc(release.Assets, isSubject) {
			continue // not under audit, not out yet, or nothing in it to list
		}
		p := ofRelease(seen, release)
		subject := "release " + release.Tag
		switch billOf(seen, release) {
		case evidence.Yes:
			record.Pass(subject, p.At)
		case evidence.Unknown:
			record.Doubt(audit.Doubt{Subject: subject, Location: p.At, Reason: "none of its assets is a bill of materials, and nobody knows whether an attestation holds one", Unlock: p.Unlock})
		case evidence.No:
			record.Defect(audit.Finding{
				Subject: subject, Thing: "release", Location: p.At,
				Message: fmt.Sprintf("%s has neither an asset nor an attestation that is a bill of materials; make one when it is built (SPDX or CycloneDX) and upload or attest it", subject),
			})
		}
	}
	if len(seen.Releases) == 0 {
		unasked(seen, record, "github-release")
	}
}

func isSubject(asset evidence.Asset) bool { return asset.Role == "" }

// ofRelease is the first publication of a release: it knows where the tree names it.
func ofRelease(seen *evidence.Snapshot, release evidence.Release) evidence.Publication {
	for _, p := range seen.Publications {
		if p.Registry == "github-release" && p.Version == release.Tag {
			return p
		}
	}
	return evidence.Publication{}
}

// billOf says whether a bill goes with a release: an asset, or an attestation of
// any of its files.
func billOf(seen *evidence.Snapshot, release evidence.Release) evidence.Answer {
	if slices.ContainsFunc(release.Assets, func(a evidence.Asset) bool { return a.Role == "sbom" }) {
		return evidence.Yes
	}
	answer, files := evidence.No, 0
	for p := range published(seen, 0, "github-release") {
		if p.Version != release.Tag {
			continue // of another one
		}
		files++
		switch {
		case p.Bill == evidence.Yes || slices.ContainsFunc(p.Proofs, isBill):
			return evidence.Yes
		case p.Bill == evidence.Unknown && len(p.Proofs) == 0 && p.Attested != evidence.No:
			answer = evidence.Unknown
		}
	}
	if files == 0 {
		return evidence.Unknown
	}
	return answer
}

func isBill(proof evidence.Proof) bool {
	kind := strings.ToLower(proof.Claims.PredicateType)
	return passes(proof) && (strings.Contains(kind, "spdx") || strings.Contains(kind, "cyclonedx"))
}
