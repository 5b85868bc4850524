package provenance

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/trace"
)

// published yields the publications of some registries: those under audit (rank 0)
// or those before (rank 1).
func published(seen *evidence.Snapshot, rank int, registries ...string) iter.Seq[evidence.Publication] {
	return func(yield func(evidence.Publication) bool) {
		for _, p := range seen.Publications {
			if p.Rank != rank || p.InTree || companion(seen, p) {
				continue // of another version, fetched from nowhere, or beside what is
			}
			if slices.Contains(registries, p.Registry) && !yield(p) {
				return
			}
		}
	}
}

// companion says whether an asset of a release only goes with others: checksums,
// signatures, bills of materials.
func companion(seen *evidence.Snapshot, p evidence.Publication) bool {
	if p.Registry != "github-release" {
		return false
	}
	for _, release := range seen.Releases {
		for _, asset := range release.Assets {
			if release.Tag == p.Version && asset.Name == p.File {
				return asset.Role != ""
			}
		}
	}
	return false
}

// unasked doubts what is surely published in one of these registries and was
// neither seen nor missed: nobody asked. One doubt a registry says so.
func unasked(seen *evidence.Snapshot, record *audit.Record, registries ...string) {
	known := func(registry string) bool {
		return registry == "github-release" && len(seen.Releases) > 0 ||
			slices.ContainsFunc(seen.Publications, func(p evidence.Publication) bool { return p.Registry == registry && !p.InTree }) ||
			slices.ContainsFunc(seen.Gaps, func(g evidence.Gap) bool { return g.Kind == evidence.PublicationKind(registry) })
	}
	missed := make(map[string][]trace.Product)
	for _, p := range trace.Products(seen) {
		if p.Sure && slices.Contains(registries, p.Registry) && !known(p.Registry) { // else it is judged, or may not be published at all
			missed[p.Registry] = append(missed[p.Registry], p)
		}
	}
	for _, registry := range registries {
		if len(missed[registry]) == 0 {
			continue // nothing is published there
		}
		first := missed[registry][0]
		subject := first.String()
		if more := len(missed[registry]) - 1; more > 0 {
			subject += fmt.Sprintf(" and %d more", more)
		}
		record.Doubt(audit.Doubt{
			Subject: subject, Location: first.At, Reason: "nobody asked about it, or there is nothing yet",
			Unlock: "a scan with a network, without --offline",
		})
	}
}

// packages are the registries of packages that have a place for provenance,
// attestable all that have one.
var (
	packages   = []string{"npm", "pypi"}
	attestable = []string{"npm", "pypi", "oci", "github-release"}
)

// expected is what the policy says of proofs.
func expected(seen *evidence.Snapshot) provenance.Expect {
	expect := provenance.Expect{Deny: seen.Settings.Deny}
	for _, b := range seen.Settings.Provenance.Builders {
		expect.Builders = append(expect.Builders, provenance.Builder(b))
	}
	return expect
}

func passes(p evidence.Proof) bool { return provenance.OutcomeOfProof(p) == provenance.Pass }

// provenBy are the proofs of origin that hold.
func provenBy(p evidence.Publication) (proofs []evidence.Proof) {
	for _, proof := range p.Proofs {
		if passes(proof) && provenance.TellsOrigin(proof.Claims) {
			proofs = append(proofs, proof)
		}
	}
	return proofs
}

// doubtful notes a publication of which nobody can tell.
func doubtful(record *audit.Record, p evidence.Publication) {
	reason := p.Why
	if reason == "" {
		reason = "what answered does not say whether there is a proof"
	}
	record.Doubt(audit.Doubt{Subject: p.Whole(), Location: p.At, Reason: reason, Unlock: p.Unlock})
}

// undetermined is the first proof that nobody can judge from here.
func undetermined(p evidence.Publication) (evidence.Proof, bool) {
	for _, proof := range p.Proofs {
		if provenance.OutcomeOfProof(proof) == provenance.Undetermined {
			return proof, true
		}
	}
	return evidence.Proof{}, false
}

func doubtProof(record *audit.Record, p evidence.Publication, proof evidence.Proof) {
	record.Doubt(audit.Doubt{
		Subject: p.Whole(), Location: p.At, Reason: "its proof could not be judged: " + because(proof),
		Unlock: provenance.Remedy(proof.Class),
	})
}

// because is what a verifier says, after its class.
func because(proof evidence.Proof) string {
	if proof.Detail == "" {
		return string(proof.Class)
	}
	return fmt.Sprintf("%s, %s", proof.Class, strings.TrimSuffix(proof.Detail, "."))
}

// lower starts a sentence as a part of another.
func lower(sentence string) string {
	if sentence == "" {
		return ""
	}
	return strings.ToLower(sentence[:1]) + strings.TrimSuffix(sentence[1:], ".")
}
