package oci

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
)

// refName and kindName are the annotations by which a layout names what is in it:
// the tag, and what cosign save adds.
const (
	refName  = "org.opencontainers.image.ref.name"
	kindName = "kind"
)

// layoutStore is an OCI layout on disk. Links that lead out of it are not followed.
type layoutStore struct {
	root    *os.Root
	entries []descriptor
}

// IsLayout says whether a directory is an OCI layout.
func IsLayout(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, "oci-layout"))
	return err == nil && info.Mode().IsRegular()
}

// Layout looks at the one image of an OCI layout, and at what proves it there.
func Layout(ctx context.Context, dir string) (registry.Found, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return registry.Found{}, err
	}
	defer root.Close()
	l := &layoutStore{root: root}
	raw, err := l.read("index.json", maxManifest)
	if err != nil {
		return registry.Found{}, fmt.Errorf("read the layout %s: %w", dir, err)
	}
	m, err := parseManifest(raw)
	if err != nil {
		return registry.Found{}, fmt.Errorf("read the layout %s: %w", dir, err)
	}
	l.entries = m.Manifests[:min(len(m.Manifests), maxReferrers)]
	image, err := l.image(dir)
	if err != nil {
		return registry.Found{}, err
	}
	found, err := (&look{store: l, place: dir}).image(ctx, image.Digest)
	if err != nil {
		return registry.Found{}, fmt.Errorf("read the layout %s: %w", dir, err)
	}
	p := &found.Publication
	p.Name, p.InTree, p.Version = filepath.Base(dir), true, image.Annotations[refName]
	if len(m.Manifests) > len(l.entries) {
		p.Notes = append(p.Notes, fmt.Sprintf("the layout has %d manifests, %d are looked at", len(m.Manifests), len(l.entries)))
	}
	return found, nil
}

// image is the one entry that is no proof of another.
func (l *layoutStore) image(dir string) (descriptor, error) {
	var images []descriptor
	for _, d := range l.entries {
		if kind := d.Annotations[kindName]; kind == "dev.cosignproject.cosign/sigs" || kind == "dev.cosignproject.cosign/atts" || d.ArtifactType != "" {
			continue // a proof
		}
		raw, _, err := l.manifest(context.Background(), d.Digest)
		if err != nil {
			return d, fmt.Errorf("read the layout %s: %w", dir, err)
		}
		if m, err := parseManifest(raw); err == nil && (m.Subject != nil || m.ArtifactType != "" || isOldTag(d.Annotations[refName])) {
			continue // a proof
		}
		images = append(images, d)
	}
	if len(images) != 1 {
		return descriptor{}, fmt.Errorf("the layout %s holds %d images; one is looked at", dir, len(images))
	}
	return images[0], nil
}

// isOldTag knows the tags that cosign and the referrers' fallback use.
func isOldTag(tag string) bool {
	return len(tag) >= len("sha256-")+64 && tag[:7] == "sha256-"
}

// manifest finds one by digest among the blobs, by tag among the entries.
func (l *layoutStore) manifest(_ context.Context, version string) ([]byte, string, error) {
	digest := version
	if !isDigest(version) {
		digest = ""
		for _, d := range l.entries {
			if d.Annotations[refName] == version || l.saved(d, version) {
				digest = d.Digest
			}
		}
	}
	if !isDigest(digest) {
		return nil, "", web.ErrAbsent
	}
	raw, err := l.read(filepath.Join("blobs", "sha256", digest[7:]), maxManifest)
	if os.IsNotExist(err) {
		return nil, "", web.ErrAbsent
	}
	if err == nil && digestOf(raw) != digest {
		err = fmt.Errorf("%s: %w", digest, web.ErrDigest)
	}
	return raw, digest, err
}

// saved knows the entries of cosign save: one image, and its signatures and
// attestations by their kind.
func (l *layoutStore) saved(d descriptor, tag string) bool {
	switch d.Annotations[kindName] {
	case "dev.cosignproject.cosign/sigs":
		return isOldTag(tag) && filepath.Ext(tag) == ".sig"
	case "dev.cosignproject.cosign/atts":
		return isOldTag(tag) && filepath.Ext(tag) == ".att"
	}
	return false
}

func (l *layoutStore) blob(_ context.Context, d descriptor) ([]byte, error) {
	if !isDigest(d.Digest) {
		return nil, fmt.Errorf("%q is no digest that is read", d.Digest)
	}
	file, err := l.open(filepath.Join("blobs", "sha256", d.Digest[7:]))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readBlob(file, d)
}

// referrers lists every entry but the image: each says itself whom it refers to.
func (l *layoutStore) referrers(_ context.Context, digest string) ([]descriptor, error) {
	var list []descriptor
	for _, d := range l.entries {
		if d.Digest != digest {
			list = append(list, d)
		}
	}
	return list, nil
}

func (l *layoutStore) tags(context.Context) ([]string, error) { return nil, nil }

func (l *layoutStore) open(name string) (*os.File, error) {
	file, err := l.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		file.Close()
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	return file, nil
}

func (l *layoutStore) read(name string, most int64) ([]byte, error) {
	file, err := l.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(raw)) > most {
		err = fmt.Errorf("%s has more than %d bytes", name, most)
	}
	return raw, err
}
