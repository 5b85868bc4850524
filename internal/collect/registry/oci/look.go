package oci

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	maxPlatforms = 32 // of an index; official images have about ten
	maxConfig    = 1 << 20
)

// Labels that images carry.
const (
	labelServer = "io.modelcontextprotocol.server.name"
	labelSource = "org.opencontainers.image.source"
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

// config is what is read of an image's configuration.
type config struct {
	Created time.Time `json:"created"`
	Config  struct {
		Labels map[string]string `json:"Labels"`
	} `json:"config"`
}

// describe reads labels: of the image, for an index those of the platform that most
// pull, and the annotations of the index where the labels say nothing.
func (l *look) describe(ctx context.Context, p *evidence.Publication, m manifest, platforms []descriptor) {
	image, notes := m, m.Annotations
	if m.isIndex() || len(platforms) > 0 {
		if len(platforms) == 0 {
			return
		}
		one := platforms[max(slices.IndexFunc(platforms, func(d descriptor) bool { return d.name() == "linux/amd64" }), 0)]
		raw, _, err := l.store.manifest(ctx, one.Digest)
		if err == nil {
			image, err = parseManifest(raw)
		}
		if err != nil {
			p.Notes = append(p.Notes, "its labels were not read: "+err.Error())
			return
		}
	}
	var c config
	raw, err := l.configuration(ctx, image.Config)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil {
		p.Notes = append(p.Notes, "its labels were not read: "+err.Error())
	}
	label := func(name string) string { return cmp.Or(c.Config.Labels[name], image.Annotations[name], notes[name]) }
	p.ServerName, p.Declared, p.Published = label(labelServer), label(labelSource), c.Created
}

func (l *look) configuration(ctx context.Context, d descriptor) ([]byte, error) {
	if d.Size > maxConfig {
		return nil, fmt.Errorf("its configuration has %d bytes", d.Size)
	}
	return l.store.blob(ctx, d)
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

// previous is the highest version below this one among the tags. A moving tag is of
// the version that its label tells.
func (l *look) previous(ctx context.Context, p evidence.Publication, version string) string {
	if canonical(version) == "" {
		return "" // a digest, or a tag that moves
	}
	tags, err := l.store.tags(ctx)
	if err != nil && !errors.Is(err, web.ErrAbsent) {
		return "" // nobody can tell
	}
	return highestBelow(tags, version)
}

// canonical is a tag as a version, empty for one that is none: v1.2.0 and 1.2.0,
// not 1.2, which moves.
func canonical(tag string) string {
	v := "v" + strings.TrimPrefix(tag, "v")
	if !semver.IsValid(v) || semver.Canonical(v) != strings.SplitN(v, "+", 2)[0] {
		return ""
	}
	return v
}

// highestBelow is the highest full version below another, of the same spelling; of
// all when that is empty. Prereleases count only below one.
func highestBelow(tags []string, limit string) string {
	below := canonical(limit)
	best := ""
	for _, tag := range tags {
		v := canonical(tag)
		switch {
		case v == "" || len(tag) > 128:
			continue // no version
		case semver.Prerelease(v) != "" && (below == "" || semver.Prerelease(below) == ""):
			continue // nobody gets it who does not ask for it
		case limit != "" && (strings.HasPrefix(limit, "v") != strings.HasPrefix(tag, "v") || semver.Compare(v, below) >= 0):
			continue // not below
		}
		if best == "" || semver.Compare(v, canonical(best)) > 0 {
			best = tag
		}
	}
	return best
}
