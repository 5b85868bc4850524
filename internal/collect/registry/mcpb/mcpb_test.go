package mcpb_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/registry/mcpb"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/registrytest"
)

const content = "PK\x03\x04 a bundle of some bytes"

func serve(t *testing.T) *registrytest.Server {
	return registrytest.Start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/weather-mcp.mcpb") {
			_, _ = w.Write([]byte(content))
			return
		}
		http.NotFound(w, r)
	}))
}

func TestFind(t *testing.T) {
	server := serve(t)
	sum := sha256.Sum256([]byte(content))
	want := hex.EncodeToString(sum[:])
	for _, c := range []struct {
		name      string
		options   mcpb.Options
		materials int
		why       string
	}{
		{"small", mcpb.Options{}, 1, ""},
		{"larger than is held", mcpb.Options{Held: 8}, 0, "only its hash was taken"},
	} {
		c.options.Client = web.New(web.Options{Allow: []string{"127.0.0.1"}, Retries: -1})
		found, err := mcpb.New(c.options).Find(t.Context(), registry.Reference{Registry: "mcpb", Name: server.URL + "/v1/weather-mcp.mcpb?token=secret"})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		p := found.Publication
		if p.Actual != want || p.Digests[0].Value != want || len(found.Materials) != c.materials || !strings.Contains(p.Why, c.why) {
			t.Errorf("%s: %+v with %d materials", c.name, p, len(found.Materials))
		}
		if strings.Contains(p.Address, "secret") {
			t.Errorf("%s: the address shows its query: %s", c.name, p.Address)
		}
	}
}

func TestFindFails(t *testing.T) {
	server := serve(t)
	allowed := web.New(web.Options{Allow: []string{"127.0.0.1"}, Retries: -1})
	find := func(options mcpb.Options, name string) error {
		_, err := mcpb.New(options).Find(t.Context(), registry.Reference{Registry: "mcpb", Name: name})
		return err
	}
	if err := find(mcpb.Options{Client: allowed}, server.URL+"/other.mcpb"); !web.NotFound(err) {
		t.Errorf("a missing one: %v", err)
	}
	if err := find(mcpb.Options{Client: allowed, Held: 4, Hashed: 8}, server.URL+"/weather-mcp.mcpb"); !errors.Is(err, web.ErrTooLarge) {
		t.Errorf("one that is too large: %v", err)
	}
	if err := find(mcpb.Options{Client: allowed}, "dist/weather-mcp.mcpb"); err == nil {
		t.Error("a path is taken for an address")
	}
	before := len(server.Asked())
	var refused *web.Refused
	if err := find(mcpb.Options{Client: web.New(web.Options{Retries: -1})}, server.URL+"/weather-mcp.mcpb"); !errors.As(err, &refused) {
		t.Errorf("a private address that the repository names: %v", err)
	}
	if err := find(mcpb.Options{Client: web.New(web.Options{Offline: true})}, server.URL+"/weather-mcp.mcpb"); !errors.Is(err, web.ErrOffline) {
		t.Errorf("offline: %v", err)
	}
	if after := len(server.Asked()); after != before {
		t.Errorf("%d requests were sent although none may be", after-before)
	}
}
