package mcp

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/registrytest"
	fake "github.com/sealvet/sealvet/internal/registrytest/mcpregistry"
)

const (
	weather1 = `{"$schema":"https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json","name":"io.github.acme/weather","description":"x","version":"1.0.0","packages":[{"registryType":"npm","identifier":"@acme/weather","version":"1.0.0","transport":{"type":"stdio"}}]}`
	weather2 = `{"name":"io.github.acme/weather","description":"x","version":"1.1.0","repository":{"url":"https://github.com/Acme/Weather","source":"github"},"packages":[{"registryType":"npm","registryBaseUrl":"https://packages.example.com","identifier":"@acme/weather","version":"1.1.0","transport":{"type":"stdio"}},{"registryType":"mcpb","identifier":"https://github.com/acme/weather/releases/download/v1.1.0/weather-mcp.mcpb","fileSha256":"FE2A0000000000000000000000000000000000000000000000000000000000AA","transport":{"type":"stdio"}}]}`
	rival    = `{"name":"io.github.acme/weather-pro","description":"x","version":"9.0.0","packages":[]}`
)

func entries() []fake.Entry {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	return []fake.Entry{{Server: weather1, Published: day(1)}, {Server: rival, Published: day(2)}, {Server: weather2, Published: day(3)}}
}

func ask(s *fake.Server) *Source {
	return New(Options{Client: web.New(web.Options{Allow: []string{s.Host()}, Pause: time.Millisecond}), Base: s.URL})
}

func TestFindsTheEntry(t *testing.T) {
	for name, old := range map[string]bool{"today's registry": false, "an old registry": true} {
		t.Run(name, func(t *testing.T) {
			server := fake.Serve(t, entries()...)
			server.Old, server.Page = old, 1
			found, err := ask(server).Find(t.Context(), registry.Reference{Name: "io.github.acme/weather"})
			if err != nil {
				t.Fatal(err)
			}
			p := found.Publication
			if p.Version != "1.1.0" || found.Previous != "1.0.0" || p.Declared != "github.com/acme/weather" || p.ServerName != "io.github.acme/weather" || p.Published.Day() != 3 {
				t.Errorf("%+v, previous %s", p, found.Previous)
			}
			if p.Attested != evidence.Unknown || p.Why == "" {
				t.Errorf("attested %v: a registry of servers holds no proofs", p.Attested)
			}
			if !old && string(found.Document) != weather2 || !strings.Contains(string(found.Document), "weather-mcp.mcpb") {
				t.Errorf("%s", found.Document)
			}
			if len(found.Packages) != 2 || found.Packages[0].Host != "packages.example.com" || found.Packages[0].Registry != "npm" ||
				found.Packages[1].Pinned != "fe2a0000000000000000000000000000000000000000000000000000000000aa" {
				t.Errorf("%+v", found.Packages)
			}
		})
	}
}

func TestVersions(t *testing.T) {
	server := fake.Serve(t, append(entries(), fake.Entry{Server: strings.ReplaceAll(weather2, "1.1.0", "1.2.0"), Status: "deleted"})...)
	source := ask(server)
	found, err := source.Find(t.Context(), registry.Reference{Name: "io.github.acme/weather", Version: "1.0.0"})
	if err != nil || found.Publication.Version != "1.0.0" || found.Previous != "" || found.Publication.Declared != "" {
		t.Errorf("%+v %v", found.Publication, err)
	}
	found, err = source.Find(t.Context(), registry.Reference{Name: "io.github.acme/weather", Version: "1.2.0"})
	if err != nil || len(found.Notes) != 1 || !strings.Contains(found.Notes[0], "deleted") || found.Previous != "1.1.0" {
		t.Errorf("%+v %v", found, err)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	server := fake.Serve(t, entries()...)
	source := ask(server)
	for _, old := range []bool{false, true} {
		server.Old = old
		for _, reference := range []registry.Reference{{Name: "io.github.acme/weath"}, {Name: "io.github.acme/weather", Version: "7"}} {
			if _, err := source.Find(t.Context(), reference); !web.NotFound(err) {
				t.Errorf("%+v: %v", reference, err)
			}
		}
	}
	for _, name := range []string{"", "weather", "a/b/c", "../x/y", "a/b?c"} {
		if _, err := source.Find(t.Context(), registry.Reference{Name: name}); err == nil || web.NotFound(err) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestBadDays(t *testing.T) {
	server := fake.Serve(t, entries()...)
	server.Next("/v0/servers/", registrytest.Cut(), registrytest.Answer(503))
	if _, err := ask(server).Find(t.Context(), registry.Reference{Name: "io.github.acme/weather"}); err != nil {
		t.Error(err)
	}
	server.Always("/v0/servers", registrytest.Answer(500))
	if _, err := ask(server).Find(t.Context(), registry.Reference{Name: "io.github.acme/weather"}); err == nil || web.NotFound(err) {
		t.Errorf("a registry that fails: %v", err)
	}
	offline := New(Options{Client: web.New(web.Options{Offline: true})})
	if _, err := offline.Find(t.Context(), registry.Reference{Name: "io.github.acme/weather"}); !errors.Is(err, web.ErrOffline) {
		t.Error(err)
	}
	if _, err := offline.Find(t.Context(), registry.Reference{Name: "io.github.acme/weather", Private: true}); !errors.Is(err, registry.ErrPrivate) {
		t.Error(err)
	}
}

func FuzzEntry(f *testing.F) {
	f.Add([]byte(weather2))
	f.Add([]byte(`{"server":` + weather1 + `,"_meta":{"io.modelcontextprotocol.registry/official":{"status":"active","publishedAt":"2026-01-01T00:00:00Z","isLatest":true}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, is := read(raw)
		if !is {
			return
		}
		l := lookup{name: string(e.server.Name), base: "https://registry.example.com"}
		_ = l.found([]entry{e}, &e)
	})
}
