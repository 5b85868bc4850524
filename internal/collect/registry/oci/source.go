// Package oci asks image registries for an image and for what proves it: referrers,
// by the registry's list and by the tag that stands in for it, and the tags that
// cosign used before there were referrers. It reads OCI layouts on disk in the same
// way.
//
// Image names come from the audited repository, so that their registries and the
// realms that these send to for a token are dialled by the rules of named addresses.
// No credential helper and no configuration of docker is read: requests are
// anonymous, or bear a token that the caller gave for that one host.
package oci

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Options set up a Source.
type Options struct {
	Client *web.Client
	// Tokens are for registries by their hosts, sent as Bearer (that of ghcr.io is the base64 of a GitHub token).
	Tokens []web.Token
}

// Source asks any registry that the rules of its client allow.
type Source struct{ options Options }

var _ registry.Source = (*Source)(nil)

// New makes a Source.
func New(options Options) *Source { return &Source{options} }

// Find looks up an image. Version is a tag or a digest (sha256:...), the tag latest
// when it is empty, and where there is none the highest version.
func (s *Source) Find(ctx context.Context, ref registry.Reference) (registry.Found, error) {
	named, version, err := parse(ref)
	if err != nil {
		return registry.Found{}, err
	}
	if ref.Private && web.BuiltIn(reference.Domain(named)) {
		return registry.Found{}, fmt.Errorf("%s: %w", ref.Name, registry.ErrPrivate)
	}
	if s.options.Client.Offline() {
		return registry.Found{}, fmt.Errorf("ask for the image %s: %w", reference.FamiliarName(named), web.ErrOffline)
	}
	repository, err := name.NewRepository(named.Name())
	if err != nil {
		return registry.Found{}, fmt.Errorf("the name of the image %q: %w", ref.Name, err)
	}
	from, err := newRemote(s.options, repository)
	if err != nil {
		return registry.Found{}, fmt.Errorf("ask for the image %s: %w", reference.FamiliarName(named), err)
	}
	l := &look{store: from, place: repository.Name()}
	found, err := l.image(ctx, version)
	if err != nil {
		return registry.Found{}, fmt.Errorf("ask for the image %s: %w", reference.FamiliarName(named), err)
	}
	p := &found.Publication
	p.Registry, p.Name, p.Host = "oci", reference.FamiliarName(named), reference.Domain(named)
	for i := range found.Files {
		found.Files[i].Publication.Registry, found.Files[i].Publication.Host = p.Registry, p.Host
	}
	return found, nil
}

// parse takes a name apart as docker does: weather is docker.io/library/weather.
func parse(ref registry.Reference) (reference.Named, string, error) {
	named, err := reference.ParseNormalizedNamed(ref.Name)
	if err != nil {
		return nil, "", fmt.Errorf("%q is no name of an image: %w", ref.Name, err)
	}
	version := ref.Version
	if tagged, is := named.(reference.Tagged); is && version == "" {
		version = tagged.Tag()
	}
	if digested, is := named.(reference.Digested); is && ref.Version == "" {
		version = digested.Digest().String()
	}
	if version == "" && ref.Digest.Value != "" {
		version = ref.Digest.String()
	}
	if version != "" && !isTag(version) && !isDigest(version) {
		return nil, "", fmt.Errorf("%q is neither a tag nor a digest of %s", version, ref.Name)
	}
	return reference.TrimNamed(named), version, nil
}

func isTag(version string) bool { return reference.TagRegexp.FindString(version) == version }

func isDigest(version string) bool {
	hex, is := strings.CutPrefix(version, "sha256:")
	return is && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}

// failure says an error of go-containerregistry in our words: what the registry
// answered as a web.Status.
func failure(err error) error {
	var answered *transport.Error
	var refused *web.Refused
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &answered):
		status := &web.Status{Code: answered.StatusCode}
		if answered.Request != nil {
			status.URL = web.Clean(answered.Request.URL)
		}
		if slices.ContainsFunc(answered.Errors, func(d transport.Diagnostic) bool { return d.Code == transport.TooManyRequestsErrorCode }) {
			status.Code = http.StatusTooManyRequests
		}
		return status
	}
	return err
}

// absent says whether a registry surely does not have what it was asked for.
func absent(err error) bool { return web.NotFound(err) }

// unlock says what would let a request through that failed.
func unlock(err error) string {
	var refused *web.Refused
	switch {
	case errors.As(err, &refused):
		return "allow " + refused.Host + " by flag or in a trusted policy, if it may be asked"
	case web.Denied(err):
		return "a token that may read the image"
	case errors.Is(err, web.ErrOffline):
		return "a run without --offline"
	}
	return "a run when the registry answers"
}

// sha256Digest is a digest as evidence has it.
func sha256Digest(digest string) []evidence.Digest {
	algorithm, value, _ := strings.Cut(digest, ":")
	return []evidence.Digest{{Algorithm: algorithm, Value: value}}
}
