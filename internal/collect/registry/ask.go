package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

// ask looks up one product: the version under audit, and the one before it.
func (c *collector) ask(ctx context.Context, p trace.Product) answer {
	var a answer
	if lister, lists := c.Sources[p.Registry].(Lister); lists && p.Registry == "github-release" {
		releases, err := lister.Releases(ctx, p.Name)
		switch {
		case web.NotFound(err):
			a.gap(p, "the code host shows no repository "+p.Name, "a token that may read it (contents: read)")
			return a
		case err != nil:
			a.fail(p, err)
			return a
		case len(releases) == 0:
			return a // it has none: nothing to prove
		}
		a.releases = releases
	}
	found, missing, err := c.find(ctx, p)
	switch {
	case err != nil:
		a.fail(p, err)
		return a
	case missing && !p.Sure:
		return a // nobody said that it is published
	case missing:
		a.publications = []evidence.Publication{{
			Registry: p.Registry, Name: p.Name, Version: p.Version, At: p.At,
			Why: "there is nothing of that name, or nobody may see it", Unlock: "publish it, or correct its name",
		}}
		return a
	}
	if stranger := c.stranger(p, found.Publication); stranger != "" {
		kind := evidence.PublicationKind(p.Registry)
		if !p.Sure {
			kind = evidence.Listing // somebody else's, as far as anybody knows: it leaves no check open
		}
		a.gaps = append(a.gaps, evidence.Gap{
			Kind: kind, Subject: p.String(), At: p.At, Reason: stranger, Unlock: "mark its manifest private, or name this repository in its metadata",
		})
		return a
	}
	a.publications = c.publish(ctx, p, found, 0)
	if found.Previous == "" {
		return a
	}
	before, err := c.Sources[p.Registry].Find(ctx, Reference{Registry: p.Registry, Name: p.Name, Version: found.Previous})
	if err != nil {
		a.publications = append(a.publications, evidence.Publication{
			Registry: p.Registry, Name: p.Name, Version: found.Previous, Rank: 1, At: p.At, Why: err.Error(), Unlock: unlock(err),
		})
		return a
	}
	a.publications = append(a.publications, c.publish(ctx, p, before, 1)...)
	return a
}

// find takes the version that the tree names, else the newest.
func (c *collector) find(ctx context.Context, p trace.Product) (found Found, missing bool, err error) {
	version := p.Version
	if p.Registry == "github-release" {
		version = c.tag()
	}
	reference := Reference{Registry: p.Registry, Name: p.Name, Version: version}
	if p.SHA256 != "" {
		reference.Digest = evidence.Digest{Algorithm: "sha256", Value: p.SHA256}
	}
	found, err = c.Sources[p.Registry].Find(ctx, reference)
	if web.NotFound(err) && version != "" { // not published yet
		reference.Version = ""
		found, err = c.Sources[p.Registry].Find(ctx, reference)
	}
	if web.NotFound(err) {
		return found, true, nil
	}
	return found, false, err
}

// tag is the one that the commit under audit bears, empty for none.
func (c *collector) tag() string {
	var tags []string
	for _, history := range c.seen.Histories {
		for _, tag := range history.Tags {
			if target := cmp.Or(tag.Target, tag.ID); target == c.seen.Target.Commit && target != "" {
				tags = append(tags, tag.Name)
			}
		}
	}
	if len(tags) != 1 {
		return "" // several releases of one commit: the newest is as good as any
	}
	return tags[0]
}

// stranger says why something of that name is not taken for this repository's.
// What server.json offers is what its users fetch, whoever makes it.
func (c *collector) stranger(p trace.Product, found evidence.Publication) string {
	declared := evidence.Repository(found.Declared)
	switch {
	case p.Offered || p.Registry == "github-release" || within(declared, c.ours):
		return ""
	case declared != "" && c.ours != "":
		return fmt.Sprintf("the registry holds something of that name from %s, and this is %s", declared, c.ours)
	case p.Sure:
		return ""
	}
	return "the registry holds something of that name, and does not say that it is of this repository"
}

// within says whether an address is of a repository, or of a folder in it.
func within(address, repository string) bool {
	return repository != "" && (address == repository || strings.HasPrefix(address, repository+"/"))
}

func (a *answer) fail(p trace.Product, err error) { a.gap(p, err.Error(), unlock(err)) }

// unlock says what would let an answer through.
func unlock(err error) string {
	var refused *web.Refused
	switch {
	case errors.Is(err, web.ErrOffline):
		return unlockNetwork
	case errors.As(err, &refused):
		return "list the host under provenance.registries of the policy, if it may be asked"
	case web.Denied(err):
		return "a token that may read it"
	case errors.Is(err, context.Canceled):
		return "a run that is not interrupted"
	}
	return "run again when the registry answers"
}

// publish makes publications of what was found: one, or one for each file.
func (c *collector) publish(ctx context.Context, p trace.Product, found Found, rank int) []evidence.Publication {
	whole := found.Publication
	whole.Registry, whole.Name, whole.Rank, whole.At = p.Registry, p.Name, rank, p.At
	if len(found.Files) == 0 || p.Registry == "oci" && (len(found.Materials) > 0 || !proved(found.Files)) {
		// The proof of an image index is one of all its platforms.
		if p.SHA256 != "" && rank == 0 {
			whole.Pinned, whole.Actual = p.SHA256, digestOf(whole, "sha256")
		}
		c.prove(ctx, &whole, found.Materials, nil)
		return []evidence.Publication{whole}
	}
	var all []evidence.Publication
	for _, file := range found.Files {
		one := file.Publication
		one.File, one.Name, one.Registry, one.Rank, one.At = one.Name, p.Name, p.Registry, rank, p.At
		one.Version = cmp.Or(whole.Version, one.Version)
		one.Declared, one.ServerName = cmp.Or(one.Declared, whole.Declared), cmp.Or(one.ServerName, whole.ServerName)
		if one.Attested == evidence.Unknown && one.Why == "" {
			one.Attested, one.Why, one.Unlock = whole.Attested, whole.Why, whole.Unlock
		}
		if whole.Bill == evidence.Yes { // a bill beside the files is one of each of them
			one.Bill = evidence.Yes
		}
		c.prove(ctx, &one, file.Materials, found.Materials)
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b evidence.Publication) int { return cmp.Compare(a.File, b.File) })
	return all
}

func proved(files []Found) bool {
	return slices.ContainsFunc(files, func(f Found) bool { return len(f.Materials) > 0 })
}

func digestOf(p evidence.Publication, algorithm string) string {
	for _, digest := range p.Digests {
		if digest.Algorithm == algorithm {
			return digest.Value
		}
	}
	return ""
}
