// Package rekor asks a transparency log of the first generation for the entry of an
// envelope that was published without one, as slsa-github-generator did for years.
// It believes nothing that the log answers: the engine verifies the entry.
package rekor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
)

// Public is the log of Sigstore's public instance.
const Public = "https://rekor.sigstore.dev"

const (
	maxAnswer = 1 << 20
	// maxEntries is how many entries of one payload are looked at: a build that was run again has two.
	maxEntries = 8
)

// Log is a transparency log.
type Log struct{ options Options }

// Options of a log.
type Options struct {
	Client *web.Client
	Base   string // address; empty: Public
}

// New names a log.
func New(options Options) *Log {
	if options.Base == "" {
		options.Base = Public
	}
	options.Base = strings.TrimSuffix(options.Base, "/")
	return &Log{options: options}
}

// Complete puts the log entry beside an envelope that lacks it. Materials of any
// other kind stay as they are, and so does one of which the log knows nothing. The
// log learns the hash of the statement, nothing else.
func (l *Log) Complete(ctx context.Context, material verify.Material) (verify.Material, error) {
	wanted, lacking := sigstore.Lacking(material)
	if !lacking {
		return material, nil
	}
	ids, err := l.list(ctx, wanted.PayloadSHA256)
	if err != nil {
		return material, fmt.Errorf("ask %s for the log entry of %s: %w", l.options.Base, material.Origin, err)
	}
	for _, id := range ids {
		answer, err := l.options.Client.Do(ctx, web.Request{URL: l.options.Base + "/api/v1/log/entries/" + url.PathEscape(id), Accept: "application/json", Max: maxAnswer})
		if err != nil {
			return material, fmt.Errorf("ask %s for the log entry %s: %w", l.options.Base, id, err)
		}
		if wanted.Is(answer.Body) {
			material.Content = answer.Body
			return material, nil
		}
	}
	return material, nil
}

// entryID is what a log calls an entry, with or without the tree it is in.
var entryID = regexp.MustCompile(`^[0-9a-f]{64}([0-9a-f]{16})?$`)

// list are the entries that the log has of a payload.
func (l *Log) list(ctx context.Context, payload string) ([]string, error) {
	question, err := json.Marshal(map[string]string{"hash": "sha256:" + payload})
	if err != nil {
		return nil, err
	}
	answer, err := l.options.Client.Do(ctx, web.Request{
		URL: l.options.Base + "/api/v1/index/retrieve", Method: http.MethodPost, Body: question, Safe: true,
		Accept: "application/json", Header: http.Header{"Content-Type": {"application/json"}}, Max: maxAnswer,
	})
	if err != nil {
		return nil, err
	}
	var listed []string
	if err := json.Unmarshal(answer.Body, &listed); err != nil {
		return nil, fmt.Errorf("read its answer: %w", err)
	}
	var ids []string
	for _, id := range listed {
		if entryID.MatchString(id) && len(ids) < maxEntries {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
