package web

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Hashed is what a download turned out to be, without its content.
type Hashed struct {
	Digests []evidence.Digest // sha256, sha512, sha1, in this order
	Size    int64
	URL     string
}

// Hash downloads to digests: nothing of the content is kept. Max of the request
// bounds it.
func (c *Client) Hash(ctx context.Context, request Request) (hashed Hashed, err error) {
	err = c.tries(ctx, request, func(ctx context.Context) (err error) {
		hashed, err = c.hash(ctx, request)
		return err
	})
	return hashed, err
}

func (c *Client) hash(ctx context.Context, request Request) (Hashed, error) {
	response, body, err := c.open(ctx, request)
	if err != nil {
		return Hashed{}, err
	}
	defer body.Close()
	strong, long, old := sha256.New(), sha512.New(), sha1.New()
	size, err := io.Copy(io.MultiWriter(strong, long, old), body)
	if err != nil {
		return Hashed{}, fmt.Errorf("download %s: %w", response.URL, err)
	}
	return Hashed{Size: size, URL: response.URL, Digests: []evidence.Digest{
		{Algorithm: "sha256", Value: hex.EncodeToString(strong.Sum(nil))},
		{Algorithm: "sha512", Value: hex.EncodeToString(long.Sum(nil))},
		{Algorithm: "sha1", Value: hex.EncodeToString(old.Sum(nil))},
	}}, nil
}

// has says whether content has a digest.
func has(raw []byte, digest evidence.Digest) bool {
	switch digest.Algorithm {
	case "sha256":
		sum := sha256.Sum256(raw)
		return hex.EncodeToString(sum[:]) == digest.Value
	case "sha512":
		sum := sha512.Sum512(raw)
		return hex.EncodeToString(sum[:]) == digest.Value
	}
	return false
}

func (r Request) cacheable() bool { return r.Digest.Value != "" && r.method() == http.MethodGet }

func (c *Client) cached(request Request) ([]byte, bool) {
	if !request.cacheable() || c.cache == nil {
		return nil, false
	}
	raw, is := c.cache.Load("content " + request.Digest.String())
	if !is || !has(raw, request.Digest) || int64(len(raw)) > request.limit() {
		return nil, false
	}
	c.counters.hits.Add(1)
	return raw, true
}

func (c *Client) keep(request Request, response *Response) error {
	if !request.cacheable() {
		return nil
	}
	if !has(response.Body, request.Digest) {
		return fmt.Errorf("%s: %w: %s", response.URL, ErrDigest, request.Digest)
	}
	c.cache.Store("content "+request.Digest.String(), response.Body)
	return nil
}
