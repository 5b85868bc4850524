// Package github asks GitHub, or a GitHub Enterprise Server, for the releases of a
// repository, their assets and what attests them: the attestations that GitHub
// stores by digest, the attestation of an immutable release, and the proofs and
// checksum files that lie among the assets.
//
// The token goes to the host of the API and to no other. Bundles and assets lie on
// hosts that the API names; they are asked without it, and only where storage.go
// knows them.
//
// What surely is not there reads No, what could not be seen Unknown: a repository
// that the token does not see, a permission that is missing, a rate limit, a list
// that was cut.
package github

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/google/go-github/v60/github"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

// PublicBase is the API of github.com.
const PublicBase = "https://api.github.com"

// Options set up a Source.
type Options struct {
	Client *web.Client
	// Base is the address of the REST API, PublicBase when empty; that of a GitHub Enterprise Server ends in
	// /api/v3. It comes from a flag or from the environment of the CI, never from the audited repository.
	Base string
	// Token goes to its host if that is the API's, which an empty host stands for. Without one only what is public
	// is read, and slowly.
	Token web.Token
}

// Source asks one GitHub. It is safe for concurrent use.
type Source struct {
	web    *web.Client
	client *github.Client
	api    *url.URL
	token  web.Token
	// misnamed says what is wrong with the address of the API.
	misnamed error

	mu           sync.Mutex
	repositories map[string]*repository
}

// maxAnswer bounds one answer of the API: 30 releases of 1,000 assets have 45 MB,
// and nobody has those.
const maxAnswer = 32 << 20

// New makes a Source. It asks nothing yet.
func New(options Options) *Source {
	s := &Source{web: options.Client, token: options.Token, repositories: map[string]*repository{}}
	s.api, s.misnamed = url.Parse(strings.TrimSuffix(cmp.Or(options.Base, PublicBase), "/") + "/")
	if s.misnamed != nil {
		return s // Find says so
	}
	s.token.Host = cmp.Or(s.token.Host, s.api.Host)
	s.client = github.NewClient(&http.Client{
		Transport:     capped{options.Client.Transport(false, s.token)},
		CheckRedirect: s.stay,
	})
	s.client.BaseURL = s.api
	return s
}

// stay follows the redirects of renamed repositories, which stay on the host. No
// other answer of the API is one.
func (s *Source) stay(next *http.Request, before []*http.Request) error {
	if len(before) > 5 || next.URL.Host != s.api.Host || next.URL.Scheme != s.api.Scheme {
		return &web.Refused{Host: next.URL.Host, Reason: "the API of GitHub redirects there"}
	}
	return nil
}

// host is the one that people know.
func (s *Source) host() string { return strings.TrimPrefix(s.api.Host, "api.") }

// Find looks up a release by its tag, the newest when the reference has no version.
// The name is owner/repository.
func (s *Source) Find(ctx context.Context, reference registry.Reference) (registry.Found, error) {
	r, err := s.open(ctx, reference.Name)
	if err != nil {
		return registry.Found{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	release, err := r.release(ctx, reference.Version)
	if err != nil {
		return registry.Found{}, err
	}
	return r.find(ctx, release)
}

// Releases lists the releases of a repository, those for everybody before
// prereleases and the newest first, with the commits of the two that count.
func (s *Source) Releases(ctx context.Context, name string) ([]evidence.Release, error) {
	r, err := s.open(ctx, name)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []evidence.Release
	for i, release := range r.releases {
		one := release.evidence(i)
		if i < 2 {
			one.Commit, _ = r.commit(ctx, release.Tag) // wanted, and can be done without
		}
		all = append(all, one)
	}
	return all, nil
}

var repositoryName = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})/[A-Za-z0-9._-]{1,100}$`)

// open reads a repository once.
func (s *Source) open(ctx context.Context, name string) (*repository, error) {
	if s.misnamed != nil {
		return nil, fmt.Errorf("the address of the API of GitHub: %w", s.misnamed)
	}
	owner, short, _ := strings.Cut(name, "/")
	if !repositoryName.MatchString(name) || short == "." || short == ".." {
		return nil, fmt.Errorf("%q is no name of a repository of GitHub: owner/name", name)
	}
	s.mu.Lock()
	r := s.repositories[strings.ToLower(name)]
	if r == nil {
		r = &repository{source: s, owner: owner, name: short, tags: map[string]tagRef{}, attested: map[string]*attested{}}
		s.repositories[strings.ToLower(name)] = r
	}
	s.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.loaded {
		if err := r.load(ctx); err != nil {
			return nil, err
		}
		r.loaded = true
	}
	return r, nil
}
