package github

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/sealvet/sealvet/internal/collect/web"
)

// repository is what was read of one repository. Its lock is held while it is
// asked about, so that two askers share the answers.
type repository struct {
	source *Source
	owner  string
	name   string

	mu       sync.Mutex
	loaded   bool
	org      bool
	releases []release // for everybody before prereleases, newest first; no drafts
	more     bool      // there are older releases than those
	tags     map[string]tagRef
	attested map[string]*attested // by digest
	spent    int                  // bytes of bundles
}

// path is an address of the API below the repository. Its parts are escaped.
func (r *repository) path(parts ...string) string {
	path := "repos/" + url.PathEscape(r.owner) + "/" + url.PathEscape(r.name)
	for _, part := range parts {
		path += "/" + part
	}
	return path
}

func (r *repository) load(ctx context.Context) error {
	var known struct {
		Owner struct {
			Login string `json:"login"`
			Type  string `json:"type"`
		} `json:"owner"`
		Name string `json:"name"`
	}
	if _, err := r.source.get(ctx, r.path(), &known); err != nil {
		if web.NotFound(err) {
			return fmt.Errorf("GitHub shows no repository %s/%s to this token: %w", r.owner, r.name, err)
		}
		return fmt.Errorf("ask about %s/%s: %w", r.owner, r.name, err)
	}
	if repositoryName.MatchString(known.Owner.Login + "/" + known.Name) { // it may have been renamed
		r.owner, r.name = known.Owner.Login, known.Name
	}
	r.org = known.Owner.Type == "Organization"
	var listed []release
	answer, err := r.source.get(ctx, r.path("releases?per_page=30"), &listed)
	if err != nil {
		return fmt.Errorf("list the releases of %s/%s: %w", r.owner, r.name, hidden(err))
	}
	r.more = answer.NextPage != 0
	r.releases = order(listed)
	return nil
}

// hidden keeps a 404 below a repository that was just seen from reading as if there
// were no such repository: a permission is missing, or it went away this moment.
func hidden(err error) error {
	if web.NotFound(err) {
		return errors.New(err.Error())
	}
	return err
}

// release finds the one of a tag, the newest for an empty tag. No such release is
// web.ErrAbsent: the repository was seen.
func (r *repository) release(ctx context.Context, tag string) (release, error) {
	for _, one := range r.releases {
		if one.Tag == tag || tag == "" {
			return one, nil
		}
	}
	none := fmt.Errorf("%s/%s has no release %s: %w", r.owner, r.name, tag, web.ErrAbsent)
	if tag == "" || !r.more {
		return release{}, none
	}
	var one release
	_, err := r.source.get(ctx, r.path("releases", "tags", url.PathEscape(tag)), &one)
	switch {
	case web.NotFound(err):
		return release{}, none
	case err != nil:
		return release{}, fmt.Errorf("ask for the release %s of %s/%s: %w", tag, r.owner, r.name, err)
	case one.Draft:
		return release{}, none
	}
	return one, nil
}

// previous is the tag of the release before one, empty when nobody can tell.
func (r *repository) previous(tag string) string {
	for i, one := range r.releases {
		if one.Tag != tag {
			continue // not yet there
		}
		if i+1 < len(r.releases) && (one.Prerelease || !r.releases[i+1].Prerelease) {
			return r.releases[i+1].Tag
		}
		return ""
	}
	return ""
}
