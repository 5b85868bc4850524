package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/trace"
	"github.com/sealvet/sealvet/internal/verify"
)

// Options say who is asked and who checks what they hand out.
type Options struct {
	// Sources by registry: npm, pypi, oci, github-release, mcpb, mcp, go.
	Sources map[string]Source
	// Bench checks what they hand out.
	verify.Bench
	// Expect is what proofs are held against beside their subject. Checks compare sources and builders
	// themselves, so that a saved snapshot can be judged by another policy; it is mostly empty.
	Expect provenance.Expect
	// Root is the folder of the checkout, for the bundles in it; empty where only a snapshot is at hand.
	Root string
	// Unasked is why nobody is to be asked, as "--offline"; empty asks.
	Unasked string
	Now     time.Time
	// Most bounds how many names are looked up (100), Workers how many at a time (4).
	Most    int
	Workers int
	// Step hears what is done, for a progress bar.
	Step func(done, total int)
}

// Lister is a Source that also lists the releases of a repository, newest first.
type Lister interface {
	Releases(ctx context.Context, name string) ([]evidence.Release, error)
}

// answer is what came of one product.
type answer struct {
	publications []evidence.Publication
	releases     []evidence.Release
	gaps         []evidence.Gap
}

// Collect asks about everything that the repository publishes and adds what it
// hears to the snapshot, with a Gap wherever it heard nothing. One registry that
// fails costs only itself.
func Collect(ctx context.Context, seen *evidence.Snapshot, options Options) {
	c := &collector{Options: options, seen: seen, ours: evidence.Repository(seen.Target.Remote)}
	if c.Most <= 0 {
		c.Most = 100
	}
	if c.Workers <= 0 {
		c.Workers = 4
	}
	products := c.choose(trace.Products(seen))
	answers := make([]answer, len(products))
	c.each(len(products), func(i int) { answers[i] = c.ask(ctx, products[i]) })
	for _, a := range answers {
		c.whole.publications = append(c.whole.publications, a.publications...)
		c.whole.releases = append(c.whole.releases, a.releases...)
		c.whole.gaps = append(c.whole.gaps, a.gaps...)
	}
	c.bundles(ctx)
	seen.Publications = append(seen.Publications, c.whole.publications...)
	seen.Releases = append(seen.Releases, c.whole.releases...)
	seen.Gaps = append(seen.Gaps, c.whole.gaps...)
}

type collector struct {
	Options
	seen  *evidence.Snapshot
	ours  string // host/owner/name
	whole answer
}

// each runs a few at a time; what each brings has its own place, so the order is
// that of the products whoever is first.
func (c *collector) each(count int, do func(int)) {
	var group sync.WaitGroup
	var lock sync.Mutex
	done := 0
	next := make(chan int)
	for range min(c.Workers, count) {
		group.Go(func() {
			for i := range next {
				do(i)
				lock.Lock()
				done++
				if c.Step != nil {
					c.Step(done, count)
				}
				lock.Unlock()
			}
		})
	}
	for i := range count {
		next <- i
	}
	close(next)
	group.Wait()
}

// choose leaves out what nobody is to be asked about, and says so.
func (c *collector) choose(products []trace.Product) []trace.Product {
	if c.Unasked != "" {
		c.unasked(products)
		return nil
	}
	var chosen []trace.Product
	for _, p := range products {
		switch {
		case p.Unnamed != "":
			c.gap(p, p.Unnamed, "")
		case p.Hidden != "":
			c.gap(p, "its name looks private ("+p.Hidden+"), so that no public registry is to hear it", "")
		case c.Sources[p.Registry] == nil:
			c.gap(p, "there is no way to ask about "+p.Registry+" here", "")
		default:
			chosen = append(chosen, p)
		}
	}
	if len(chosen) <= c.Most {
		return chosen
	}
	// What is surely published goes first; the order of the others stays.
	slices.SortStableFunc(chosen, func(a, b trace.Product) int { return firstSure(a) - firstSure(b) })
	c.left(chosen[c.Most:], "", fmt.Sprintf(": a run asks about %d names", c.Most), "")
	return chosen[:c.Most]
}

func firstSure(p trace.Product) int {
	if p.Sure {
		return 0
	}
	return 1
}

// unasked: what only may be published by its manifest is not missed.
func (c *collector) unasked(products []trace.Product) {
	var missed []trace.Product
	for _, p := range products {
		switch {
		case p.Unnamed != "":
			c.gap(p, p.Unnamed, "") // a network would not help
		case p.Sure || p.Registry == "github-release":
			missed = append(missed, p)
		}
	}
	c.left(missed, c.Unasked+": ", "", unlockNetwork)
}

// left is one gap for each kind of what was not looked up.
func (c *collector) left(products []trace.Product, before, after, unlock string) {
	for len(products) > 0 {
		kind := evidence.PublicationKind(products[0].Registry)
		var same, others []trace.Product
		for _, p := range products {
			if evidence.PublicationKind(p.Registry) == kind {
				same = append(same, p)
			} else {
				others = append(others, p)
			}
		}
		c.gap(same[0], before+names(same, "was", "were")+" not looked up"+after, unlock)
		products = others
	}
}

const unlockNetwork = "a scan with a network, without --offline"

func (c *collector) gap(p trace.Product, reason, unlock string) {
	c.whole.gap(p, reason, unlock)
}

func (a *answer) gap(p trace.Product, reason, unlock string) {
	a.gaps = append(a.gaps, evidence.Gap{Kind: evidence.PublicationKind(p.Registry), Subject: p.String(), At: p.At, Reason: reason, Unlock: unlock})
}

// names says which products, in a few words.
func names(products []trace.Product, one, many string) string {
	var all []string
	for i, p := range products {
		if i == 3 && len(products) > 4 {
			return fmt.Sprintf("%s and %d more %s", strings.Join(all, ", "), len(products)-3, many)
		}
		all = append(all, p.String())
	}
	if len(all) == 1 {
		return all[0] + " " + one
	}
	return strings.Join(all, ", ") + " " + many
}
