package oci

import (
	"encoding/json"
)

// Image pushes an image of one layer.
func (s *Server) Image(repository, tag, content string, labels map[string]string) Descriptor {
	s.t.Helper()
	configuration, err := json.Marshal(map[string]any{
		"created": "2026-03-05T12:00:00Z", "os": "linux", "architecture": "amd64", "config": map[string]any{"Labels": labels},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{Digest([]byte(content))}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.Manifest(repository, tag, map[string]any{
		"schemaVersion": 2, "mediaType": ManifestType,
		"config": s.Blob(repository, "application/vnd.oci.image.config.v1+json", configuration, nil),
		"layers": []any{s.Blob(repository, "application/vnd.oci.image.layer.v1.tar", []byte(content), nil)},
	})
}

// Index pushes an index of images and of what BuildKit attached to them.
func (s *Server) Index(repository, tag string, manifests ...Descriptor) Descriptor {
	s.t.Helper()
	return s.Manifest(repository, tag, map[string]any{"schemaVersion": 2, "mediaType": IndexType, "manifests": manifests})
}

// For gives an image of an index its platform.
func (d Descriptor) For(os, architecture string) Descriptor {
	d.Platform = map[string]string{"os": os, "architecture": architecture}
	return d
}

// empty is the configuration of an artifact that has none.
func (s *Server) empty(repository string) Descriptor {
	return s.Blob(repository, "application/vnd.oci.empty.v1+json", []byte("{}"), nil)
}

// Refer pushes a manifest that refers to an image, as GitHub and cosign v3 attach a
// bundle.
func (s *Server) Refer(repository string, image Descriptor, artifactType, layerType string, layer []byte) Descriptor {
	s.t.Helper()
	return s.Manifest(repository, "", s.referrer(repository, image, artifactType, layerType, layer))
}

func (s *Server) referrer(repository string, image Descriptor, artifactType, layerType string, layer []byte) map[string]any {
	return map[string]any{
		"schemaVersion": 2, "mediaType": ManifestType, "artifactType": artifactType, "config": s.empty(repository),
		"layers": []any{s.Blob(repository, layerType, layer, nil)}, "subject": image,
	}
}

// Fallback pushes a referrer and lists it under the tag that stands in for the list
// of referrers.
func (s *Server) Fallback(repository string, image Descriptor, artifactType, layerType string, layer []byte) {
	s.t.Helper()
	one := s.Refer(repository, image, artifactType, layerType, layer)
	s.Index(repository, Old(image, ""), one)
}

// Cosign pushes what cosign v1 and v2 put under a tag of the old scheme (.sig, .att,
// .sbom): a layer with the signature in its annotations.
func (s *Server) Cosign(repository string, image Descriptor, end, layerType string, layer []byte, annotations map[string]string) Descriptor {
	s.t.Helper()
	return s.Manifest(repository, Old(image, end), map[string]any{
		"schemaVersion": 2, "mediaType": ManifestType, "config": s.empty(repository),
		"layers": []any{s.Blob(repository, layerType, layer, annotations)},
	})
}

// BuildKit pushes the manifest that BuildKit attaches to an image of an index: a
// statement that nobody signs.
func (s *Server) BuildKit(repository string, image Descriptor, predicate string) Descriptor {
	s.t.Helper()
	d := s.Manifest(repository, "", map[string]any{
		"schemaVersion": 2, "mediaType": ManifestType, "config": s.empty(repository),
		"layers": []any{s.Blob(repository, InTotoType, []byte(`{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"`+predicate+`"}`), map[string]string{"in-toto.io/predicate-type": predicate})},
	})
	d.Annotations = map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.Digest}
	return d.For("unknown", "unknown")
}
