package mcp

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/evidence"
)

// page is one answer of a list.
type page struct {
	Servers  []json.RawMessage `json:"servers"`
	Metadata metadata          `json:"metadata"`
}

type metadata struct {
	Next registry.Text `json:"nextCursor"`
	Old  registry.Text `json:"next_cursor"`
}

func (m metadata) next() string {
	if m.Next != "" {
		return string(m.Next)
	}
	return string(m.Old)
}

// entry is one version of one server.
type entry struct {
	raw      []byte
	server   server
	official official
}

func (e entry) dated() registry.Dated {
	return registry.Dated{
		Version: string(e.server.Version), Published: e.official.published(),
		Withdrawn: e.official.Status == "deleted" || e.official.Status == "deprecated",
	}
}

// server is a server.json, as far as the chain needs it.
type server struct {
	Name       registry.Text `json:"name"`
	Version    registry.Text `json:"version"`
	Repository struct {
		URL registry.Text `json:"url"`
	} `json:"repository"`
	Packages []pack `json:"packages"`
}

type pack struct {
	Type       registry.Text `json:"registryType"`
	Identifier registry.Text `json:"identifier"`
	Version    registry.Text `json:"version"`
	Base       registry.Text `json:"registryBaseUrl"`
	SHA256     registry.Text `json:"fileSha256"`
	// Of the schema of 2025-07.
	OldType registry.Text `json:"registry_type"`
	OldBase registry.Text `json:"registry_base_url"`
	OldSum  registry.Text `json:"file_sha256"`
}

func (p pack) publication(of evidence.Publication) evidence.Publication {
	return evidence.Publication{
		Registry:   first(p.Type, p.OldType),
		Name:       string(p.Identifier),
		Version:    string(p.Version),
		Host:       registry.HostOf(first(p.Base, p.OldBase)),
		Pinned:     strings.ToLower(first(p.SHA256, p.OldSum)),
		Declared:   of.Declared,
		ServerName: of.ServerName,
		Why:        of.Why,
	}
}

func first(texts ...registry.Text) string {
	for _, t := range texts {
		if t != "" {
			return string(t)
		}
	}
	return ""
}

// official is what the registry itself adds to an entry.
type official struct {
	Status    registry.Text `json:"status"`
	Published registry.Text `json:"publishedAt"`
	Old       registry.Text `json:"published_at"`
	Latest    bool          `json:"isLatest"`
}

func (o official) published() time.Time {
	at, err := time.Parse(time.RFC3339, first(o.Published, o.Old))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

type meta struct {
	Official official `json:"io.modelcontextprotocol.registry/official"`
}

// read takes both forms of an entry: the server.json beside what the registry adds,
// and the older one with the addition inside.
func read(raw []byte) (entry, bool) {
	var wrapped struct {
		Server json.RawMessage `json:"server"`
		Meta   meta            `json:"_meta"`
	}
	if json.Unmarshal(raw, &wrapped) != nil {
		return entry{}, false
	}
	e := entry{raw: wrapped.Server, official: wrapped.Meta.Official}
	if len(wrapped.Server) == 0 {
		e.raw = raw
	}
	if json.Unmarshal(e.raw, &e.server) != nil || e.server.Name == "" {
		return entry{}, false
	}
	return e, true
}
