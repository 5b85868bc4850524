package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/collect/history"
	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/registry/folder"
	"github.com/sealvet/sealvet/internal/collect/registry/oci"
	"github.com/sealvet/sealvet/internal/collect/registry/rekor"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/detached"
	"github.com/sealvet/sealvet/internal/verify/gitsig"
	"github.com/sealvet/sealvet/internal/verify/mcpb"
	"github.com/sealvet/sealvet/internal/verify/second"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
	"github.com/sealvet/sealvet/internal/verify/sums"
	"github.com/sealvet/sealvet/internal/verify/trust"
	"github.com/sealvet/sealvet/internal/verify/vsa"
	"github.com/sealvet/sealvet/internal/vet"
)

// proving is what checks proofs: where they are looked for, what is trusted, which
// engines judge.
type proving struct {
	reach
	root     string
	npmKeys  string
	rekor    string
	maxAge   time.Duration
	refresh  bool
	mirror   string
	tufRoot  string
	unlogged bool
	second   string
}

func (p *proving) flags(cmd *cobra.Command) {
	p.reach.flags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&p.root, "trusted-root", "", "trusted_root.json to rest on, in place of those in the program")
	flags.StringVar(&p.npmKeys, "npm-keys", "", "keys of the npm registry, in place of those in the program")
	flags.DurationVar(&p.maxAge, "max-trust-age", 0, "oldest trust root to rest on, as 2160h (default: any, with a warning after 90 days)")
	flags.BoolVar(&p.unlogged, "timestamps-only", false, "the instance of --trusted-root keeps no transparency log: timestamps alone prove the time")
	flags.StringVar(&p.rekor, "rekor", "", "address of the transparency log to look up entries that a proof leaves out (default: the public one)")
	flags.BoolVar(&p.refresh, "refresh-trust", false, "fetch the newest trust roots by TUF and keep them in the cache")
	flags.StringVar(&p.mirror, "tuf-mirror", "", "address of the TUF repository of a Sigstore instance, for --refresh-trust (default: the public one)")
	flags.StringVar(&p.tufRoot, "tuf-root", "", "TUF root metadata of that repository to start from, where it is another one")
	flags.StringVar(&p.second, "second-verifier", "", "path of sealvet-slsa-verifier (default: beside this program, else in the PATH; none: off)")
}

// bench is what a command proves with. Close it.
type bench struct {
	client  *web.Client
	store   *trust.Store
	sources map[string]registry.Source
	second  *second.Verifier // nil: not wanted
	verify.Bench
}

// bench opens everything; nothing is read, dialled or started before it is needed.
// Dir is the checkout that is looked at: the second verifier is never taken from
// there. Trusted are hosts that a policy of the caller names.
func (p *proving) bench(now time.Time, dir string, trusted ...string) (*bench, error) {
	client, err := p.client(slices.Concat(trusted, hostOf(p.mirror), hostOf(p.rekor)))
	if err != nil {
		return nil, err
	}
	repositories, err := p.repositories()
	if err != nil {
		return nil, err
	}
	store, err := trust.Open(trust.Options{
		File: p.root, NPMKeysFile: p.npmKeys, CacheDir: p.cacheDir("trust"), MaxAge: p.maxAge, Now: now,
		Refresh: p.refresh && !p.offline, Transport: client.Transport(false), Repositories: repositories,
	})
	if err != nil {
		return nil, err
	}
	b := &bench{client: client, store: store, sources: p.sources(client, dir)}
	bundles := sigstore.New(store, sigstore.Options{MaxTrustAge: p.maxAge, TimestampsOnly: p.unlogged})
	b.Engines = []verify.Engine{bundles, &mcpb.Engine{}, vsa.Engine{}, &gitsig.Engine{Roots: store}, detached.Engine{}, sums.New(bundles, detached.Engine{})}
	if !p.offline {
		b.Complete = rekor.New(rekor.Options{Client: client, Base: p.rekor}).Complete
	}
	if p.second != "none" {
		b.second = second.Open(p.second, dir)
		b.Engines = append(b.Engines, b.second)
		b.Attach = b.second.Beside(store)
	}
	return b, nil
}

// hostOf is the host of an address that a flag gave, which may be private.
func hostOf(address string) []string {
	if parsed, err := url.Parse(address); err == nil && parsed.Host != "" {
		return []string{parsed.Host}
	}
	return nil
}

// repositories is where trust roots are refreshed from, where that is not the public
// place.
func (p *proving) repositories() (map[trust.Instance]trust.Repository, error) {
	if p.mirror == "" && p.tufRoot == "" {
		return nil, nil
	}
	repository := trust.Repository{Mirror: p.mirror}
	if p.tufRoot != "" {
		var err error
		if repository.Root, err = os.ReadFile(p.tufRoot); err != nil {
			return nil, fmt.Errorf("read the TUF root: %w", err)
		}
	}
	return map[trust.Instance]trust.Repository{trust.PublicGood: repository}, nil
}

func (b *bench) close() {
	if b.second != nil {
		_ = b.second.Close() // its work is done; how it ended changes no verdict
	}
}

// open makes what vets artifacts. Git revisions are those of a checkout.
func (p *proving) open(now time.Time, checkout string) (*vet.Vetter, func(), error) {
	b, err := p.bench(now, checkout)
	if err != nil {
		return nil, nil, err
	}
	t := tool()
	vetter := &vet.Vetter{
		Sources: make(map[vet.Kind]registry.Source),
		Local:   new(folder.Finder).Find, Proofs: folder.Proofs, IsLayout: oci.IsLayout, Layout: oci.Layout,
		Object: func(ctx context.Context, revision string) ([]byte, string, error) {
			return history.Object(ctx, checkout, revision)
		},
		Bench: b.Bench, Now: now,
		Edition: t.Version + " " + t.Commit, Trust: p.trust(b),
	}
	if dir := p.cacheDir("verdicts"); dir != "" {
		vetter.Cache = web.NewCache(dir, verdictCache)
	}
	for name, source := range b.sources {
		vetter.Sources[vet.Kind(name)] = source
	}
	vetter.Sources[vet.Release] = b.sources["github-release"]
	return vetter, b.close, nil
}

// trust names all that a verdict rests on beside the proof itself.
func (p *proving) trust(b *bench) string {
	second := b.second != nil && b.second.Available() == nil
	return fmt.Sprintf("%s timestamps-only=%v max-age=%s second=%v", b.store.Fingerprint(), p.unlogged, p.maxAge, second)
}

// verdictCache bounds the cache of verdicts, in bytes.
const verdictCache = 64 << 20
