package github

import (
	"context"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/registry/folder"
	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	hashMost = 8         // assets without a digest that are downloaded to be hashed
	hashSize = 256 << 20 // bytes of each
)

// find says what is known of a release: each asset that users run or install is a
// file of it, the others are proofs.
func (r *repository) find(ctx context.Context, one release) (registry.Found, error) {
	assets := one.assets()
	digests := r.digests(ctx, assets)
	ask := sortedDigests(digests)
	if before := r.previous(one.Tag); before != "" { // its turn comes next: one request for both
		for _, other := range r.releases {
			if other.Tag == before {
				for _, a := range other.assets() {
					if d := a.digest(); d.Value != "" && Role(a.Name) == "" {
						ask = append(ask, d.String())
					}
				}
			}
		}
	}
	r.attestations(ctx, ask)

	whole := evidence.Publication{
		Registry: "github-release", Name: r.owner + "/" + r.name, Version: one.Tag, Host: r.source.host(), Address: one.Page,
		Published: one.when(), Declared: "https://" + r.source.host() + "/" + r.owner + "/" + r.name, Bill: bill(assets),
	}
	found := registry.Found{Previous: r.previous(one.Tag)}
	var note string
	if found.Materials, note = r.ofRelease(ctx, one); note != "" {
		whole.Notes = append(whole.Notes, note)
	}
	search := folder.NewSearch(&shelf{ctx: ctx, repository: r, assets: assets})
	for _, a := range assets {
		if Role(a.Name) == "" {
			found.Files = append(found.Files, r.file(search, whole, a, digests[a.Name]))
		}
	}
	whole.Attested, whole.Why, whole.Unlock = together(found)
	found.Publication = whole
	return found, nil
}

// digests are those of the assets that users get: as GitHub tells them, else of what
// is downloaded.
func (r *repository) digests(ctx context.Context, assets []asset) map[string]evidence.Digest {
	known := map[string]evidence.Digest{}
	hashed := 0
	for _, a := range assets {
		if Role(a.Name) != "" {
			continue // no subject of a proof
		}
		if d := a.digest(); d.Value != "" {
			known[a.Name] = d
			continue
		}
		if hashed == hashMost || a.Size > hashSize {
			continue // file says so
		}
		hashed++
		request, err := r.source.download(r, a)
		if err != nil {
			continue // file says so
		}
		request.Max = hashSize
		if content, err := r.source.web.Hash(ctx, request); err == nil {
			known[a.Name] = content.Digests[0]
		}
	}
	return known
}

func sortedDigests(known map[string]evidence.Digest) []string {
	var all []string
	for _, d := range known {
		all = append(all, d.String())
	}
	slices.Sort(all)
	return all
}

// bill says whether a bill of materials lies among the assets.
func bill(assets []asset) evidence.Answer {
	return evidence.Known(slices.ContainsFunc(assets, func(a asset) bool { return Role(a.Name) == "sbom" }))
}

// file says what is known of one asset.
func (r *repository) file(search *folder.Search, whole evidence.Publication, a asset, digest evidence.Digest) registry.Found {
	p := whole
	p.Name, p.Address, p.Notes = a.Name, a.Address, nil
	if !a.Updated.IsZero() {
		p.Published = a.Updated
	}
	if digest.Value == "" {
		p.Why, p.Unlock = "GitHub tells no digest of it, and it was not downloaded", "upload it again, or download it and run sealvet verify on it"
		return registry.Found{Publication: p} // a proof could be held against nothing
	}
	p.Digests = []evidence.Digest{digest}
	stored := r.attested[digest.String()]
	if stored == nil {
		stored = &attested{why: "attestations were not asked for", unlock: "run again"}
	}
	beside := search.For(folder.Artifact{Name: a.Name, Digests: p.Digests})
	found := registry.Found{Materials: append(slices.Clone(stored.materials), beside.Materials...)}
	p.Notes = beside.Notes
	if stored.cut {
		p.Notes = append(p.Notes, fmt.Sprintf("GitHub has more attestations of it than the %d that were read", len(stored.materials)))
	}
	if beside.Bill || stored.bill {
		p.Bill = evidence.Yes
	}
	switch {
	case len(stored.materials) > 0 || beside.Signed():
		p.Attested = evidence.Yes
		if stored.why != "" {
			p.Notes = append(p.Notes, stored.why)
		}
	case stored.answer == evidence.Unknown:
		p.Attested, p.Why, p.Unlock = evidence.Unknown, stored.why, stored.unlock
	case beside.Partial != "":
		p.Attested, p.Why, p.Unlock = evidence.Unknown, beside.Partial, "a release with fewer or smaller proofs, or a token"
	default:
		p.Attested = evidence.No
	}
	found.Publication = p
	return found
}

// together is the answer for the release: as weak as that of its weakest asset.
func together(found registry.Found) (evidence.Answer, string, string) {
	answer, why, unlock := evidence.Yes, "", ""
	for _, file := range found.Files {
		switch file.Publication.Attested {
		case evidence.No:
			return evidence.No, "", ""
		case evidence.Unknown:
			answer, why, unlock = evidence.Unknown, file.Publication.Why, file.Publication.Unlock
		case evidence.Yes:
			// no weaker than the rest
		}
	}
	if len(found.Files) == 0 {
		return evidence.Known(len(found.Materials) > 0), "", ""
	}
	return answer, why, unlock
}
