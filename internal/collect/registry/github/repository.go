package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
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

// release and asset are of the API; go-github v60 lacks immutable and digest.
type release struct {
	Tag        string    `json:"tag_name"`
	Page       string    `json:"html_url"`
	Draft      bool      `json:"draft"`
	Prerelease bool      `json:"prerelease"`
	Immutable  *bool     `json:"immutable"`
	Created    time.Time `json:"created_at"`
	Published  time.Time `json:"published_at"`
	Assets     []asset   `json:"assets"`
}

type asset struct {
	ID      int64     `json:"id"`
	Name    string    `json:"name"`
	State   string    `json:"state"` // uploaded, or open while it is uploaded
	Size    int64     `json:"size"`
	Digest  string    `json:"digest"` // sha256:...; empty for uploads before June 2025
	Address string    `json:"browser_download_url"`
	Created time.Time `json:"created_at"`
	Updated time.Time `json:"updated_at"`
}

// maxAssets is what GitHub allows a release.
const maxAssets = 1000

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

// order puts what users get first: a prerelease is newer than the latest release,
// and nobody gets it who does not ask for it.
func order(listed []release) []release {
	var all []release
	for _, one := range listed {
		if one.Draft || one.Tag == "" {
			continue // not published
		}
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b release) int {
		if a.Prerelease != b.Prerelease {
			if a.Prerelease {
				return 1
			}
			return -1
		}
		return cmp.Or(b.when().Compare(a.when()), strings.Compare(b.Tag, a.Tag))
	})
	return all
}

func (r release) when() time.Time {
	if r.Published.IsZero() {
		return r.Created
	}
	return r.Published
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

// evidence says a release in our words.
func (r release) evidence(rank int) evidence.Release {
	one := evidence.Release{Tag: r.Tag, Published: r.when(), Rank: rank, Immutable: evidence.Unknown}
	if r.Immutable != nil {
		one.Immutable = evidence.Known(*r.Immutable)
	}
	for _, a := range r.assets() {
		one.Assets = append(one.Assets, evidence.Asset{
			Name: a.Name, Address: a.Address, Size: a.Size, Digest: a.digest(), Created: a.Created, Updated: a.Updated, Role: Role(a.Name),
		})
	}
	return one
}

// assets are those that were uploaded whole, by name.
func (r release) assets() []asset {
	var all []asset
	for _, a := range r.Assets {
		if a.State == "open" || a.Name == "" || len(all) == maxAssets {
			continue // nobody can download it
		}
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b asset) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all
}

// digest is the one that GitHub tells, the zero value where it tells none.
func (a asset) digest() evidence.Digest {
	value, is := strings.CutPrefix(a.Digest, "sha256:")
	if !is || len(value) != 64 || strings.Trim(value, "0123456789abcdef") != "" {
		return evidence.Digest{}
	}
	return evidence.Digest{Algorithm: "sha256", Value: value}
}
