// Package mcpregistry is a registry of MCP servers in the process of a test.
package mcpregistry

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/registrytest"
)

// Entry is one published version: a server.json and when it came.
type Entry struct {
	Server    string
	Published time.Time
	Status    string // active when empty
}

// Server is a registry.
type Server struct {
	*registrytest.Server
	entries []entry
	// Old is a registry of 2025-09: no address for the versions of a server, the registry's own words
	// inside the entry.
	Old bool
	// Page is how many entries a list holds at most, 100 when zero.
	Page int
}

type entry struct {
	Entry
	raw           json.RawMessage
	name, version string
	latest        bool
}

// Serve starts a registry with some entries; of one server the last is the
// latest.
func Serve(t testing.TB, entries ...Entry) *Server {
	s := &Server{}
	latest := map[string]int{}
	for i, e := range entries {
		var said struct{ Name, Version string }
		if err := json.Unmarshal([]byte(e.Server), &said); err != nil {
			t.Fatalf("entry %d: %v", i, err)
		}
		if e.Status == "" {
			e.Status = "active"
		}
		s.entries = append(s.entries, entry{Entry: e, raw: json.RawMessage(e.Server), name: said.Name, version: said.Version})
		latest[said.Name] = i
	}
	for i := range s.entries {
		s.entries[i].latest = latest[s.entries[i].name] == i
	}
	s.Server = registrytest.Start(t, http.HandlerFunc(s.answer))
	return s
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/")
	path = strings.TrimPrefix(strings.TrimPrefix(path, "v0.1/"), "v0/")
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i], _ = url.PathUnescape(parts[i])
	}
	switch {
	case parts[0] != "servers":
		problem(w, "Not found")
	case len(parts) == 1:
		s.list(w, r, func(e entry) bool { return strings.Contains(e.name, r.URL.Query().Get("search")) })
	case s.Old:
		problem(w, "Not found")
	case len(parts) == 3 && parts[2] == "versions":
		s.list(w, r, func(e entry) bool { return e.name == parts[1] })
	case len(parts) == 4 && parts[2] == "versions":
		s.one(w, r, parts[1], parts[3])
	default:
		problem(w, "Not found")
	}
}

// problem is a 404 in the words of the registry (RFC 9457).
func problem(w http.ResponseWriter, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprintf(w, `{"title":"Not Found","status":404,"detail":%q}`, detail)
}

func (s *Server) one(w http.ResponseWriter, r *http.Request, name, version string) {
	for _, e := range s.entries {
		if e.name == name && (e.version == version || version == "latest" && e.latest) {
			registrytest.JSON(w, r, "application/json", s.write(e))
			return
		}
	}
	problem(w, "Server not found")
}

func (s *Server) list(w http.ResponseWriter, r *http.Request, keep func(entry) bool) {
	var all []any
	for _, e := range s.entries {
		if keep(e) {
			all = append(all, s.write(e))
		}
	}
	if len(all) == 0 && strings.HasSuffix(r.URL.Path, "/versions") {
		problem(w, "Server not found")
		return
	}
	size := s.Page
	if size == 0 {
		size = 100
	}
	start, _ := strconv.Atoi(r.URL.Query().Get("cursor")) // no cursor is the start
	start = min(max(start, 0), len(all))
	end := min(start+size, len(all))
	metadata := map[string]any{"count": end - start}
	if end < len(all) {
		metadata["nextCursor"] = strconv.Itoa(end)
	}
	servers := all[start:end]
	if servers == nil {
		servers = []any{}
	}
	registrytest.JSON(w, r, "application/json", map[string]any{"servers": servers, "metadata": metadata})
}

func (s *Server) write(e entry) any {
	at := e.Published.UTC().Format(time.RFC3339)
	const key = "io.modelcontextprotocol.registry/official"
	if !s.Old {
		return map[string]any{"server": e.raw, "_meta": map[string]any{key: map[string]any{"status": e.Status, "publishedAt": at, "updatedAt": at, "isLatest": e.latest}}}
	}
	flat := map[string]any{}
	_ = json.Unmarshal(e.raw, &flat) // it was read before
	flat["_meta"] = map[string]any{key: map[string]any{"status": e.Status, "published_at": at, "isLatest": e.latest}}
	return flat
}
