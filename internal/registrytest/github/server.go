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
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

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
