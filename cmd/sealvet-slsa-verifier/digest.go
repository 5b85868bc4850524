package main

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

// strong are the digests that the library compares; it tells them by their length.
var strong = []struct {
	name  string
	bytes int
}{{"sha256", 32}, {"sha512", 64}, {"sha384", 48}}

// digest is the one digest that the library shall find in the statement: of those
// expected one of an algorithm that the statement uses, and where nothing is
// expected the statement's own.
func (s statement) digest(expected []string) (value string, notes []string, err error) {
	wanted, err := parseDigests(expected)
	if err != nil {
		return "", nil, err
	}
	fallback := ""
	for _, algorithm := range strong {
		value, has := wanted[algorithm.name]
		if has && s.uses(algorithm.name) {
			return value, nil, nil
		}
		if has && fallback == "" {
			fallback = value
		}
	}
	if fallback != "" {
		return fallback, nil, nil // the statement speaks of other digests: a mismatch
	}
	if len(expected) > 0 {
		return "", nil, limit{wire.LimitDigest}
	}
	for _, algorithm := range strong {
		for _, subject := range s.Subject {
			if own := subject.Digest[algorithm.name]; len(own) == 2*algorithm.bytes {
				return own, []string{wire.NoteArtifact}, nil
			}
		}
	}
	return "", nil, limit{wire.LimitDigest}
}

func (s statement) uses(algorithm string) bool {
	for _, subject := range s.Subject {
		if subject.Digest[algorithm] != "" {
			return true
		}
	}
	return false
}

// named puts the algorithm before a digest again.
func named(value string) string {
	for _, algorithm := range strong {
		if len(value) == 2*algorithm.bytes {
			return algorithm.name + ":" + value
		}
	}
	return value
}

// parseDigests takes alg:hex apart. Algorithms that the library does not compare
// stay out.
func parseDigests(expected []string) (map[string]string, error) {
	parsed := map[string]string{}
	for _, digest := range expected {
		name, value, _ := strings.Cut(digest, ":")
		for _, algorithm := range strong {
			if name != algorithm.name {
				continue
			}
			if raw, err := hex.DecodeString(value); err != nil || len(raw) != algorithm.bytes {
				return nil, fmt.Errorf("%w: %q is no digest", errRequest, digest)
			}
			parsed[name] = strings.ToLower(value)
		}
	}
	return parsed, nil
}
