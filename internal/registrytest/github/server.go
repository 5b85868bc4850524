// Package github is a GitHub for tests: releases, assets, tags and attestations of
// some repositories, by the API and, on a second server, the storage that the API
// points to. It enforces tokens and limits as GitHub does: 404 for what one may not
// see, 403 with the permission that is missing, 401 for a bad token and for what
// wants one.
package github

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"

	"github.com/sealvet/sealvet/internal/registrytest"
)

// Token is the one that sees everything; it is a secret of nobody.
const Token = "test-only-token-of-the-api"

// Repository is one repository. Fields are set before the first request.
type Repository struct {
	Owner, Name string
	User        bool   // its owner is a person, not an organisation
	Private     bool   // only the token sees it
	Renamed     string // it is called that now: owner/name
	Releases    []Release
	Tags        map[string]Tag
	// Attestations are bundles by digest, as sha256:... or sha1:...
	Attestations map[string][][]byte
}

// Release is one release.
type Release struct {
	Tag        string
	Draft      bool
	Prerelease bool
	Immutable  *bool
	Published  time.Time
	Assets     []Asset
}

// Asset is one file of a release.
type Asset struct {
	Name    string
	Content []byte
	// Undigested is an upload of the time before GitHub computed digests.
	Undigested bool
	// Digest replaces the true one.
	Digest string
	// Away lets browsers download it from another address.
	Away string
}

// Tag is a ref: Object is a commit, or the tag object that Commit is the target
// of.
type Tag struct {
	Object string
	Commit string // empty where Object is the commit
}

// Server is a GitHub.
type Server struct {
	*registrytest.Server
	// Storage is where bundles and assets lie.
	Storage *registrytest.Server

	// ByAddress answers with the addresses of bundles instead of bundles.
	ByAddress bool
	// Away replaces the address of storage in bundle_url.
	Away string
	// Unpermitted lets the token lack attestations: read.
	Unpermitted bool
	// NoBulk has no bulk call, as older servers.
	NoBulk bool
	// Silent leaves digests without attestations out of bulk answers, instead of null.
	Silent bool
	// Limit is how many requests are answered, 0 for all.
	Limit int

	mu           sync.Mutex
	served       int
	repositories []Repository
}

// Serve starts a GitHub that stops with the test. Its API lies at URL, as
// api.github.com lies at its root.
func Serve(t testing.TB, repositories ...Repository) *Server {
	s := &Server{repositories: repositories}
	s.Storage = registrytest.Start(t, http.HandlerFunc(s.store))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /repos/{owner}/{repo}", s.with(s.repository))
	mux.HandleFunc("GET /repositories/{id}", s.byID)
	mux.HandleFunc("GET /repos/{owner}/{repo}/releases", s.with(s.releases))
	mux.HandleFunc("GET /repos/{owner}/{repo}/releases/tags/{tag}", s.with(s.release))
	mux.HandleFunc("GET /repos/{owner}/{repo}/releases/assets/{id}", s.with(s.asset))
	mux.HandleFunc("GET /repos/{owner}/{repo}/git/ref/tags/{tag...}", s.with(s.ref))
	mux.HandleFunc("GET /repos/{owner}/{repo}/git/tags/{sha}", s.with(s.tag))
	mux.HandleFunc("GET /repos/{owner}/{repo}/attestations/{digest}", s.with(s.attestations))
	mux.HandleFunc("POST /orgs/{owner}/attestations/bulk-list", s.bulk)
	mux.HandleFunc("POST /users/{owner}/attestations/bulk-list", s.bulk)
	s.Server = registrytest.Start(t, s.guard(mux))
	return s
}

// guard checks the token and counts against the limit.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.served++
		left := s.Limit - s.served
		s.mu.Unlock()
		reset := fmt.Sprint(time.Now().Add(time.Hour).Unix())
		w.Header().Set("X-RateLimit-Limit", "5000")
		w.Header().Set("X-RateLimit-Reset", reset)
		w.Header().Set("X-RateLimit-Remaining", "4000")
		if s.Limit > 0 && left < 0 {
			w.Header().Set("X-RateLimit-Remaining", "0")
			refuse(w, http.StatusForbidden, "API rate limit exceeded")
			return
		}
		if given := r.Header.Get("Authorization"); given != "" && given != "Bearer "+Token {
			refuse(w, http.StatusUnauthorized, "Bad credentials")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message, "documentation_url": "https://docs.example.com/rest", "status": fmt.Sprint(status)})
}

func trusted(r *http.Request) bool { return r.Header.Get("Authorization") != "" }

// with finds the repository of a path, as far as the caller may see it.
func (s *Server) with(serve func(http.ResponseWriter, *http.Request, int, Repository)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for id, one := range s.repositories {
			if !strings.EqualFold(one.Owner, r.PathValue("owner")) || !strings.EqualFold(one.Name, r.PathValue("repo")) {
				continue // another one
			}
			if one.Private && !trusted(r) {
				break // hidden
			}
			if one.Renamed != "" {
				http.Redirect(w, r, s.URL+"/repositories/"+fmt.Sprint(id+1), http.StatusMovedPermanently)
				return
			}
			serve(w, r, id, one)
			return
		}
		refuse(w, http.StatusNotFound, "Not Found")
	}
}

func (s *Server) byID(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || id < 1 || id > len(s.repositories) {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	one := s.repositories[id-1]
	if owner, name, is := strings.Cut(one.Renamed, "/"); is {
		one.Owner, one.Name = owner, name
	}
	s.repository(w, r, id-1, one)
}

func (s *Server) repository(w http.ResponseWriter, r *http.Request, id int, one Repository) {
	kind := "Organization"
	if one.User {
		kind = "User"
	}
	registrytest.JSON(w, r, "application/json; charset=utf-8", map[string]any{
		"id": id + 1, "name": one.Name, "full_name": one.Owner + "/" + one.Name, "private": one.Private,
		"owner": map[string]any{"login": one.Owner, "type": kind},
	})
}

// page cuts a list as the query asks, and says in Link where the next page is.
func page[T any](w http.ResponseWriter, r *http.Request, all []T) []T {
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	if size <= 0 || size > 100 {
		size = 30
	}
	number = max(number, 1)
	start, end := min((number-1)*size, len(all)), min(number*size, len(all))
	if end < len(all) {
		next := *r.URL
		query := next.Query()
		query.Set("page", fmt.Sprint(number+1))
		next.RawQuery = query.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<http://%s%s>; rel="next"`, r.Host, next.String()))
	}
	return all[start:end]
}

func (s *Server) releases(w http.ResponseWriter, r *http.Request, id int, one Repository) {
	all := []any{}
	for i, release := range one.Releases {
		if release.Draft && !trusted(r) {
			continue // only those who may push see drafts
		}
		all = append(all, s.describe(id, i, release))
	}
	registrytest.JSON(w, r, "application/json; charset=utf-8", page(w, r, all))
}

func (s *Server) release(w http.ResponseWriter, r *http.Request, id int, one Repository) {
	for i, release := range one.Releases {
		if release.Tag == r.PathValue("tag") && !release.Draft {
			registrytest.JSON(w, r, "application/json; charset=utf-8", s.describe(id, i, release))
			return
		}
	}
	refuse(w, http.StatusNotFound, "Not Found")
}

// describe is a release as the API shows it.
func (s *Server) describe(id, index int, release Release) map[string]any {
	one := s.repositories[id]
	assets := []any{}
	for i, a := range release.Assets {
		var digest any = a.sum()
		if a.Undigested {
			digest = nil
		}
		number := index*1000 + i + 1
		address := fmt.Sprintf("%s/%d/download/%s/%s", s.Storage.URL, id, release.Tag, url.PathEscape(a.Name))
		if a.Away != "" {
			address = a.Away
		}
		assets = append(assets, map[string]any{
			"id": number, "name": a.Name, "state": "uploaded", "size": len(a.Content), "digest": digest,
			"url":                  fmt.Sprintf("%s/repos/%s/%s/releases/assets/%d", s.URL, one.Owner, one.Name, number),
			"browser_download_url": address, "created_at": release.Published, "updated_at": release.Published,
		})
	}
	shown := map[string]any{
		"tag_name": release.Tag, "html_url": fmt.Sprintf("https://github.example.com/%s/%s/releases/tag/%s", one.Owner, one.Name, release.Tag),
		"draft": release.Draft, "prerelease": release.Prerelease, "created_at": release.Published, "published_at": release.Published, "assets": assets,
	}
	if release.Immutable != nil {
		shown["immutable"] = *release.Immutable
	}
	return shown
}

func (s *Server) asset(w http.ResponseWriter, r *http.Request, id int, one Repository) {
	number, _ := strconv.Atoi(r.PathValue("id"))
	index, i := (number-1)/1000, (number-1)%1000
	if number < 1 || index >= len(one.Releases) || i >= len(one.Releases[index].Assets) {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	release := one.Releases[index]
	http.Redirect(w, r, fmt.Sprintf("%s/%d/download/%s/%s?sig=once", s.Storage.URL, id, release.Tag, url.PathEscape(release.Assets[i].Name)), http.StatusFound)
}

func (s *Server) ref(w http.ResponseWriter, r *http.Request, _ int, one Repository) {
	tag, is := one.Tags[r.PathValue("tag")]
	if !is {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	kind := "commit"
	if tag.Commit != "" {
		kind = "tag"
	}
	registrytest.JSON(w, r, "application/json; charset=utf-8", map[string]any{"ref": "refs/tags/" + r.PathValue("tag"), "object": map[string]any{"type": kind, "sha": tag.Object}})
}

func (s *Server) tag(w http.ResponseWriter, r *http.Request, _ int, one Repository) {
	for _, tag := range one.Tags {
		if tag.Object == r.PathValue("sha") && tag.Commit != "" {
			registrytest.JSON(w, r, "application/json; charset=utf-8", map[string]any{"sha": tag.Object, "object": map[string]any{"type": "commit", "sha": tag.Commit}})
			return
		}
	}
	refuse(w, http.StatusNotFound, "Not Found")
}

// store is the storage: assets, and bundles that are compressed.
func (s *Server) store(w http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 4)
	id, err := strconv.Atoi(parts[0])
	if err != nil || id < 0 || id >= len(s.repositories) || len(parts) != 4 {
		http.NotFound(w, r)
		return
	}
	one := s.repositories[id]
	if parts[1] == "attestations" {
		number, _ := strconv.Atoi(parts[3])
		if list := one.Attestations[parts[2]]; number >= 0 && number < len(list) {
			registrytest.Write(w, r, "application/x-snappy", snappy.Encode(nil, list[number]))
			return
		}
		http.NotFound(w, r)
		return
	}
	for _, release := range one.Releases {
		index := slices.IndexFunc(release.Assets, func(a Asset) bool { return a.Name == parts[3] })
		if release.Tag == parts[2] && index >= 0 {
			registrytest.Write(w, r, "application/octet-stream", release.Assets[index].Content)
			return
		}
	}
	http.NotFound(w, r)
}
