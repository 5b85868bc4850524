// Package gosum holds a tag of the checkout against the Go checksum database: the
// content that the tag names now must be the content that the database recorded
// when somebody first asked for that version. It proves that the tag was not moved
// since, and nothing about who built what.
//
// Asking the database about a version that it does not know makes it fetch and
// publish that version. Names that GOPRIVATE or GONOSUMDB lists, that the tree marks
// as private or that are no public host's are therefore never looked up.
package gosum

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

const (
	publicName = "sum." + "golang.org"
	// PublicBase is the database of the Go project.
	PublicBase = "https://" + publicName
	// PublicKey verifies its signed trees. Source: cmd/go/internal/modfetch, key.go.
	PublicKey = publicName + "+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
)

// Options set up a Source.
type Options struct {
	Client *web.Client
	// Dir is the checkout that holds the tags.
	Dir string
	// Base and Key are the address and the verifier key of the database; the Go project's when empty.
	Base string
	Key  string
	// Private lists patterns of module paths that are never looked up, as GOPRIVATE does. See Environment.
	Private string
	// Off is GOSUMDB=off: nothing is looked up.
	Off bool
	// Records are lines of a go.sum file that the caller trusts. What they name is compared without
	// asking anybody.
	Records []byte
	Limits  registry.Limits
}

// Environment reads what the user has set for the go command: the patterns that
// are never looked up, and whether anything is.
func Environment(variable func(string) string) (private string, off bool) {
	private = variable("GONOSUMDB")
	if private == "" {
		private = variable("GOPRIVATE")
	}
	return private, variable("GOSUMDB") == "off" || private == "*"
}

// Source compares tags of one checkout.
type Source struct {
	options  Options
	database *database
	// mu keeps look-ups apart, so that a failure can be told from another's.
	mu sync.Mutex
}

var _ registry.Source = (*Source)(nil)

// New makes a source.
func New(options Options) *Source {
	if options.Base == "" {
		options.Base = PublicBase
	}
	options.Base = strings.TrimRight(options.Base, "/")
	if options.Key == "" {
		options.Key = PublicKey
	}
	return &Source{options: options, database: newDatabase(options)}
}

const engine = "Go checksum database (golang.org/x/mod)"

// Find compares one version of a module, the newest tag when the reference names
// none. The verdict is a Proof of the publication.
func (s *Source) Find(ctx context.Context, reference registry.Reference) (registry.Found, error) {
	if err := module.CheckImportPath(reference.Name); err != nil || len(reference.Name) > 1024 {
		return registry.Found{}, fmt.Errorf("%.80q is no path of a Go module", reference.Name)
	}
	if s.options.Limits.Timeout > 0 {
		bounded, cancel := context.WithTimeout(ctx, s.options.Limits.Timeout)
		defer cancel()
		ctx = bounded
	}
	tags, err := readTags(ctx, s.options.Dir)
	if err != nil {
		return registry.Found{}, fmt.Errorf("read the tags of the checkout: %w", err)
	}
	place, versions, err := tags.module(ctx, reference.Name)
	if err != nil {
		return registry.Found{}, fmt.Errorf("find %s in the checkout: %w", reference.Name, err)
	}
	version := reference.Version
	if version == "" {
		version = newest(versions)
	}
	if version == "" {
		return registry.Found{}, fmt.Errorf("the checkout has no tag of a version of %s: %w", reference.Name, web.ErrAbsent)
	}
	found := registry.Found{Previous: before(versions, version)}
	found.Publication = evidence.Publication{Registry: "go", Name: reference.Name, Version: version, Host: registry.HostOf(s.options.Base)}
	s.compare(ctx, reference.Private, place, &found.Publication)
	return found, nil
}

// compare fills in the verdict.
func (s *Source) compare(ctx context.Context, private bool, place place, p *evidence.Publication) {
	proof := evidence.Proof{
		Format: evidence.ProofGoSum,
		Engine: engine,
		Origin: s.options.Base + "/lookup/" + p.Name + "@" + p.Version,
		Root:   evidence.RootInfo{Name: keyName(s.options.Key), Origin: "embedded"},
	}
	if s.options.Key != PublicKey {
		proof.Root.Origin = "flag"
	}
	defer func() { p.Proofs = []evidence.Proof{proof} }()

	local, err := place.hash(ctx, p.Name, p.Version)
	if err != nil {
		proof.Class, proof.Detail = provenance.Unknown, "the tag cannot be hashed: "+err.Error()
		p.Why = proof.Detail
		return
	}
	p.Digests = []evidence.Digest{{Algorithm: "gitCommit", Value: local.commit}, local.tree.digest()}
	recorded, origin, err := s.recorded(ctx, private, p)
	if origin != "" {
		proof.Origin = origin
	}
	if err != nil {
		proof.Class, proof.Detail = classOf(err)
		p.Why = proof.Detail
		if proof.Class == provenance.NoProof {
			p.Attested = evidence.No
		}
		return
	}
	p.Attested = evidence.Yes
	proof.Claims = evidence.Claims{Subjects: []evidence.ClaimedSubject{{Name: p.Name + "@" + p.Version, Digests: []evidence.Digest{recorded.tree.digest()}}}}
	proof.Class, proof.Detail = verdict(local, recorded, p)
}

func verdict(local hashes, recorded hashes, p *evidence.Publication) (evidence.ProofClass, string) {
	switch {
	case recorded.tree == "":
		return provenance.Unknown, "the record does not name the content of " + p.Version
	case local.tree != recorded.tree:
		return provenance.SubjectMismatch, fmt.Sprintf("the tag of %s now names %s, the database recorded %s: the tag was moved, or the checkout is another one", p.Version, local.tree, recorded.tree)
	case recorded.mod != "" && local.mod != recorded.mod:
		return provenance.SubjectMismatch, fmt.Sprintf("go.mod of %s is now %s, the database recorded %s", p.Version, local.mod, recorded.mod)
	}
	return provenance.OK, "the tag names the content that was recorded when the version was first fetched"
}

// errPrivate is a module that nobody is asked about.
var errPrivate = errors.New("the module is private, so the public checksum database is not asked about it")

// errOff is a user who wants no database.
var errOff = errors.New("GOSUMDB is off, so no checksum database is asked")

// recorded is what the caller's own records or the database say of a version.
func (s *Source) recorded(ctx context.Context, private bool, p *evidence.Publication) (hashes, string, error) {
	if pinned := lines(string(s.options.Records), p.Name, p.Version); pinned.tree != "" {
		return pinned, "a record of go.sum", nil
	}
	switch {
	case s.options.Off:
		return hashes{}, "", errOff
	case private || hidden(p.Name) || module.MatchPrefixPatterns(s.options.Private, p.Name):
		return hashes{}, "", errPrivate
	case !semver.IsValid(p.Version):
		return hashes{}, "", fmt.Errorf("%s is no version of a Go module", p.Version)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.database.lookup(ctx, p.Name, p.Version)
	return found, "", err
}

// hidden knows module paths that no public host serves.
func hidden(path string) bool {
	host, _, _ := strings.Cut(path, "/")
	return web.LocalName(host) || strings.HasSuffix(host, ".invalid") || strings.HasSuffix(host, ".test")
}

// classOf says what an error means for the verdict.
func classOf(err error) (evidence.ProofClass, string) {
	switch {
	case errors.Is(err, errInconsistent):
		return provenance.LogInvalid, err.Error()
	case errors.Is(err, web.ErrOffline):
		return provenance.NeedsNetwork, "the checksum database was not asked: " + err.Error()
	case web.NotFound(err):
		return provenance.NoProof, "the checksum database has no such version: it was never fetched, or is not public"
	}
	return provenance.Unknown, err.Error()
}

func keyName(key string) string {
	name, _, _ := strings.Cut(key, "+")
	return name
}
