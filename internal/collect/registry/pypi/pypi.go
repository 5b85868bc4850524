// Package pypi asks a Python package index what it holds of a project: the files
// of a version, their digests, and the attestations of each file (PEP 740). It
// verifies nothing.
//
// An index that tells of attestations has the key "provenance" at its files, with
// null where there is none. Where no file has the key the index is an older one
// or a mirror, and a file counts as surely unattested only when the integrity API
// says so in its own words.
package pypi

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"deps.dev/util/semver"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

// PublicBase is the public index.
const PublicBase = "https://pypi.org"

// Options set up a Source.
type Options struct {
	Client *web.Client
	// Base is the address of the index without /simple, PublicBase when empty. Given by flag or policy.
	Base string
	// Token reads private projects; it goes to its host only.
	Token web.Token
	// Download fetches each file and hashes it, so that proofs are held against what users get.
	Download bool
	// MaxFiles bounds how many files of a version are looked at for attestations, 100 when zero.
	MaxFiles int
	Limits   registry.Limits
}

// Source is one index.
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
	s.options.Base = root(s.options.Base)
	if s.options.MaxFiles == 0 {
		s.options.MaxFiles = 100
	}
	if s.options.Limits.Body == 0 {
		s.options.Limits.Body = 64 << 20
	}
	return s
}

// root is an index without the folder that installers are pointed to.
func root(base string) string {
	return strings.TrimSuffix(strings.TrimRight(base, "/"), "/simple")
}

var (
	projectName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,198}[A-Za-z0-9])?$`)
	separators  = regexp.MustCompile(`[-_.]+`)
)

// normal is the form in which an index knows a project (PEP 503).
func normal(name string) string {
	return strings.ToLower(separators.ReplaceAllString(name, "-"))
}

// Find looks up one version of a project, the newest when the reference names
// none.
func (s *Source) Find(ctx context.Context, reference registry.Reference) (registry.Found, error) {
	if !projectName.MatchString(reference.Name) {
		return registry.Found{}, fmt.Errorf("%.80q is no name of a Python project", reference.Name)
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
	look := lookup{source: s, base: root(base), named: named, name: normal(reference.Name)}
	all, err := look.list(ctx)
	if err != nil {
		return registry.Found{}, fmt.Errorf("look up pypi:%s: %w", look.name, err)
	}
	dated := all.dated()
	version := choose(dated, reference.Version)
	if version == "" {
		return registry.Found{}, fmt.Errorf("pypi:%s has no version %q: %w", look.name, reference.Version, web.ErrAbsent)
	}
	found := registry.Found{
		Publication: evidence.Publication{
			Registry: "pypi", Name: look.name, Version: version, Host: registry.HostOf(look.base),
			Address: look.base + "/project/" + look.name + "/" + url.PathEscape(version) + "/",
		},
		Previous: registry.Previous(semver.PyPI, dated, version),
	}
	for _, d := range dated {
		if d.Version == version && d.Withdrawn {
			found.Notes = append(found.Notes, "the publisher has withdrawn (yanked) this version")
		}
	}
	look.describe(ctx, &found.Publication)
	if err := look.files(ctx, all, version, &found); err != nil {
		return found, err
	}
	conclude(&found)
	return found, nil
}

// choose finds the version that a wish means: 1.0 is 1.0.0.
func choose(all []registry.Dated, wish string) string {
	if wish == "" {
		return registry.Newest(semver.PyPI, all)
	}
	for _, d := range all {
		if d.Version == wish {
			return wish
		}
	}
	want, err := semver.PyPI.Parse(wish)
	if err != nil {
		return ""
	}
	for _, d := range all {
		if have, err := semver.PyPI.Parse(d.Version); err == nil && have.Compare(want) == 0 {
			return d.Version
		}
	}
	return ""
}

// lookup is one question to one index.
type lookup struct {
	source *Source
	base   string
	named  bool
	name   string
}

func (l lookup) request(address, accept string, limit int64) web.Request {
	return web.Request{URL: address, Max: limit, Named: l.named, Token: l.source.options.Token, Accept: accept}
}

// conclude says of the whole version what its files say together. A withdrawn file
// is got by nobody who does not ask for it, so that it decides nothing.
func conclude(found *registry.Found) {
	p := &found.Publication
	var without, unknown []string
	yes := 0
	for _, f := range found.Files {
		switch f.Publication.Attested {
		case evidence.Yes:
			yes++
		case evidence.No:
			without = append(without, f.Publication.Name)
		case evidence.Unknown:
			unknown = append(unknown, f.Publication.Name)
			p.Why, p.Unlock = f.Publication.Why, f.Publication.Unlock
		}
		if p.Published.IsZero() || f.Publication.Published.Before(p.Published) {
			p.Published = f.Publication.Published
		}
	}
	switch {
	case len(without) > 0:
		p.Attested, p.Unlock = evidence.No, ""
		p.Why = fmt.Sprintf("%d of %d files have no attestation: %s", len(without), len(found.Files), some(without))
	case len(unknown) > 0:
		p.Attested = evidence.Unknown
	case yes > 0:
		p.Attested, p.Why, p.Unlock = evidence.Yes, "", ""
	default:
		p.Why = "the index lists no file of this version"
	}
}

// some names the first of many.
func some(names []string) string {
	if len(names) > 3 {
		return strings.Join(names[:3], ", ") + fmt.Sprintf(" and %d more", len(names)-3)
	}
	return strings.Join(names, ", ")
}
