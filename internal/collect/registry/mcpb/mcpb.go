// Package mcpb fetches MCPB bundles from the addresses that entries of the MCP
// registry name, for their hashes and signatures. It opens no archive.
package mcpb

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

const (
	held   = 64 << 20 // bytes of a bundle that is held whole, so that its signature can be read
	hashed = 1 << 30  // bytes of one that is hashed
)

// Options set up a Source.
type Options struct {
	Client *web.Client
	// Held and Hashed replace the limits, in bytes: beyond the first a bundle is only hashed, beyond the second not read.
	Held, Hashed int64
}

// Source fetches bundles.
type Source struct{ options Options }

var _ registry.Source = (*Source)(nil)

// New makes a source.
func New(options Options) *Source {
	if options.Held == 0 {
		options.Held = held
	}
	if options.Hashed == 0 {
		options.Hashed = hashed
	}
	return &Source{options}
}

// Find fetches the bundle at the address that is the name of the reference. The
// repository names it, so only built-in and allowed hosts are asked.
func (s *Source) Find(ctx context.Context, reference registry.Reference) (registry.Found, error) {
	address, err := url.Parse(reference.Name)
	if err != nil || address.Host == "" {
		return registry.Found{}, fmt.Errorf("%.100q is no address of a bundle", reference.Name)
	}
	publication := evidence.Publication{Registry: "mcpb", Name: reference.Name, Host: strings.ToLower(address.Host), Address: web.Clean(address)}
	request := web.Request{URL: reference.Name, Accept: "application/octet-stream", Named: true, Max: s.options.Held}
	// The hash that the tree demands is not asked of the client: another one is a finding, not a failure.
	answer, err := s.options.Client.Do(ctx, request)
	if errors.Is(err, web.ErrTooLarge) {
		return s.hash(ctx, request, publication)
	}
	if err != nil {
		return registry.Found{}, err
	}
	short, long := sha256.Sum256(answer.Body), sha512.Sum512(answer.Body)
	publication.Digests = []evidence.Digest{
		{Algorithm: "sha256", Value: hex.EncodeToString(short[:])},
		{Algorithm: "sha512", Value: hex.EncodeToString(long[:])},
	}
	publication.Actual = publication.Digests[0].Value
	signature := verify.Material{Format: evidence.ProofMCPB, Content: answer.Body, Origin: publication.Address}
	return registry.Found{Publication: publication, Materials: []verify.Material{signature}}, nil
}

// hash reads a large bundle without keeping it.
func (s *Source) hash(ctx context.Context, request web.Request, publication evidence.Publication) (registry.Found, error) {
	request.Max = s.options.Hashed
	sums, err := s.options.Client.Hash(ctx, request)
	if err != nil {
		return registry.Found{}, err
	}
	publication.Digests = sums.Digests[:2]
	publication.Actual = publication.Digests[0].Value
	publication.Why = fmt.Sprintf("it has %d bytes, so only its hash was taken and its signature was not read", sums.Size)
	publication.Unlock = "sealvet verify with the file"
	return registry.Found{Publication: publication}, nil
}
