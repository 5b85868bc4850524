package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/sealvet/sealvet/internal/collect/web"
)

// bulk asks for many digests at once. The host answers only to a token; what the
// answer leaves out is asked for one by one.
func (r *repository) bulk(ctx context.Context, digests []string) error {
	if r.source.token.Value == "" || len(digests) < 2 {
		return nil // one by one is as good
	}
	kind := "users"
	if r.org {
		kind = "orgs"
	}
	base := kind + "/" + url.PathEscape(r.owner) + "/attestations/bulk-list?per_page=100"
	body := map[string]any{"subject_digests": digests}
	found := map[string][]stored{}
	listed := map[string]bool{}
	after, whole := "", false
	for page := 0; page < bulkPages && !whole; page++ {
		path := base
		if after != "" {
			path += "&after=" + url.QueryEscape(after)
		}
		raw := &bounded{left: maxAnswer}
		if err := r.post(ctx, path, body, raw); err != nil {
			return err // the token may lack the right, or the host the call: one by one tells
		}
		answer, err := parseBulk(raw.body)
		if err != nil {
			return err
		}
		for digest, list := range answer.Digests {
			listed[digest] = true
			found[digest] = append(found[digest], list...)
		}
		after = answer.Page.Next
		whole = !answer.Page.More || after == ""
	}
	for _, digest := range digests {
		if listed[digest] && (whole || len(found[digest]) > 0) {
			r.keep(ctx, digest, found[digest], !whole)
		}
	}
	return nil
}

// post sends a query, and once more when the host stumbled.
func (r *repository) post(ctx context.Context, path string, body any, into *bounded) error {
	_, err := r.source.call(ctx, http.MethodPost, path, body, into)
	var status *web.Status
	if errors.As(err, &status) && status.Code >= 500 {
		into.body = nil
		_, err = r.source.call(ctx, http.MethodPost, path, body, into)
	}
	return err
}

// bounded is a body in memory.
type bounded struct {
	body []byte
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(p) > b.left {
		return 0, web.ErrTooLarge
	}
	b.left -= len(p)
	b.body = append(b.body, p...)
	return len(p), nil
}

// bulkAnswer is what the API answers for many digests: null, or a list for each.
type bulkAnswer struct {
	Digests map[string][]stored `json:"attestations_subject_digests"`
	Page    struct {
		More bool   `json:"has_next"`
		Next string `json:"next"`
	} `json:"page_info"`
}

// parseBulk reads an answer for many digests. The schema of some versions has a
// list of maps where others have one map.
func parseBulk(raw []byte) (bulkAnswer, error) {
	var answer bulkAnswer
	if err := json.Unmarshal(raw, &answer); err == nil {
		return answer, nil
	}
	var listed struct {
		Digests []map[string][]stored `json:"attestations_subject_digests"`
		Page    json.RawMessage       `json:"page_info"`
	}
	if err := json.Unmarshal(raw, &listed); err != nil {
		return bulkAnswer{}, fmt.Errorf("read the attestations of many digests: %w", err)
	}
	answer = bulkAnswer{Digests: map[string][]stored{}}
	if len(listed.Page) > 0 {
		if err := json.Unmarshal(listed.Page, &answer.Page); err != nil {
			return bulkAnswer{}, fmt.Errorf("read the attestations of many digests: %w", err)
		}
	}
	for _, one := range listed.Digests {
		for _, digest := range slices.Sorted(maps.Keys(one)) {
			answer.Digests[digest] = append(answer.Digests[digest], one[digest]...)
		}
	}
	return answer, nil
}
