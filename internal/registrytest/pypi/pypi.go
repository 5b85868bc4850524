// Package pypi is a Python package index in the process of a test.
package pypi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/registrytest"
)

// Project is one project, under its normalized name.
type Project struct {
	Name     string
	Releases []Release
}

// Release is one version, with what its own document says.
type Release struct {
	Version     string
	Files       []File
	Links       map[string]string
	Home        string
	Description string
}

// File is one wheel or source distribution.
type File struct {
	Name     string
	Content  []byte
	SHA256   string // replaces the one of the content
	Uploaded time.Time
	Yanked   bool
	// Provenance is what the integrity API answers, nil for a file without attestations.
	Provenance []byte
}

// Server is an index that can behave like the poorer ones.
type Server struct {
	*registrytest.Server
	projects map[string]Project
	// Strip leaves out the key provenance and has no integrity API.
	Strip bool
	// Keyless leaves out the key alone: the integrity API still answers.
	Keyless bool
	// HTML has no JSON form of the simple API.
	HTML bool
}

// Serve starts an index with some projects.
func Serve(t testing.TB, projects ...Project) *Server {
	s := &Server{projects: map[string]Project{}}
	for _, p := range projects {
		s.projects[p.Name] = p
	}
	s.Server = registrytest.Start(t, http.HandlerFunc(s.answer))
	return s
}

const (
	simpleJSON    = "application/vnd.pypi.simple.v1+json"
	integrityJSON = "application/vnd.pypi.integrity.v1+json"
)

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for i := range parts {
		parts[i], _ = url.PathUnescape(parts[i])
	}
	var project Project
	var is bool
	if len(parts) > 1 {
		project, is = s.projects[parts[1]]
	}
	switch {
	case !is:
		missing(w, "Not Found")
	case parts[0] == "simple" && len(parts) == 2:
		s.simple(w, r, project)
	case parts[0] == "pypi" && len(parts) == 3 && parts[2] == "json":
		s.document(w, r, project, "")
	case parts[0] == "pypi" && len(parts) == 4 && parts[3] == "json":
		s.document(w, r, project, parts[2])
	case parts[0] == "integrity" && len(parts) == 5 && parts[4] == "provenance" && !s.Strip:
		s.integrity(w, r, project, parts[2], parts[3])
	case parts[0] == "files" && len(parts) == 3:
		s.file(w, r, project, parts[2])
	default:
		missing(w, "Not Found")
	}
}

func missing(w http.ResponseWriter, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprintf(w, `{"message":%q}`, message)
}

func (f File) digest() string {
	if f.SHA256 != "" {
		return f.SHA256
	}
	sum := sha256.Sum256(f.Content)
	return hex.EncodeToString(sum[:])
}

func (s *Server) address(p Project, f File) string { return s.URL + "/files/" + p.Name + "/" + f.Name }

func (s *Server) simple(w http.ResponseWriter, r *http.Request, p Project) {
	if s.HTML || !strings.Contains(r.Header.Get("Accept"), simpleJSON) {
		registrytest.Write(w, r, "text/html", []byte("<!DOCTYPE html><html><body><a href=x>x</a></body></html>"))
		return
	}
	versions, files := []any{}, []any{}
	for _, release := range p.Releases {
		versions = append(versions, release.Version)
		for _, f := range release.Files {
			entry := map[string]any{
				"filename": f.Name, "url": s.address(p, f), "size": len(f.Content), "yanked": f.Yanked,
				"hashes": map[string]string{"sha256": f.digest()}, "requires-python": ">=3.8",
			}
			if !f.Uploaded.IsZero() {
				entry["upload-time"] = f.Uploaded.UTC().Format("2006-01-02T15:04:05.000000Z")
			}
			if !s.Strip && !s.Keyless {
				entry["provenance"] = nil
				if f.Provenance != nil {
					entry["provenance"] = s.URL + "/integrity/" + p.Name + "/" + release.Version + "/" + f.Name + "/provenance"
				}
			}
			files = append(files, entry)
		}
	}
	registrytest.JSON(w, r, simpleJSON, map[string]any{
		"meta": map[string]any{"api-version": "1.3", "_last-serial": 1}, "name": p.Name, "versions": versions, "files": files,
	})
}

func (s *Server) document(w http.ResponseWriter, r *http.Request, p Project, version string) {
	releases := map[string]any{}
	var chosen *Release
	for i, release := range p.Releases {
		files := []any{}
		for _, f := range release.Files {
			files = append(files, map[string]any{
				"filename": f.Name, "url": s.address(p, f), "digests": map[string]string{"sha256": f.digest()}, "yanked": f.Yanked,
				"upload_time_iso_8601": f.Uploaded.UTC().Format(time.RFC3339),
			})
		}
		releases[release.Version] = files
		if version == "" || release.Version == version {
			chosen = &p.Releases[i]
		}
	}
	if chosen == nil {
		missing(w, "Not Found")
		return
	}
	doc := map[string]any{
		"info": map[string]any{
			"name": p.Name, "version": chosen.Version, "project_urls": chosen.Links, "home_page": chosen.Home, "description": chosen.Description,
		},
		"urls": releases[chosen.Version],
	}
	if version == "" {
		doc["releases"] = releases
	}
	registrytest.JSON(w, r, "application/json", doc)
}

func (s *Server) integrity(w http.ResponseWriter, r *http.Request, p Project, version, name string) {
	for _, release := range p.Releases {
		for _, f := range release.Files {
			if release.Version != version || f.Name != name {
				continue // another file
			}
			if f.Provenance == nil {
				missing(w, "No provenance available for "+name)
				return
			}
			registrytest.Write(w, r, integrityJSON, f.Provenance)
			return
		}
	}
	missing(w, "Not Found")
}

func (s *Server) file(w http.ResponseWriter, r *http.Request, p Project, name string) {
	for _, release := range p.Releases {
		for _, f := range release.Files {
			if f.Name == name && f.Content != nil {
				registrytest.Write(w, r, "application/octet-stream", f.Content)
				return
			}
		}
	}
	missing(w, "Not Found")
}
