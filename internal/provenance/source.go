package provenance

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// SourceOf is the source repository that a proof names, host/owner/name; empty where
// it only says who signed. Of a certificate only its own word counts: everybody can
// get one for an e-mail address and sign what they like with it. A bare key that is
// trusted vouches for the statement, and so does the code host.
func SourceOf(claims evidence.Claims) string {
	if certified(claims) && !ofReleaseService(claims) {
		return evidence.Repository(claims.Source)
	}
	return evidence.Repository(claims.ClaimedSource)
}

// predicateRelease begins the types by which a code host says which files a release
// held: true of any file that somebody uploaded.
const predicateRelease = "https://in-toto.io/attestation/release/"

// TellsOrigin says whether a proof tells where a thing comes from: a source, or a
// builder whose key is trusted. A signature by itself tells only who signed.
func TellsOrigin(claims evidence.Claims) bool {
	if strings.HasPrefix(claims.PredicateType, predicateRelease) {
		return false
	}
	return SourceOf(claims) != "" || claims.Builder != "" && !certified(claims)
}

// Decisive are the proofs of origin that count for what is asked of a publication,
// its builder and its level: those that hold and are of this repository or licensed
// for it. Where there is none, all that hold: whose they are is another question.
func Decisive(seen *evidence.Snapshot, proofs []evidence.Proof) []evidence.Proof {
	var ours, all []evidence.Proof
	for _, proof := range proofs {
		if OutcomeOfProof(proof) != Pass || !TellsOrigin(proof.Claims) {
			continue // proves nothing, or not from what it was built
		}
		all = append(all, proof)
		if OfRepository(seen, proof.Claims) || Licensed(seen.Settings, proof.Claims) {
			ours = append(ours, proof)
		}
	}
	if len(ours) > 0 {
		return ours
	}
	return all
}

// SameRepository says whether two addresses, as evidence.Repository writes them, are
// of one repository: metadata may name a folder in it.
func SameRepository(a, b string) bool {
	return a != "" && b != "" && (a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/"))
}

// OfRepository says whether a proof is of the repository under audit: by the id of
// the code host where both the proof and a server.json tell one, else by its name.
func OfRepository(seen *evidence.Snapshot, claims evidence.Claims) bool {
	ours := evidence.Repository(seen.Target.Remote)
	for _, server := range seen.ServerManifests {
		id, named := server.RepoID.Value, evidence.Repository(server.Repository.Value)
		if id != "" && claims.SourceID != "" && named == ours && !evidence.Symbolic(id) {
			return id == claims.SourceID
		}
	}
	return ours != "" && SourceOf(claims) == ours
}

// Licensed says whether the policy lets a signer sign for a repository that is not
// its own.
func Licensed(settings evidence.Settings, claims evidence.Claims) bool {
	for _, one := range settings.Provenance.Identities {
		if one.Issuer == claims.Issuer && Named(one.Identity, claims.Identity) {
			return true
		}
	}
	return false
}

// TagOf finds the tag of a published version, by the ways in which people write one,
// and the commit that it points to today. Both are empty where none is known.
func TagOf(seen *evidence.Snapshot, p evidence.Publication) (tag, commit string) {
	if p.Version == "" {
		return "", ""
	}
	base := p.Name[strings.LastIndexByte(p.Name, '/')+1:]
	is := func(name string) bool {
		switch name {
		case p.Version, "v" + p.Version, p.Name + "@" + p.Version, base + "@" + p.Version, base + "-v" + p.Version, base + "/v" + p.Version:
			return true
		}
		return false
	}
	for _, release := range seen.Releases {
		if is(release.Tag) && release.Commit != "" {
			return release.Tag, release.Commit
		}
	}
	for _, history := range seen.Histories {
		for _, t := range history.Tags {
			if is(t.Name) && t.Target != "" {
				return t.Name, t.Target
			}
		}
	}
	return "", ""
}
