package oci

import (
	"testing"

	"github.com/sealvet/sealvet/internal/collect/registry"
)

func TestNamesAsDockerReadsThem(t *testing.T) {
	for name, want := range map[string]string{
		"weather": "docker.io/library/weather", "acme/weather": "docker.io/acme/weather", "docker.io/acme/weather": "docker.io/acme/weather",
		"ghcr.io/acme/weather": "ghcr.io/acme/weather", "registry.example.com:5000/a/b": "registry.example.com:5000/a/b", "localhost/a": "localhost/a",
	} {
		named, version, err := parse(registry.Reference{Name: name})
		if err != nil || named.Name() != want || version != "" {
			t.Errorf("%s is %v %q, %v", name, named, version, err)
		}
	}
	if named, version, err := parse(registry.Reference{Name: "ghcr.io/acme/weather:1.2.0"}); err != nil || version != "1.2.0" || named.Name() != "ghcr.io/acme/weather" {
		t.Errorf("with a tag: %v %q, %v", named, version, err)
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"a","config":{"digest":"sha256:aa","size":2},"layers":[{"mediaType":"x","size":1}],"subject":{"digest":"sha256:bb"}}`))
	f.Add([]byte(`{"manifests":[{"digest":"sha256:aa","platform":{"os":"linux","architecture":"arm64","variant":"v8"},"annotations":{"vnd.docker.reference.type":"attestation-manifest"}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := parseManifest(raw)
		if err != nil {
			return
		}
		platforms, attached := split(m)
		if len(platforms)+len(attached) > len(m.Manifests) {
			t.Fatal("more than there are")
		}
		for _, d := range platforms {
			d.name()
		}
	})
}

func FuzzVersions(f *testing.F) {
	f.Add("1.2.0", "v1.1.0", "1.3.0-rc.1")
	f.Fuzz(func(t *testing.T, limit, a, b string) {
		best := highestBelow([]string{a, b}, limit)
		if best != "" && canonical(best) == "" {
			t.Fatalf("%q is no version", best)
		}
		if limit != "" && best == limit {
			t.Fatal("a version is before itself")
		}
		_, _, _ = parse(registry.Reference{Name: limit, Version: a})
	})
}
