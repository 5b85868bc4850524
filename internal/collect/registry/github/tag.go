package github

import (
	"context"
	"fmt"
	"net/url"
	"strings"
)

// tagRef is what a tag is today.
type tagRef struct {
	object string // the SHA of the ref: a commit, or a tag object
	kind   string // commit, tag
	commit string // empty until it is asked for
}

// pointer is what the API says of a ref or a tag object.
type pointer struct {
	Object struct {
		Type string `json:"type"`
		SHA  string `json:"sha"`
	} `json:"object"`
}

// tag looks a tag up, once.
func (r *repository) tag(ctx context.Context, name string) (tagRef, error) {
	if ref, is := r.tags[name]; is {
		return ref, nil
	}
	var found pointer
	if _, err := r.source.get(ctx, r.path("git", "ref", "tags", escapeRef(name)), &found); err != nil {
		return tagRef{}, fmt.Errorf("ask where the tag %s points: %w", name, hidden(err))
	}
	ref := tagRef{object: found.Object.SHA, kind: found.Object.Type}
	r.tags[name] = ref
	return ref, nil
}

// commit is the one that a tag leads to. A tag may be of a tag.
func (r *repository) commit(ctx context.Context, name string) (string, error) {
	ref, err := r.tag(ctx, name)
	if err != nil || ref.commit != "" {
		return ref.commit, err
	}
	kind, sha := ref.kind, ref.object
	for range 5 {
		if kind != "tag" {
			break
		}
		var next pointer
		if _, err := r.source.get(ctx, r.path("git", "tags", url.PathEscape(sha)), &next); err != nil {
			return "", fmt.Errorf("ask what the tag %s is of: %w", name, hidden(err))
		}
		kind, sha = next.Object.Type, next.Object.SHA
	}
	if kind == "commit" {
		ref.commit = sha
		r.tags[name] = ref
	}
	return ref.commit, nil
}

// escapeRef keeps the slashes of a tag, which the API wants as they are.
func escapeRef(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}
