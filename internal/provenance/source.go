package provenance

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// SourceOf is the source repository that a proof names, host/owner/name, the
// certificate's before the statement's; empty where it only says who signed.
func SourceOf(claims evidence.Claims) string {
	if claims.Source != "" {
		return evidence.Repository(claims.Source)
	}
	return evidence.Repository(claims.ClaimedSource)
}

// predicateRelease begins the types by which a code host says which files a release
// held: true of any file that somebody uploaded.
const predicateRelease = "https://in-toto.io/attestation/release/"

// TellsOrigin says whether a proof tells where a thing comes from: a source, a
// builder. A bare key tells only who signed.
func TellsOrigin(claims evidence.Claims) bool {
	return (SourceOf(claims) != "" || claims.Builder != "") && !strings.HasPrefix(claims.PredicateType, predicateRelease)
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
