package text_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/reports/internal/specimen"
	"github.com/sealvet/sealvet/reports/text"
)

const commit = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"

func at(line int) evidence.Location { return evidence.Location{Path: "server.json", Line: line} }

func proved(source string) evidence.Proof {
	return evidence.Proof{Format: evidence.ProofBundle, Class: provenance.OK, Engine: "sigstore-go v1.3.0", Claims: evidence.Claims{
		PredicateType: provenance.PredicateSLSA1, Issuer: provenance.IssuerGitHub, Runner: "github-hosted", Commit: commit,
		Source: "https://" + source, Signer: "https://" + source + "/.github/workflows/release.yml@refs/tags/v1.2.0",
	}}
}

func publication(line int, registry, name, version string) evidence.Publication {
	return evidence.Publication{
		Registry: registry, Name: name, Version: version, Published: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), At: at(line),
		Declared: "git+https://github.com/acme/weather.git", ServerName: "io.github.acme/weather", Attested: evidence.Known(false),
	}
}

func offered(line int, registry, identifier, version string) evidence.ServerPackage {
	return evidence.ServerPackage{Registry: registry, Identifier: evidence.Text{Value: identifier, At: at(line)}, Version: evidence.Text{Value: version}}
}

// published is a snapshot with one chain of each sort.
func published() *evidence.Snapshot {
	whole := publication(1, "npm", "@acme/weather", "1.2.0")
	whole.Attested, whole.Proofs = evidence.Yes, []evidence.Proof{proved("github.com/acme/weather")}
	wheel, source := publication(2, "pypi", "weather", "1.2.0"), publication(2, "pypi", "weather", "1.2.0")
	wheel.File, source.File = "weather-1.2.0-py3-none-any.whl", "weather-1.2.0.tar.gz"
	wheel.Attested, wheel.Proofs = evidence.Yes, whole.Proofs
	image := publication(3, "oci", "ghcr.io/acme/weather", "1.2.0")
	image.Declared, image.ServerName, image.Attested, image.Proofs = "https://github.com/mallory/weather", "", evidence.Yes, []evidence.Proof{proved("github.com/mallory/weather")}
	bundle := publication(4, "mcpb", "https://github.com/acme/weather/releases/download/v1.2.0/weather-mcp.mcpb", "")
	bundle.Pinned, bundle.Actual = strings.Repeat("a", 64), strings.Repeat("b", 64)
	loose := publication(9, "npm", "@acme/tools\x1b[31m", "0.3.0")
	loose.Attested, loose.Proofs = evidence.Yes, []evidence.Proof{{Format: evidence.ProofNPM, Class: provenance.RootStale, Detail: "the root is 400 days old"}}
	entry := publication(1, "mcp", "io.github.acme/weather", "1.2.0")
	return &evidence.Snapshot{
		Target: evidence.Target{Name: "acme/weather", Remote: "https://github.com/acme/weather", Commit: commit},
		ServerManifests: []evidence.ServerManifest{{
			Path: "server.json", Name: evidence.Text{Value: "io.github.acme/weather", At: at(1)}, Repository: evidence.Text{Value: "https://github.com/acme/weather", At: at(1)},
			Packages: []evidence.ServerPackage{
				offered(1, "npm", "@acme/weather", "1.2.0"), offered(2, "pypi", "weather", "1.3.0"), offered(3, "oci", "ghcr.io/acme/weather:1.2.0", ""),
				offered(4, "mcpb", bundle.Name, ""), offered(5, "npm", "@acme/other", "1.0.0"),
			},
		}},
		Publications: []evidence.Publication{entry, bundle, whole, image, wheel, source, loose},
		Histories:    []evidence.History{{Tags: []evidence.GitObject{{Name: "v1.2.0", Target: commit}}}},
		Gaps:         []evidence.Gap{{Kind: evidence.Publications, Subject: "npm:@acme/other", Reason: "registry.example.com answered 503 Service Unavailable"}},
	}
}

func TestChains(t *testing.T) {
	var out bytes.Buffer
	if err := text.Chains(&out, provenance.Chains(published()), text.Style{Width: 120}); err != nil {
		t.Fatal(err)
	}
	specimen.Golden(t, "chains.txt", out.Bytes())
}

func TestNoChains(t *testing.T) {
	var out bytes.Buffer
	if err := text.Chains(&out, provenance.Chains(&evidence.Snapshot{}), text.Style{}); err != nil || out.Len() > 0 {
		t.Errorf("%v %q", err, out.String())
	}
}

// What registries say is as hostile as what files say.
func TestHostileChains(t *testing.T) {
	for what, poison := range specimen.Poison {
		chains := []provenance.Chain{{Artifact: poison, Entry: poison, State: provenance.Broken, Links: []provenance.Link{
			{From: poison, To: poison, State: provenance.Broken, Reason: poison}, {From: "a", To: "b", State: provenance.Holds, Reason: poison},
		}}}
		for _, style := range []text.Style{{}, {Width: 20}, {Width: 80, Color: true}} {
			var out bytes.Buffer
			if err := text.Chains(&out, chains, style); err != nil {
				t.Fatal(err)
			}
			specimen.Inert(t, fmt.Sprintf("%s, %+v", what, style), out.Bytes(), style.Color)
			if out.Len() > 40_000 {
				t.Errorf("%s: %d bytes; long names are cut", what, out.Len())
			}
		}
	}
}

// A report of many packages shows what does not hold.
func TestManyChains(t *testing.T) {
	r := specimen.Good()
	for range 5 {
		r.Chains = append(r.Chains, provenance.Chains(published())...)
	}
	report := string(write(t, r, text.Style{}))
	if strings.Contains(report, "it is published") || !strings.Contains(report, "it was built from github.com/mallory/weather") || !strings.Contains(report, "offered as io.github.acme/weather: ok") {
		t.Errorf("the report of many chains:\n%s", report)
	}
}
