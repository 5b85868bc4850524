package oci

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	maxPlatforms = 32 // of an index; official images have about ten
	maxConfig    = 1 << 20
)

// look is one look at one image.
type look struct {
	store store
	place string // for the origins of proofs: ghcr.io/acme/weather
	spent int64  // bytes of proofs
}

// image resolves a version and finds all that proves it.
func (l *look) image(ctx context.Context, version string) (registry.Found, error) {
	version, raw, digest, err := l.resolve(ctx, version)
	if err != nil {
		return registry.Found{}, err
	}
	m, err := parseManifest(raw)
	if err != nil {
		return registry.Found{}, err
	}
	p := evidence.Publication{Version: version, Digests: sha256Digest(digest), Address: l.place + "@" + digest}
	platforms, attached := split(m)
	p.Notes = append(p.Notes, cut(platforms)...)
	platforms = platforms[:min(len(platforms), maxPlatforms)]
	l.describe(ctx, &p, m, platforms)
	l.unsigned(ctx, &p, attached)

	proofs := l.proofs(ctx, digest, true)
	found := registry.Found{Materials: proofs.materials}
	if len(proofs.materials) == 0 {
		found.Files = l.platforms(ctx, p, platforms, &proofs)
	}
	proofs.say(&p)
	found.Publication = p
	found.Previous = l.previous(ctx, p, version)
	return found, nil
}

// resolve reads the manifest of a version, and finds the version where none is
// given.
func (l *look) resolve(ctx context.Context, version string) (string, []byte, string, error) {
	asked := cmp.Or(version, "latest")
	raw, digest, err := l.store.manifest(ctx, asked)
	if version != "" || !absent(err) {
		return asked, raw, digest, err
	}
	tags, listed := l.store.tags(ctx)
	if listed != nil {
		return "", nil, "", err // there is no latest, and nobody can tell the others
	}
	highest := highestBelow(tags, "")
	if highest == "" {
		return "", nil, "", fmt.Errorf("it has neither a tag latest nor one of a version: %w", web.ErrAbsent)
	}
	raw, digest, err = l.store.manifest(ctx, highest)
	return highest, raw, digest, err
}

// split tells the platforms of an index from what BuildKit attached to them.
func split(m manifest) (platforms, attached []descriptor) {
	for _, d := range m.Manifests {
		switch {
		case d.Annotations["vnd.docker.reference.type"] == "attestation-manifest":
			attached = append(attached, d)
		case d.ArtifactType != "" || !isDigest(d.Digest):
			continue // no image
		default:
			platforms = append(platforms, d)
		}
	}
	return platforms, attached
}

func cut(platforms []descriptor) []string {
	if len(platforms) <= maxPlatforms {
		return nil
	}
	return []string{fmt.Sprintf("it has %d platforms, %d are looked at", len(platforms), maxPlatforms)}
}

// name is a platform for people.
func (d descriptor) name() string {
	if d.Platform == nil {
		return d.Digest
	}
	parts := []string{d.Platform.OS, d.Platform.Architecture}
	if d.Platform.Variant != "" {
		parts = append(parts, d.Platform.Variant)
	}
	return strings.Join(parts, "/")
}

// platforms looks for the proofs of each platform where the index has none. They
// are files of the publication where one of them has a proof.
func (l *look) platforms(ctx context.Context, whole evidence.Publication, platforms []descriptor, of *proofs) []registry.Found {
	var files []registry.Found
	any := false
	for _, d := range platforms {
		own := l.proofs(ctx, d.Digest, len(platforms) == 1)
		p := whole
		p.Name, p.Digests, p.Notes, p.Address = d.name(), sha256Digest(d.Digest), nil, l.place+"@"+d.Digest
		own.say(&p)
		any = any || len(own.materials) > 0
		if own.unsure != "" && of.unsure == "" {
			of.unsure, of.err = own.unsure, own.err
		}
		of.bill = of.bill || own.bill
		files = append(files, registry.Found{Publication: p, Materials: own.materials})
	}
	if !any {
		return nil
	}
	slices.SortStableFunc(files, func(a, b registry.Found) int { return cmp.Compare(a.Publication.Name, b.Publication.Name) })
	return files
}

// unsigned says what BuildKit wrote of an image: statements that nobody signed.
func (l *look) unsigned(ctx context.Context, p *evidence.Publication, attached []descriptor) {
	if len(attached) == 0 {
		return
	}
	raw, _, err := l.store.manifest(ctx, attached[0].Digest) // those of the other platforms are alike
	var m manifest
	if err == nil {
		m, err = parseManifest(raw)
	}
	if err != nil {
		p.Notes = append(p.Notes, "what BuildKit attached was not read: "+err.Error())
		return
	}
	var said []string
	for _, layer := range m.Layers {
		predicate := layer.Annotations["in-toto.io/predicate-type"]
		switch {
		case strings.HasPrefix(predicate, "https://slsa.dev/provenance/"):
			said = append(said, "provenance")
		case isBill(predicate):
			said = append(said, "a bill of materials")
			p.Bill = evidence.Yes
		}
	}
	slices.Sort(said)
	if said = slices.Compact(said); len(said) > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("BuildKit wrote %s into the image, and nobody signed it", strings.Join(said, " and ")))
	}
}

func isBill(predicate string) bool {
	predicate = strings.ToLower(predicate)
	return strings.Contains(predicate, "spdx") || strings.Contains(predicate, "cyclonedx")
}
