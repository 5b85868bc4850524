package provenance_test

import (
	"testing"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// What nobody could judge passes no check, whatever the reason and the registry.
func TestUnknownPassesNothing(t *testing.T) {
	var undetermined []evidence.ProofClass
	for _, class := range provenance.Classes() {
		if provenance.OutcomeOf(class) == provenance.Undetermined {
			undetermined = append(undetermined, class)
		}
	}
	if len(undetermined) < 5 {
		t.Fatalf("only %v are undetermined", undetermined)
	}
	claims := evidence.Claims{Source: "https://github.com/acme/weather", Issuer: provenance.IssuerGitHub, Runner: "github-hosted", PredicateType: provenance.PredicateSLSA1}
	publication := func(registry string, rank int) evidence.Publication {
		p := evidence.Publication{Registry: registry, Name: "weather", Version: "v1", Rank: rank, Pinned: "aa", Declared: "https://github.com/acme/weather"}
		if registry == "github-release" {
			p.File = "weather.tgz"
		}
		return p
	}
	for _, registry := range []string{"npm", "pypi", "oci", "github-release", "mcpb", "go"} {
		silent := publication(registry, 0)
		silent.Why = "it did not answer"
		holdUnknown(t, registry+" silent", silent)
		for _, class := range undetermined {
			unjudged := publication(registry, 0)
			format := evidence.ProofBundle
			if registry == "mcpb" {
				format = evidence.ProofMCPB
			}
			unjudged.Attested = evidence.Yes
			unjudged.Proofs = []evidence.Proof{{Format: format, Class: class, Claims: claims, Level: 3}}
			before := publication(registry, 1)
			before.Attested, before.Proofs = evidence.Yes, []evidence.Proof{{Format: format, Class: provenance.OK, Claims: claims}}
			holdUnknown(t, registry+" "+string(class), unjudged, before)
		}
	}
}

func holdUnknown(t *testing.T, name string, publications ...evidence.Publication) {
	t.Helper()
	seen := &evidence.Snapshot{
		Target:       evidence.Target{Remote: "https://github.com/acme/weather"},
		Publications: publications,
		Releases:     []evidence.Release{{Tag: "v1", Assets: []evidence.Asset{{Name: "weather.tgz"}}}},
		Settings: evidence.Settings{Provenance: evidence.ProvenanceSettings{
			MinLevel: 1, Builders: []evidence.TrustedBuilder{{Issuer: provenance.IssuerGitHub, Signer: "https://github.com/acme/*", Level: 2}},
		}},
	}
	for _, check := range checks.All {
		if check.Source != audit.FromRegistry || check.ID == "release-without-sbom" {
			continue // a bill needs no proof: its own cases tell
		}
		if result := audit.Run([]*audit.Check{check}, seen)[0]; result.Outcome == audit.Passed || result.Outcome == audit.Failed {
			t.Errorf("%s: %s has %s", name, check.ID, result.Outcome)
		}
	}
	for _, chain := range provenance.Chains(seen) {
		if chain.State == provenance.Holds {
			t.Errorf("%s: the chain of %s holds: %+v", name, chain.Artifact, chain.Links)
		}
	}
}
