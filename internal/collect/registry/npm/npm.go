// Package npm asks a registry that speaks npm's protocol what it holds of a
// package: its versions, their digests, and the attestations of one version. It
// verifies nothing.
//
// Mirrors often leave out the fields that tell of attestations and signatures. A
// version without them counts as surely unattested only where the registry shows
// such fields for it or for another version of the package.
package npm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// PublicBase is the public registry.
const PublicBase = "https://registry." + "npmjs.org"

// Options set up a Source.
type Options struct {
	Client *web.Client
	// Base is the address of the registry, PublicBase when empty. Given by flag or policy.
	Base string
	// Token reads private packages; it goes to its host only.
	Token web.Token
	// Download fetches the tarball and hashes it, so that proofs are held against what users get and not against
	// what the registry says of it.
	Download bool
	Limits   registry.Limits
}

// Source is one registry.
type Source struct {
	options Options
	public  bool

	mu   sync.Mutex
	seen map[string]*once // package lists, by address
}

type once struct {
	sync.Once
	list *list
	err  error
}

var _ registry.Source = (*Source)(nil)

// New makes a source.
func New(options Options) *Source {
	s := &Source{options: options, public: options.Base == "", seen: map[string]*once{}}
	if s.public {
		s.options.Base = PublicBase
	}
	s.options.Base = strings.TrimRight(s.options.Base, "/")
	if s.options.Limits.Body == 0 {
		s.options.Limits.Body = 64 << 20 // the lists of old packages are long
	}
	return s
}

// packageName is what a registry takes today and took before: short, and nothing
// that could end the path.
var packageName = regexp.MustCompile(`^(@[A-Za-z0-9~_-][A-Za-z0-9._~-]*/)?[A-Za-z0-9~_-][A-Za-z0-9._~!'()*-]*$`)

// Find looks up one version of a package, the newest when the reference names
// none.
func (s *Source) Find(ctx context.Context, reference registry.Reference) (registry.Found, error) {
	if len(reference.Name) > 214 || !packageName.MatchString(reference.Name) {
		return registry.Found{}, fmt.Errorf("%.80q is no name of an npm package", reference.Name)
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
	all, err := s.list(ctx, look)
	if err != nil {
		return registry.Found{}, fmt.Errorf("look up npm:%s: %w", reference.Name, err)
	}
	version := all.resolve(reference.Version)
	if _, is := all.Versions[version]; !is {
		return registry.Found{}, fmt.Errorf("npm:%s has no version %q: %w", reference.Name, reference.Version, web.ErrAbsent)
	}
	return look.version(ctx, all, version)
}

// lookup is one question to one registry.
type lookup struct {
	source *Source
	base   string
	named  bool
	name   string
}

func (l lookup) request(path string, limit int64) web.Request {
	return web.Request{URL: l.base + path, Max: limit, Named: l.named, Token: l.source.options.Token, Accept: "application/json"}
}

// escaped is a name as a path holds it: the slash of a scope is no slash of the
// path.
func escaped(name string) string { return url.PathEscape(name) }

// list fetches the package list, once a run.
func (s *Source) list(ctx context.Context, look lookup) (*list, error) {
	key := look.base + " " + look.name
	s.mu.Lock()
	entry := s.seen[key]
	if entry == nil {
		entry = &once{}
		s.seen[key] = entry
	}
	s.mu.Unlock()
	entry.Do(func() { entry.list, entry.err = look.list(ctx) })
	if entry.err != nil {
		s.forget(key, entry)
	}
	return entry.list, entry.err
}

// forget lets the next look-up ask again: a failure may pass, or was the end of
// another caller's patience.
func (s *Source) forget(key string, entry *once) {
	if web.NotFound(entry.err) {
		return // it will not be there the next minute
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[key] == entry {
		delete(s.seen, key)
	}
}

// list reads all versions. The full document can be larger than is read; the short
// one then has to do, which knows no times.
func (l lookup) list(ctx context.Context) (*list, error) {
	request := l.request("/"+escaped(l.name), l.source.options.Limits.Body)
	response, err := l.source.options.Client.Do(ctx, request)
	short := errors.Is(err, web.ErrTooLarge)
	if short {
		request.Accept = "application/vnd.npm.install-v1+json"
		response, err = l.source.options.Client.Do(ctx, request)
	}
	if err != nil {
		return nil, err
	}
	var all list
	if err := json.Unmarshal(response.Body, &all); err != nil {
		return nil, fmt.Errorf("the answer of %s is no list of versions: %w", response.URL, err)
	}
	all.short = short
	return &all, nil
}

// version tells what is known of one version of the list.
func (l lookup) version(ctx context.Context, all *list, version string) (registry.Found, error) {
	doc := all.Versions[version]
	if all.short {
		l.complete(ctx, version, &doc)
	}
	p := evidence.Publication{
		Registry:   "npm",
		Name:       l.name,
		Version:    version,
		Host:       registry.HostOf(l.base),
		Address:    string(doc.Dist.Tarball),
		Published:  all.published(version),
		Digests:    doc.digests(),
		Declared:   doc.repository(),
		ServerName: string(doc.MCPName),
	}
	found := registry.Found{Publication: p, Previous: all.previous(version)}
	if doc.Deprecated != "" {
		found.Notes = append(found.Notes, fmt.Sprintf("the publisher has deprecated this version: %.200q", string(doc.Deprecated)))
	}
	if l.source.options.Download {
		if err := l.download(ctx, &found); err != nil {
			return found, err
		}
	}
	return found, l.attestations(ctx, all, doc, &found)
}

// complete reads the full document of a version, where only short ones are
// listed. Without it less is known, and nothing is wrong.
func (l lookup) complete(ctx context.Context, version string, doc *versionDoc) {
	request := l.request("/"+escaped(l.name)+"/"+url.PathEscape(version), verify.MaxProof)
	response, err := l.source.options.Client.Do(ctx, request)
	if err != nil {
		return
	}
	var full versionDoc
	if json.Unmarshal(response.Body, &full) == nil && string(full.Version) == version {
		*doc = full
	}
}

// maxTarball is what one package may have: four times the largest MCP server seen.
const maxTarball = 512 << 20

// download holds the tarball against what the registry says of it. Proofs are
// then checked against the tarball.
func (l lookup) download(ctx context.Context, found *registry.Found) error {
	p := &found.Publication
	if p.Address == "" {
		return nil // nothing to fetch: the digests of the registry are all there is
	}
	got, err := l.source.options.Client.Hash(ctx, web.Request{URL: p.Address, Max: maxTarball, Named: true, Token: l.source.options.Token})
	if err != nil {
		return fmt.Errorf("fetch npm:%s@%s: %w", p.Name, p.Version, err)
	}
	for _, declared := range p.Digests {
		for _, actual := range got.Digests {
			if declared.Algorithm == actual.Algorithm && declared.Value != actual.Value {
				found.Notes = append(found.Notes, fmt.Sprintf("the registry declares %s of the tarball, which has %s", declared, actual))
			}
		}
	}
	p.Digests, p.Actual = got.Digests, got.Digests[0].Value
	return nil
}
