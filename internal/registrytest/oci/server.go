// Package oci is an image registry for tests, in process: go-containerregistry's,
// with or without the list of referrers, and with a token that another host hands
// out. It pushes images, indexes, and proofs of them as they lie in the world.
package oci

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/sealvet/sealvet/internal/registrytest"
)

// Server is a registry.
type Server struct {
	*registrytest.Server
	t testing.TB
	// Realm, where set, is the address that hands out tokens; nobody is answered without Token.
	Realm string
}

// Token is what the realm hands out; it is a secret of nobody.
const Token = "test-only-token-of-the-registry"

// Serve starts a registry that stops with the test.
func Serve(t testing.TB, referrers bool) *Server {
	s := &Server{t: t}
	inner := registry.New(registry.WithReferrersSupport(referrers), registry.Logger(log.New(io.Discard, "", 0)))
	s.Server = registrytest.Start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Realm != "" && r.Header.Get("Authorization") != "Bearer "+Token && r.Header.Get("X-Test-Push") == "" {
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm=%q,service="registry.example.com",scope="repository:acme/weather:pull"`, s.Realm))
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	return s
}

// Issue is a realm: it hands out the token to everybody.
func Issue(t testing.TB) *registrytest.Server {
	return registrytest.Start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		registrytest.JSON(w, r, "application/json", map[string]string{"token": Token})
	}))
}

// Descriptor names a blob or a manifest.
type Descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int               `json:"size"`
	ArtifactType string            `json:"artifactType,omitempty"`
	Platform     map[string]string `json:"platform,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
}

// Media types.
const (
	ManifestType = "application/vnd.oci.image.manifest.v1+json"
	IndexType    = "application/vnd.oci.image.index.v1+json"
	BundleType   = "application/vnd.dev.sigstore.bundle.v0.3+json"
	EnvelopeType = "application/vnd.dsse.envelope.v1+json"
	SigningType  = "application/vnd.dev.cosign.simplesigning.v1+json"
	InTotoType   = "application/vnd.in-toto+json"
)

// put sends a manifest or a blob.
func (s *Server) put(path, contentType string, body []byte) {
	s.t.Helper()
	request, err := http.NewRequest(http.MethodPut, s.URL+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("X-Test-Push", "yes")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		said, _ := io.ReadAll(answer.Body)
		s.t.Fatalf("push %s: %s: %s", path, answer.Status, said)
	}
}

// Blob pushes a blob.
func (s *Server) Blob(repository, mediaType string, body []byte, annotations map[string]string) Descriptor {
	s.t.Helper()
	digest := Digest(body)
	request, err := http.NewRequest(http.MethodPost, s.URL+"/v2/"+repository+"/blobs/uploads/?digest="+digest, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("X-Test-Push", "yes")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		s.t.Fatalf("push a blob: %s", answer.Status)
	}
	return Descriptor{MediaType: mediaType, Digest: digest, Size: len(body), Annotations: annotations}
}

// Manifest pushes a manifest under a tag, or by its digest alone.
func (s *Server) Manifest(repository, tag string, m map[string]any) Descriptor {
	s.t.Helper()
	body, err := json.Marshal(m)
	if err != nil {
		s.t.Fatal(err)
	}
	d := Descriptor{MediaType: fmt.Sprint(m["mediaType"]), Digest: Digest(body), Size: len(body)}
	if kind, is := m["artifactType"].(string); is {
		d.ArtifactType = kind
	}
	if tag == "" {
		tag = d.Digest
	}
	s.put("/v2/"+repository+"/manifests/"+tag, d.MediaType, body)
	return d
}

// Digest is the digest of a content, as sha256:...
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Old is the tag that cosign gave to what it said of an image: sha256-... with an
// ending.
func Old(image Descriptor, end string) string {
	return strings.Replace(image.Digest, ":", "-", 1) + end
}
