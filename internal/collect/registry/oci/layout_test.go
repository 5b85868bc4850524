package oci_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/collect/registry/oci"
	"github.com/sealvet/sealvet/internal/evidence"
	fake "github.com/sealvet/sealvet/internal/registrytest/oci"
)

// layout is an OCI layout that is laid out by hand: what users have may be odd.
type layout struct {
	t       *testing.T
	dir     string
	entries []fake.Descriptor
}

func newLayout(t *testing.T) *layout {
	l := &layout{t: t, dir: t.TempDir()}
	l.write("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`))
	return l
}

func (l *layout) write(name string, body []byte) {
	l.t.Helper()
	path := filepath.Join(l.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(path, body, 0o644); err != nil {
		l.t.Fatal(err)
	}
}

func (l *layout) blob(mediaType string, body []byte, annotations map[string]string) fake.Descriptor {
	l.t.Helper()
	digest := fake.Digest(body)
	l.write("blobs/sha256/"+strings.TrimPrefix(digest, "sha256:"), body)
	return fake.Descriptor{MediaType: mediaType, Digest: digest, Size: len(body), Annotations: annotations}
}

// add writes a manifest and lists it in the index.
func (l *layout) add(m map[string]any, annotations map[string]string) fake.Descriptor {
	l.t.Helper()
	m["schemaVersion"], m["mediaType"] = 2, fake.ManifestType
	body, err := json.Marshal(m)
	if err != nil {
		l.t.Fatal(err)
	}
	d := l.blob(fake.ManifestType, body, annotations)
	l.entries = append(l.entries, d)
	return d
}

func (l *layout) close() string {
	l.t.Helper()
	body, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": fake.IndexType, "manifests": l.entries})
	if err != nil {
		l.t.Fatal(err)
	}
	l.write("index.json", body)
	return l.dir
}

func (l *layout) image() fake.Descriptor {
	l.t.Helper()
	labels := []byte(`{"created":"2026-03-05T12:00:00Z","config":{"Labels":{"io.modelcontextprotocol.server.name":"io.github.acme/weather"}}}`)
	return l.add(map[string]any{"config": l.blob("application/vnd.oci.image.config.v1+json", labels, nil), "layers": []any{}}, map[string]string{"org.opencontainers.image.ref.name": "1.2.0"})
}

func TestLayout(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*layout, fake.Descriptor)
		want string
	}{
		"nothing": {func(*layout, fake.Descriptor) {}, ""},
		"a referrer": {func(l *layout, image fake.Descriptor) {
			l.add(map[string]any{"artifactType": fake.BundleType, "subject": image, "layers": []any{l.blob(fake.BundleType, attest(image), nil)}}, nil)
		}, "sigstore-bundle"},
		"what cosign saves": {func(l *layout, image fake.Descriptor) {
			envelope, annotations, err := fake.Layer(attest(image))
			if err != nil {
				l.t.Fatal(err)
			}
			l.add(map[string]any{"layers": []any{l.blob(fake.EnvelopeType, envelope, annotations)}}, map[string]string{"kind": "dev.cosignproject.cosign/atts"})
		}, "cosign"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLayout(t)
			image := l.image()
			c.do(l, image)
			dir := l.close()
			if !oci.IsLayout(dir) || oci.IsLayout(filepath.Dir(dir)) {
				t.Error("a layout is not told from another directory")
			}
			found, err := oci.Layout(context.Background(), dir)
			if err != nil {
				t.Fatal(err)
			}
			p := found.Publication
			if formats(found) != c.want || p.ServerName != "io.github.acme/weather" || p.Version != "1.2.0" || !p.InTree {
				t.Errorf("found %q of %+v", formats(found), p)
			}
			if c.want == "" && p.Attested != evidence.No {
				t.Errorf("a layout without proofs reads %v", p.Attested)
			}
			for _, class := range judge(t, found) {
				if class != ok {
					t.Errorf("a good proof is %s", class)
				}
			}
		})
	}
}

func TestLayoutsThatAreOdd(t *testing.T) {
	for name, build := range map[string]func(*layout) string{
		"no image":   func(l *layout) string { return l.close() },
		"two images": func(l *layout) string { l.image(); l.add(map[string]any{"layers": []any{}}, nil); return l.close() },
		"no index":   func(l *layout) string { return l.dir },
		"an index that is no JSON": func(l *layout) string {
			l.write("index.json", []byte("{"))
			return l.dir
		},
		"a blob that is not its digest": func(l *layout) string {
			image := l.image()
			l.write("blobs/sha256/"+image.Digest[7:], []byte("{}"))
			return l.close()
		},
		"a blob that is elsewhere": func(l *layout) string {
			image := l.image()
			path := filepath.Join(l.dir, "blobs", "sha256", image.Digest[7:])
			raw, err := os.ReadFile(path)
			if err != nil {
				l.t.Fatal(err)
			}
			outside := filepath.Join(l.t.TempDir(), "outside")
			if os.WriteFile(outside, raw, 0o600) != nil || os.Remove(path) != nil || os.Symlink(outside, path) != nil {
				l.t.Skip("no links here")
			}
			return l.close()
		},
	} {
		if found, err := oci.Layout(context.Background(), build(newLayout(t))); err == nil {
			t.Errorf("%s gives %+v", name, found.Publication)
		}
	}
}
