// Package npm is an npm registry in the process of a test.
package npm

import (
	"crypto/sha1"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/registrytest"
)

// Package is one package with its versions, the newest last.
type Package struct {
	Name     string
	Versions []Version
	// Latest is the version of the tag latest, the last one when empty.
	Latest string
}

// Version is one version.
type Version struct {
	Number    string
	Published time.Time
	Tarball   []byte
	// Integrity replaces the one that is computed from the tarball.
	Integrity string
	// Attestations is what the endpoint answers, nil for a version without any.
	Attestations []byte
	Repository   any // a string or an object, as publishers write it
	MCPName      string
	Deprecated   string
}

// Server is a registry that can behave like the poorer ones.
type Server struct {
	*registrytest.Server
	packages map[string]Package
	// Strip leaves out attestations and signatures and answers 404 for their endpoints, as mirrors do.
	Strip bool
	// Unsigned leaves out the signatures alone: a registry that never signed.
	Unsigned bool
	// Keys is what /-/npm/v1/keys answers.
	Keys []byte
	// Padding makes the full list larger by so many bytes.
	Padding int
}

// Serve starts a registry with some packages.
func Serve(t testing.TB, packages ...Package) *Server {
	s := &Server{packages: map[string]Package{}}
	for _, p := range packages {
		s.packages[p.Name] = p
	}
	s.Server = registrytest.Start(t, http.HandlerFunc(s.answer))
	return s
}

const short = "application/vnd.npm.install-v1+json"

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/")
	switch rest, attestations := strings.CutPrefix(path, "-/npm/v1/attestations/"); {
	case path == "-/npm/v1/keys":
		if s.Strip || s.Keys == nil {
			missing(w)
			return
		}
		registrytest.Write(w, r, "application/json", s.Keys)
	case attestations:
		s.attestations(w, r, rest)
	default:
		s.document(w, r, path)
	}
}

func missing(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write([]byte(`{"error":"Not found"}`)) // the client sees what arrives
}

func (s *Server) attestations(w http.ResponseWriter, r *http.Request, spec string) {
	spec, _ = url.PathUnescape(spec)
	at := strings.LastIndex(spec, "@")
	if at > 0 && !s.Strip {
		if v := s.find(spec[:at], spec[at+1:]); v != nil && v.Attestations != nil {
			registrytest.Write(w, r, "application/json", v.Attestations)
			return
		}
	}
	missing(w)
}

// document answers name, name/version and name/-/file.tgz; the slash of a scope
// may be escaped or not.
func (s *Server) document(w http.ResponseWriter, r *http.Request, path string) {
	parts := strings.Split(path, "/")
	name, _ := url.PathUnescape(parts[0])
	rest := parts[1:]
	if strings.HasPrefix(name, "@") && !strings.Contains(name, "/") && len(rest) > 0 {
		name, rest = name+"/"+rest[0], rest[1:]
	}
	p, is := s.packages[name]
	switch {
	case !is:
		missing(w)
	case len(rest) == 0:
		s.list(w, r, p)
	case len(rest) == 1:
		version := rest[0]
		if version == "latest" {
			version = p.latest()
		}
		if v := s.find(name, version); v != nil {
			registrytest.JSON(w, r, "application/json", s.version(p, *v, false))
			return
		}
		missing(w)
	case len(rest) == 2 && rest[0] == "-":
		for _, v := range p.Versions {
			if rest[1] == file(p.Name, v.Number) && v.Tarball != nil {
				registrytest.Write(w, r, "application/octet-stream", v.Tarball)
				return
			}
		}
		missing(w)
	default:
		missing(w)
	}
}

func (s *Server) find(name, number string) *Version {
	for _, v := range s.packages[name].Versions {
		if v.Number == number {
			return &v
		}
	}
	return nil
}

func (p Package) latest() string {
	if p.Latest != "" || len(p.Versions) == 0 {
		return p.Latest
	}
	return p.Versions[len(p.Versions)-1].Number
}

func (s *Server) list(w http.ResponseWriter, r *http.Request, p Package) {
	abbreviated := strings.Contains(r.Header.Get("Accept"), short)
	versions, times := map[string]any{}, map[string]any{}
	for _, v := range p.Versions {
		versions[v.Number] = s.version(p, v, abbreviated)
		if !v.Published.IsZero() {
			times[v.Number] = v.Published.UTC().Format("2006-01-02T15:04:05.000Z")
		}
	}
	list := map[string]any{"name": p.Name, "dist-tags": map[string]any{"latest": p.latest()}, "versions": versions}
	if abbreviated {
		list["modified"] = "2026-01-01T00:00:00.000Z"
		registrytest.JSON(w, r, short, list)
		return
	}
	list["_id"], list["time"] = p.Name, times
	list["readme"] = strings.Repeat("x", s.Padding)
	registrytest.JSON(w, r, "application/json", list)
}

func (s *Server) version(p Package, v Version, abbreviated bool) map[string]any {
	dist := map[string]any{"tarball": s.URL + "/" + p.Name + "/-/" + file(p.Name, v.Number)}
	integrity := v.Integrity
	if integrity == "" && v.Tarball != nil {
		long, old := sha512.Sum512(v.Tarball), sha1.Sum(v.Tarball)
		integrity = "sha512-" + base64.StdEncoding.EncodeToString(long[:])
		dist["shasum"] = hex.EncodeToString(old[:])
	}
	dist["integrity"] = integrity
	if !s.Strip {
		if !s.Unsigned {
			dist["signatures"] = []any{map[string]any{"keyid": "SHA256:test-only", "sig": "MEUCIQ=="}}
		}
		if v.Attestations != nil {
			dist["attestations"] = map[string]any{
				"url":        s.URL + "/-/npm/v1/attestations/" + url.PathEscape(p.Name) + "@" + v.Number,
				"provenance": map[string]any{"predicateType": "https://slsa.dev/provenance/v1"},
			}
		}
	}
	doc := map[string]any{"name": p.Name, "version": v.Number, "dist": dist}
	if v.Deprecated != "" {
		doc["deprecated"] = v.Deprecated
	}
	if !abbreviated {
		doc["_id"] = p.Name + "@" + v.Number
		if v.Repository != nil {
			doc["repository"] = v.Repository
		}
		if v.MCPName != "" {
			doc["mcpName"] = v.MCPName
		}
	}
	return doc
}

func file(name, number string) string {
	return name[strings.LastIndex(name, "/")+1:] + "-" + number + ".tgz"
}
