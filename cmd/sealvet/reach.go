package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	host "github.com/sealvet/sealvet/internal/collect/github"
	"github.com/sealvet/sealvet/internal/collect/gitlab"
	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/registry/github"
	"github.com/sealvet/sealvet/internal/collect/registry/gosum"
	"github.com/sealvet/sealvet/internal/collect/registry/mcp"
	"github.com/sealvet/sealvet/internal/collect/registry/mcpb"
	"github.com/sealvet/sealvet/internal/collect/registry/npm"
	"github.com/sealvet/sealvet/internal/collect/registry/oci"
	"github.com/sealvet/sealvet/internal/collect/registry/pypi"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/vet"
)

// reach is how far a command may go: which hosts it asks, or none.
type reach struct {
	offline bool
	allow   []string
	npm     string
	pypi    string
	github  string
	gitlab  string
	mcp     string
	cache   string
	// download fetches what registries hand out, so that proofs are held against what users get and not against what
	// the registry says of it.
	download bool
}

func (r *reach) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	offline := os.Getenv("SEALVET_OFFLINE") != "" && os.Getenv("SEALVET_OFFLINE") != "0"
	flags.BoolVar(&r.offline, "offline", offline, "dial nothing (what needs a network is then not assessed); also $SEALVET_OFFLINE")
	flags.StringArrayVar(&r.allow, "allow-host", nil, "host, or host:port, that may be asked although the repository names it or it is private; repeatable")
	flags.StringVar(&r.npm, "npm-registry", "", "address of the npm registry to ask (default: the public one)")
	flags.StringVar(&r.pypi, "pypi-index", "", "address of the Python index to ask (default: the public one)")
	flags.StringVar(&r.github, "github-api", "", "address of GitHub's API (default: $GITHUB_API_URL, else the public one)")
	flags.StringVar(&r.gitlab, "gitlab-api", "", "address of GitLab's API, which ends in /api/v4 (default: that of the CI, else the public one)")
	flags.StringVar(&r.mcp, "mcp-registry", "", "address of the MCP registry to ask (default: the official one)")
	flags.StringVar(&r.cache, "cache-dir", "", "folder for trust roots and answers that never change (default: sealvet in the user's cache; none: off)")
}

// client makes the one way out. A host that a flag or a trusted policy names may be
// private.
func (r *reach) client(trusted []string) (*web.Client, error) {
	allow := append(slices.Clone(r.allow), trusted...)
	for _, base := range []string{r.npm, r.pypi, r.githubAPI(), r.gitlabAPI(), r.mcp} {
		if base == "" {
			continue
		}
		address, err := url.Parse(base)
		if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
			return nil, errors.New("an address that was given is none of a registry or an API; it looks like https://registry.example.com")
		}
		if address.User != nil || address.RawQuery != "" || address.Fragment != "" {
			return nil, fmt.Errorf("the address of %s must hold no password and no query; a token goes into the environment", address.Host)
		}
		allow = append(allow, address.Host)
	}
	return web.New(web.Options{Timeout: 15 * time.Second, Offline: r.offline, Allow: allow, CacheDir: r.cacheDir("answers"), UserAgent: "sealvet/" + tool().Version}), nil
}

// githubAPI is the address of GitHub's API: the flag's, else that of the CI's own
// server, else the public one.
func (r *reach) githubAPI() string {
	if r.github != "" {
		return r.github
	}
	if _, _, api, ok := host.Where("", os.Getenv); ok {
		return api
	}
	return host.PublicAPI
}

// gitlabAPI is the address of GitLab's API: the flag's, else that of the CI's own
// server, else the public one.
func (r *reach) gitlabAPI() string {
	if r.gitlab != "" {
		return r.gitlab
	}
	if _, base, ok := gitlab.Where("", os.Getenv); ok {
		return base
	}
	return gitlab.PublicAPI
}

// cacheDir is a part of the cache, empty where there is none.
func (r *reach) cacheDir(part string) string {
	if r.cache == "none" {
		return ""
	}
	dir := r.cache
	if dir == "" {
		users, err := os.UserCacheDir()
		if err != nil {
			return "" // no home: nothing is kept
		}
		dir = filepath.Join(users, "sealvet")
	}
	return filepath.Join(dir, part)
}

// sources are the registries that can be asked. Tags of a Go module are those of a
// checkout.
func (r *reach) sources(client *web.Client, dir string) map[string]registry.Source {
	private, off := gosum.Environment(os.Getenv)
	api := r.githubAPI()
	value, _ := host.TokenFor(api, r.github != "", os.Getenv)
	return map[string]registry.Source{
		string(vet.NPM):    npm.New(npm.Options{Client: client, Base: r.npm, Download: r.download}),
		string(vet.PyPI):   pypi.New(pypi.Options{Client: client, Base: r.pypi, Download: r.download}),
		string(vet.Server): mcp.New(mcp.Options{Client: client, Base: r.mcp}),
		string(vet.OCI):    oci.New(oci.Options{Client: client}),
		"go":               gosum.New(gosum.Options{Client: client, Dir: dir, Private: private, Off: off}),
		"mcpb":             mcpb.New(mcpb.Options{Client: client}),
		"github-release":   github.New(github.Options{Client: client, Base: api, Token: web.Token{Value: value}}),
	}
}
