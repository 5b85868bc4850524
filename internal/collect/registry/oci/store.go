package oci

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/verify"
)

const (
	maxManifest = 4 << 20 // what registries take
	maxTags     = 10_000
)

// store is where manifests and blobs come from: a registry, or a layout on disk. A
// store that does not have something says so by an error that absent knows.
type store interface {
	// manifest reads one by tag or digest; its digest is that of the bytes.
	manifest(ctx context.Context, version string) (raw []byte, digest string, err error)
	// blob reads one of at most verify.MaxProof bytes and checks its digest.
	blob(ctx context.Context, d descriptor) ([]byte, error)
	// referrers lists the manifests that refer to a digest.
	referrers(ctx context.Context, digest string) ([]descriptor, error)
	tags(ctx context.Context) ([]string, error)
}

// descriptor and manifest are those of the OCI image specification, as far as they
// are looked at.
type descriptor struct {
	MediaType    string            `json:"mediaType"`
	ArtifactType string            `json:"artifactType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	Annotations  map[string]string `json:"annotations"`
	Platform     *platform         `json:"platform"`
}

type platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
}

type manifest struct {
	MediaType    string            `json:"mediaType"`
	ArtifactType string            `json:"artifactType"`
	Config       descriptor        `json:"config"`
	Layers       []descriptor      `json:"layers"`
	Manifests    []descriptor      `json:"manifests"`
	Subject      *descriptor       `json:"subject"`
	Annotations  map[string]string `json:"annotations"`
}

func (m manifest) isIndex() bool { return len(m.Manifests) > 0 && m.Config.Digest == "" }

func parseManifest(raw []byte) (manifest, error) {
	var m manifest
	if len(raw) > maxManifest {
		return m, fmt.Errorf("the manifest has %d bytes, more than %d", len(raw), maxManifest)
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, fmt.Errorf("read the manifest: %w", err)
	}
	return m, nil
}

func digestOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// registryStore is a repository of a registry.
type registryStore struct {
	repository name.Repository
	puller     *remote.Puller
	options    []remote.Option
}

// newRemote asks with our transport alone: its retries, its rules, its tokens.
func newRemote(o Options, repository name.Repository) (*registryStore, error) {
	options := []remote.Option{
		remote.WithTransport(capped{o.Client.Transport(true, o.Tokens...)}),
		remote.WithAuth(authn.Anonymous),
		remote.WithRetryBackoff(remote.Backoff{Steps: 1}),
		remote.WithRetryPredicate(func(error) bool { return false }),
		remote.WithRetryStatusCodes(),
	}
	puller, err := remote.NewPuller(options...)
	if err != nil {
		return nil, err
	}
	return &registryStore{repository: repository, puller: puller, options: append(options, remote.Reuse(puller))}, nil
}

func (r *registryStore) manifest(ctx context.Context, version string) ([]byte, string, error) {
	var ref name.Reference = r.repository.Tag(version)
	if isDigest(version) {
		ref = r.repository.Digest(version)
	}
	found, err := r.puller.Get(ctx, ref)
	if err != nil {
		return nil, "", failure(err)
	}
	if isDigest(version) && digestOf(found.Manifest) != version {
		return nil, "", fmt.Errorf("the registry answers for %s: %w", version, web.ErrDigest)
	}
	return found.Manifest, digestOf(found.Manifest), nil
}

func (r *registryStore) blob(ctx context.Context, d descriptor) ([]byte, error) {
	if !isDigest(d.Digest) {
		return nil, fmt.Errorf("%q is no digest that is read", d.Digest)
	}
	layer, err := r.puller.Layer(ctx, r.repository.Digest(d.Digest))
	if err != nil {
		return nil, failure(err)
	}
	body, err := layer.Compressed()
	if err != nil {
		return nil, failure(err)
	}
	defer body.Close()
	return readBlob(body, d)
}

// readBlob reads a blob within the limit and holds it against its digest.
func readBlob(body io.Reader, d descriptor) ([]byte, error) {
	if d.Size > verify.MaxProof {
		return nil, fmt.Errorf("%w: a layer of %d bytes", web.ErrTooLarge, d.Size)
	}
	raw, err := io.ReadAll(io.LimitReader(body, verify.MaxProof+1))
	switch {
	case err != nil:
		return nil, failure(err)
	case len(raw) > verify.MaxProof:
		return nil, fmt.Errorf("%w: a layer of more than %d bytes", web.ErrTooLarge, verify.MaxProof)
	case digestOf(raw) != d.Digest:
		return nil, fmt.Errorf("the blob %s: %w", d.Digest, web.ErrDigest)
	}
	return raw, nil
}

func (r *registryStore) referrers(ctx context.Context, digest string) ([]descriptor, error) {
	index, err := remote.Referrers(r.repository.Digest(digest), append(r.options, remote.WithContext(ctx))...)
	if err != nil {
		return nil, failure(err)
	}
	raw, err := index.RawManifest()
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(raw)
	return m.Manifests, err
}

func (r *registryStore) tags(ctx context.Context) ([]string, error) {
	lister, err := r.puller.Lister(ctx, r.repository)
	if err != nil {
		return nil, failure(err)
	}
	var all []string
	for page := 0; page < 10 && lister.HasNext() && len(all) < maxTags; page++ {
		next, err := lister.Next(ctx)
		if err != nil {
			return all, failure(err)
		}
		all = append(all, next.Tags...)
	}
	return all, nil
}

// capped bounds what is read of each answer of a registry.
type capped struct{ http.RoundTripper }

func (c capped) RoundTrip(asked *http.Request) (*http.Response, error) {
	answer, err := c.RoundTripper.RoundTrip(asked)
	if err == nil {
		answer.Body = &cappedBody{ReadCloser: answer.Body, left: verify.MaxProof + 1}
	}
	return answer, err
}

type cappedBody struct {
	io.ReadCloser
	left int64
}

func (b *cappedBody) Read(into []byte) (int, error) {
	if b.left <= 0 {
		return 0, web.ErrTooLarge
	}
	if int64(len(into)) > b.left {
		into = into[:b.left]
	}
	n, err := b.ReadCloser.Read(into)
	b.left -= int64(n)
	return n, err
}
