// Package mcp asks a registry of MCP servers for the entry of a server: the
// server.json that was published, with the repository and the packages it names.
// Such a registry holds no proofs and computes no digests: whoever publishes a
// name is believed. What its packages prove is for the sources of those.
package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"deps.dev/util/semver"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

// PublicBase is the official registry.
const PublicBase = "https://registry.modelcontextprotocol.io"

// Options set up a Source.
type Options struct {
	Client *web.Client
	// Base is the address of the registry, PublicBase when empty. Given by flag or policy.
	Base   string
	Limits registry.Limits
}

// Source is one registry.
type Source struct {
	options Options
	public  bool
}

var _ registry.Source = (*Source)(nil)

// New makes a source.
func New(options Options) *Source {
	s := &Source{options: options, public: options.Base == ""}
	if s.public {
		s.options.Base = PublicBase
	}
	s.options.Base = strings.TrimRight(s.options.Base, "/")
	if s.options.Limits.Body == 0 {
		s.options.Limits.Body = 8 << 20
	}
	return s
}

// serverName is the form that the registry's validator takes.
var serverName = regexp.MustCompile(`^[A-Za-z0-9.-]+/[A-Za-z0-9._-]+$`)

// Find looks up one version of a server, the newest when the reference names none.
// Document of what it finds is the published server.json, Packages what that
// names.
func (s *Source) Find(ctx context.Context, reference registry.Reference) (registry.Found, error) {
	if len(reference.Name) > 200 || !serverName.MatchString(reference.Name) {
		return registry.Found{}, fmt.Errorf("%.80q is no name of an MCP server", reference.Name)
	}
	base, named, err := registry.Base(reference, s.options.Base, s.public)
	if err != nil {
		return registry.Found{}, err
	}
	if s.options.Limits.Timeout > 0 {
		bounded, cancel := context.WithTimeout(ctx, s.options.Limits.Timeout)
		defer cancel()
		ctx = bounded
	}
	look := lookup{source: s, base: base, named: named, name: reference.Name}
	all, err := look.versions(ctx)
	if err != nil {
		return registry.Found{}, fmt.Errorf("look up mcp:%s: %w", reference.Name, err)
	}
	chosen := choose(all, reference.Version)
	if chosen == nil {
		return registry.Found{}, fmt.Errorf("mcp:%s has no version %q: %w", reference.Name, reference.Version, web.ErrAbsent)
	}
	return look.found(all, chosen), nil
}

// lookup is one question to one registry.
type lookup struct {
	source *Source
	base   string
	named  bool
	name   string
}

func (l lookup) ask(ctx context.Context, path string, into any) error {
	request := web.Request{URL: l.base + path, Max: l.source.options.Limits.Body, Named: l.named, Accept: "application/json"}
	response, err := l.source.options.Client.Do(ctx, request)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(response.Body, into); err != nil {
		return fmt.Errorf("the answer of %s is no list of servers: %w", response.URL, err)
	}
	return nil
}

// maxPages bounds a search: a name that fills more is looked for among too many.
const maxPages = 10

// versions lists all versions of a server. An older registry has no address for
// that and is searched.
func (l lookup) versions(ctx context.Context) ([]entry, error) {
	all, err := l.pages(ctx, "/v0/servers/"+url.PathEscape(l.name)+"/versions", "")
	if !web.NotFound(err) {
		return all, err
	}
	all, wrong := l.pages(ctx, "/v0/servers", l.name)
	if wrong != nil {
		if web.NotFound(wrong) || refusesSearch(wrong) {
			return nil, err // the first answer says it better
		}
		return nil, wrong
	}
	if len(all) == 0 {
		return nil, err
	}
	return all, nil
}

func refusesSearch(err error) bool {
	var status *web.Status
	return errors.As(err, &status) && status.Code < 500 && status.Code != 429
}

// pages reads a list page by page and keeps the entries of the server itself.
func (l lookup) pages(ctx context.Context, path, search string) ([]entry, error) {
	var all []entry
	cursor := ""
	for range maxPages {
		query := url.Values{"limit": {"100"}}
		if search != "" {
			query.Set("search", search)
		}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		var page page
		if err := l.ask(ctx, path+"?"+query.Encode(), &page); err != nil {
			return nil, err
		}
		for _, raw := range page.Servers {
			if e, is := read(raw); is && string(e.server.Name) == l.name {
				all = append(all, e)
			}
		}
		next := page.Metadata.next()
		if next == "" || next == cursor {
			return all, nil
		}
		cursor = next
	}
	return all, nil
}

func choose(all []entry, wish string) *entry {
	var dated []registry.Dated
	for i := range all {
		if wish == "" && all[i].official.Latest {
			return &all[i]
		}
		dated = append(dated, all[i].dated())
	}
	if wish == "" || wish == "latest" {
		wish = registry.Newest(semver.DefaultSystem, dated)
	}
	for i := range all {
		if string(all[i].server.Version) == wish {
			return &all[i]
		}
	}
	return nil
}

func (l lookup) found(all []entry, chosen *entry) registry.Found {
	server := chosen.server
	var dated []registry.Dated
	for _, e := range all {
		dated = append(dated, e.dated())
	}
	p := evidence.Publication{
		Registry:   "mcp",
		Name:       l.name,
		Version:    string(server.Version),
		Host:       registry.HostOf(l.base),
		Address:    l.base + "/v0/servers/" + url.PathEscape(l.name) + "/versions/" + url.PathEscape(string(server.Version)),
		Published:  chosen.official.published(),
		Declared:   registry.Declared(string(server.Repository.URL)),
		ServerName: l.name,
		Why:        "a registry of MCP servers holds no attestations; those of the packages count",
	}
	found := registry.Found{Publication: p, Document: chosen.raw, Previous: registry.Previous(semver.DefaultSystem, dated, p.Version)}
	if status := string(chosen.official.Status); status != "" && status != "active" {
		found.Notes = append(found.Notes, "the registry lists this version as "+status)
	}
	for _, pack := range server.Packages {
		found.Packages = append(found.Packages, pack.publication(p))
	}
	return found
}
