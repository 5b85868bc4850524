package policyfile

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/collect/web"
)

const sha = "0123456789abcdef0123456789abcdef01234567"

// host plays GitHub for one private repository.
func host(t *testing.T) (api string, client *web.Client) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer secret":
			w.WriteHeader(http.StatusNotFound)
		case r.URL.EscapedPath() == "/repos/acme/policies/commits/release%2F2" && r.Header.Get("Accept") == "application/vnd.github.sha":
			_, _ = w.Write([]byte(sha))
		case r.URL.Path == "/repos/acme/policies/commits/odd":
			_, _ = w.Write([]byte("<html>"))
		case r.URL.Path == "/repos/acme/policies/contents/mcp/base.yml" && r.URL.Query().Get("ref") == sha:
			_, _ = w.Write([]byte("fail-at: low\n"))
		case r.URL.Path == "/repos/acme/policies/contents/huge.yml":
			_, _ = w.Write(make([]byte, maxSize+1))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	address, _ := url.Parse(server.URL)
	return server.URL, web.New(web.Options{Allow: []string{address.Host}})
}

func TestFetch(t *testing.T) {
	api, client := host(t)
	for _, c := range []struct{ path, ref, token, want string }{
		{"mcp/base.yml", "release/2", "secret", ""},
		{"mcp/base.yml", sha, "secret", ""},
		{"mcp/base.yml", "release/2", "", "needs a token with contents:read"},
		{"mcp/base.yml", "v9", "secret", "the token lacks contents:read"},
		{"mcp/other.yml", sha, "secret", "the token lacks contents:read"},
		{"mcp/base.yml", "odd", "secret", "does not say which commit"},
		{"huge.yml", sha, "secret", "larger than is read"},
	} {
		data, commit, err := Fetch(context.Background(), client, Place{API: api, Owner: "acme", Name: "policies", Path: c.path, Ref: c.ref, Token: c.token})
		if c.want == "" {
			if err != nil || commit != sha || string(data) != "fail-at: low\n" {
				t.Errorf("%s@%s: %q at %s, %v", c.path, c.ref, data, commit, err)
			}
			continue
		}
		var unreachable *Unreachable
		if !errors.As(err, &unreachable) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s@%s: %v", c.path, c.ref, err)
		}
	}
	_, _, err := Fetch(context.Background(), web.New(web.Options{Offline: true}), Place{API: api, Owner: "acme", Name: "policies", Path: "x.yml", Ref: "v1"})
	if !errors.Is(err, web.ErrOffline) {
		t.Errorf("offline: %v", err)
	}
}

func TestLocal(t *testing.T) {
	outside := t.TempDir()
	inside := filepath.Join(outside, "repo")
	if err := errors.Join(os.MkdirAll(filepath.Join(inside, "dir.yml"), 0o755), os.WriteFile(filepath.Join(outside, "secret.yml"), []byte("x"), 0o644),
		os.WriteFile(filepath.Join(inside, "base.yml"), []byte("fail-at: low"), 0o644), os.WriteFile(filepath.Join(inside, "huge.yml"), make([]byte, maxSize+1), 0o644),
		os.Symlink("../secret.yml", filepath.Join(inside, "link.yml"))); err != nil {
		t.Fatal(err)
	}
	if data, err := Local(inside, "base.yml"); err != nil || string(data) != "fail-at: low" {
		t.Errorf("%q, %v", data, err)
	}
	for _, path := range []string{"link.yml", "../secret.yml", "dir.yml", "none.yml", "huge.yml"} {
		var unreachable *Unreachable
		if _, err := Local(inside, path); !errors.As(err, &unreachable) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
