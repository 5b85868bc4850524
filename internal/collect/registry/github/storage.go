package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/klauspost/compress/s2"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/verify"
)

// storage are the domains that GitHub keeps bundles and assets in. An address that
// the API names outside of them is not asked, unless a flag or a trusted policy
// allows its host.
var storage = []string{"github.com", "githubusercontent.com", "ghe.com", "blob.core.windows.net"}

// keeps says whether an address that the API named may be asked.
func (s *Source) keeps(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return &web.Refused{Host: "an address", Reason: "it is not a URL"}
	}
	host := strings.ToLower(u.Hostname())
	if u.Host == s.api.Host || s.web.Allowed(address) {
		return nil
	}
	for _, domain := range storage {
		if u.Scheme == "https" && (host == domain || strings.HasSuffix(host, "."+domain)) {
			return nil
		}
	}
	return &web.Refused{Host: u.Host, Reason: "the API of GitHub names it, and it is none of the hosts that GitHub keeps files on"}
}

// bundle is the one in the answer, else the one at its address.
func (s *Source) bundle(ctx context.Context, one stored) ([]byte, error) {
	if len(one.Bundle) > 0 && string(one.Bundle) != "null" {
		if len(one.Bundle) > verify.MaxProof {
			return nil, web.ErrTooLarge
		}
		return one.Bundle, nil
	}
	if one.Address == "" {
		return nil, errors.New("the answer holds neither a bundle nor its address")
	}
	if err := s.keeps(one.Address); err != nil {
		return nil, err
	}
	key := "github-bundle " + cleanAddress(one.Address)
	if raw, is := s.web.Cache().Load(key); is && json.Valid(raw) {
		return raw, nil
	}
	answer, err := s.web.Do(ctx, web.Request{URL: one.Address, Max: verify.MaxProof})
	if err != nil {
		return nil, err
	}
	raw, err := decompress(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("read the bundle at %s: %w", answer.URL, err)
	}
	s.web.Cache().Store(key, raw)
	return raw, nil
}

// cleanAddress is an address without its query, which is a key to the storage.
func cleanAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return web.Clean(u)
}

// decompress reads a bundle as GitHub stores it: a block of Snappy. One that is not
// compressed is taken as it is.
func decompress(raw []byte) ([]byte, error) {
	if text := bytes.TrimSpace(raw); len(text) > 0 && text[0] == '{' && json.Valid(text) {
		return text, nil
	}
	size, err := s2.DecodedLen(raw)
	if err != nil {
		return nil, fmt.Errorf("it is not compressed as Snappy: %w", err)
	}
	if size > verify.MaxProof {
		return nil, fmt.Errorf("%w: it announces %d bytes", web.ErrTooLarge, size)
	}
	bundle, err := s2.Decode(make([]byte, 0, size), raw)
	if err != nil {
		return nil, fmt.Errorf("it is not compressed as Snappy: %w", err)
	}
	if !json.Valid(bundle) {
		return nil, errors.New("it is no JSON")
	}
	return bundle, nil
}
