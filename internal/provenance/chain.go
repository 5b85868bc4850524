package provenance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// LinkState says whether two things that should belong together do.
type LinkState string

const (
	Holds   LinkState = "ok"
	Broken  LinkState = "broken"
	Unclear LinkState = "unknown"
)

// Chain is the way from what users are told (an entry of the MCP registry) to what
// they get (a package, an image, a bundle), to the repository it is of, and to the
// proof of that. It is as good as its worst link.
type Chain struct {
	Artifact string    `json:"artifact"`        // npm:@acme/weather@1.2.0
	Entry    string    `json:"entry,omitempty"` // name of the server, where a server.json offers it
	State    LinkState `json:"state"`
	Links    []Link    `json:"links"`
}

// Link is one step of a chain.
type Link struct {
	From   string            `json:"from"`
	To     string            `json:"to"`
	State  LinkState         `json:"state"`
	Reason string            `json:"reason"`
	At     evidence.Location `json:"at,omitzero"`
}

// Chains puts together what the snapshot knows of everything that is published:
// first what each server.json offers, then the rest.
func Chains(seen *evidence.Snapshot) []Chain {
	var all []Chain
	told := make(map[string]bool)
	roles := seen.Roles()
	for _, server := range seen.ServerManifests {
		if roles[server.Path] != evidence.Source || server.Name.Value == "" {
			continue // offers nothing to anybody
		}
		for _, offered := range server.Packages {
			files := offeredFiles(seen, offered)
			c := chainer{seen: seen, server: &server, offered: &offered, files: files}
			all = append(all, c.chain())
			if len(files) > 0 {
				told[files[0].Whole()] = true
			}
		}
	}
	for _, p := range seen.Publications {
		if p.Rank != 0 || p.InTree || p.Registry == "mcp" || told[p.Whole()] {
			continue // not under audit, fetched by nobody, or told above
		}
		told[p.Whole()] = true
		c := chainer{seen: seen, files: filesOf(seen, p)}
		all = append(all, c.chain())
	}
	return all
}

// offeredFiles are the publications of what a server.json offers: one, or its files.
func offeredFiles(seen *evidence.Snapshot, offered evidence.ServerPackage) []evidence.Publication {
	for _, p := range seen.Publications {
		if p.Rank == 0 && p.Registry == offered.Registry && p.At == offered.Identifier.At {
			return filesOf(seen, p)
		}
	}
	return nil
}

func filesOf(seen *evidence.Snapshot, one evidence.Publication) (files []evidence.Publication) {
	for _, p := range seen.Publications {
		if p.Rank == 0 && p.Whole() == one.Whole() {
			files = append(files, p)
		}
	}
	return files
}

// chainer makes one chain.
type chainer struct {
	seen    *evidence.Snapshot
	server  *evidence.ServerManifest // nil where none offers it
	offered *evidence.ServerPackage
	files   []evidence.Publication // empty where nobody was asked
	links   []Link
}

func (c *chainer) chain() Chain {
	chain := Chain{Artifact: c.artifact()}
	if c.server != nil {
		chain.Entry = c.server.Name.Value
		c.repository()
		c.entry()
		c.offer()
	}
	if len(c.files) > 0 {
		c.back()
		c.declared()
		c.proof()
	}
	chain.Links, chain.State = c.links, Holds
	for _, link := range c.links {
		if link.State == Broken || link.State == Unclear && chain.State == Holds {
			chain.State = link.State
		}
	}
	return chain
}

func (c *chainer) artifact() string {
	switch {
	case len(c.files) > 0 && c.files[0].Registry == "mcpb":
		return "mcpb:" + c.files[0].Name[strings.LastIndexByte(c.files[0].Name, '/')+1:]
	case len(c.files) > 0:
		return c.files[0].Whole()
	case c.offered.Version.Value != "":
		return c.offered.Registry + ":" + c.offered.Identifier.Value + "@" + c.offered.Version.Value
	}
	return c.offered.Registry + ":" + c.offered.Identifier.Value
}

func (c *chainer) link(from, to string, at evidence.Location, state LinkState, format string, args ...any) {
	c.links = append(c.links, Link{From: from, To: to, State: state, Reason: fmt.Sprintf(format, args...), At: at})
}

// ours is the repository under audit, as far as anything names it.
func (c *chainer) ours() string { return evidence.Repository(c.seen.Target.Remote) }

// repository: the entry names the repository that this is.
func (c *chainer) repository() {
	named, ours, at := evidence.Repository(c.server.Repository.Value), c.ours(), c.server.Repository.At
	switch {
	case named == "":
		c.link(c.server.Path, "this repository", c.server.At, Unclear, "it names none")
	case ours == "":
		c.link(c.server.Path, named, at, Unclear, "the checkout has no origin to compare")
	case SameRepository(named, ours):
		c.link(c.server.Path, named, at, Holds, "it is this one")
	default:
		c.link(c.server.Path, named, at, Broken, "this one is %s", ours)
	}
}

// entry: the MCP registry holds it, and names the same repository.
func (c *chainer) entry() {
	name := c.server.Name.Value
	for _, p := range c.seen.Publications {
		if p.Registry != "mcp" || p.Name != name || p.Rank != 0 {
			continue // another entry
		}
		declared, named := evidence.Repository(p.Declared), evidence.Repository(c.server.Repository.Value)
		switch {
		case p.Published.IsZero() && p.Version == "" && p.Why != "":
			c.link(c.server.Path, "the MCP registry", c.server.Name.At, Unclear, "%s", p.Why)
		case declared != "" && named != "" && !SameRepository(declared, named):
			c.link(c.server.Path, "the MCP registry", c.server.Name.At, Broken, "there %s is of %s", name, declared)
		default:
			c.link(c.server.Path, "the MCP registry", c.server.Name.At, Holds, "it lists %s", strings.TrimSuffix(name+" "+p.Version, " "))
		}
		return
	}
	c.link(c.server.Path, "the MCP registry", c.server.Name.At, Unclear, "%s", c.unheard("mcp:"+name, "mcp"))
}

// unheard is why nothing is known of a product.
func (c *chainer) unheard(subject, registry string) string {
	for _, gap := range c.seen.Gaps {
		if gap.Kind == evidence.PublicationKind(registry) && gap.Subject == subject {
			return gap.Reason
		}
	}
	for _, gap := range c.seen.Gaps {
		if gap.Kind == evidence.PublicationKind(registry) {
			return gap.Reason
		}
	}
	return "nobody asked"
}

// offer: what the entry offers is there, and is what its hash says.
func (c *chainer) offer() {
	at := c.offered.Identifier.At
	if len(c.files) == 0 {
		c.link(c.server.Path, c.artifact(), at, Unclear, "%s", c.unheard(c.offered.Registry+":"+c.offered.Identifier.Value, c.offered.Registry))
		return
	}
	first := c.files[0]
	version := c.offered.Version.Value
	switch {
	case first.Registry == "mcpb" && (first.Pinned == "" || first.Actual == ""):
		c.link(c.server.Path, c.artifact(), at, Unclear, "%s", cmp.Or(first.Why, "no hash ties the file to it"))
	case first.Registry == "mcpb" && !strings.EqualFold(first.Pinned, first.Actual):
		c.link(c.server.Path, c.artifact(), at, Broken, "fileSha256 is not the hash of the file")
	case first.Registry == "mcpb":
		c.link(c.server.Path, c.artifact(), at, Holds, "fileSha256 is its hash")
	case len(first.Digests) == 0 && first.Attested == evidence.Unknown && first.Why != "" && first.Published.IsZero():
		c.link(c.server.Path, c.artifact(), at, Unclear, "%s", first.Why)
	case version != "" && first.Version != version && !c.offered.Template:
		c.link(c.server.Path, c.artifact(), at, Unclear, "it offers %s, which is not published", version)
	default:
		c.link(c.server.Path, c.artifact(), at, Holds, "it is published")
	}
}

// back: what is published names the server it is of. Not every registry tells it.
func (c *chainer) back() {
	first := c.files[0]
	switch {
	case c.server == nil || first.Registry == "mcpb" || first.Registry == "github-release":
		return // nothing to name, or no place for it
	case first.ServerName == "":
		c.link(c.artifact(), c.server.Name.Value, first.At, Unclear, "what the registry tells does not name the server")
	case first.ServerName == c.server.Name.Value:
		c.link(c.artifact(), c.server.Name.Value, first.At, Holds, "it names the server")
	default:
		c.link(c.artifact(), c.server.Name.Value, first.At, Broken, "it names %s", first.ServerName)
	}
}

// declared: its metadata name this repository.
func (c *chainer) declared() {
	first, ours := c.files[0], c.ours()
	declared := evidence.Repository(first.Declared)
	switch {
	case first.Registry == "mcpb" || first.Registry == "github-release":
		return // no metadata but the address
	case ours == "":
		c.link(c.artifact(), "this repository", first.At, Unclear, "the checkout has no origin to compare")
	case declared == "":
		c.link(c.artifact(), ours, first.At, Unclear, "its metadata name no repository")
	case SameRepository(declared, ours):
		c.link(c.artifact(), ours, first.At, Holds, "named by its metadata, which proves nothing")
	default:
		c.link(c.artifact(), ours, first.At, Broken, "its metadata name %s", declared)
	}
}

// proof: something proves from what it was built. The worst of its files decides.
func (c *chainer) proof() {
	var links []Link
	for _, file := range c.files {
		one := chainer{seen: c.seen, files: []evidence.Publication{file}}
		one.prove(file)
		links = append(links, one.links...)
	}
	slices.SortStableFunc(links, func(a, b Link) int { return worst(a.State) - worst(b.State) })
	if len(links) > 1 && links[0].State != Holds {
		links[0].Reason = c.files[slices.IndexFunc(c.files, func(p evidence.Publication) bool { return p.Subject() == links[0].From })].File + ": " + links[0].Reason
	}
	links[0].From = c.artifact()
	c.links = append(c.links, links[0])
}

func worst(state LinkState) int { return slices.Index([]LinkState{Broken, Unclear, Holds}, state) }

func (c *chainer) prove(p evidence.Publication) {
	c.borrow(&p)
	subject, ours := Subject{Name: p.Name, Digests: p.Digests}, c.ours()
	verdict := Conclude(p.Subject(), subject, p.Proofs, Expect{})
	to := cmp.Or(ours, "this repository")
	switch {
	case len(p.Proofs) == 0 && p.Attested != evidence.No:
		c.link(p.Subject(), to, p.At, Unclear, "%s", cmp.Or(p.Why, "nobody can tell whether there is a proof"))
		return
	case verdict.Outcome == Absent:
		c.link(p.Subject(), to, p.At, Broken, "nothing proves from what it was built")
		return
	case verdict.Outcome == Undetermined:
		c.link(p.Subject(), to, p.At, Unclear, "its proof could not be judged: %s", says(verdict))
		return
	case verdict.Outcome == Fail:
		c.link(p.Subject(), to, p.At, Broken, "its proof does not hold: %s", says(verdict))
		return
	}
	best := evidence.Proof{}
	for _, proof := range p.Proofs {
		better := SourceOf(best.Claims) == "" || OfRepository(c.seen, proof.Claims)
		if OutcomeOfProof(proof) == Pass && SourceOf(proof.Claims) != "" && TellsOrigin(proof.Claims) && better {
			best = proof
		}
	}
	switch source := SourceOf(best.Claims); {
	case source == "":
		c.link(p.Subject(), to, p.At, Broken, "it is signed, and nothing proves from what it was built")
	case OfRepository(c.seen, best.Claims):
		c.commit(p, best)
	case Licensed(c.seen.Settings, best.Claims):
		c.link(p.Subject(), to, p.At, Holds, "it was built from %s, which the policy lets sign for it", source)
	case ours == "":
		c.link(p.Subject(), to, p.At, Unclear, "it was built from %s, and the checkout has no origin to compare", source)
	default:
		c.link(p.Subject(), to, p.At, Broken, "it was built from %s", source)
	}
}

// borrow: a bundle is mostly an asset of a release, whose proofs are of the same bytes.
func (c *chainer) borrow(p *evidence.Publication) {
	if p.Registry != "mcpb" || p.Actual == "" {
		return
	}
	for _, other := range c.seen.Publications {
		same := other.Registry == "github-release" && slices.Contains(other.Digests, evidence.Digest{Algorithm: "sha256", Value: p.Actual})
		if same && len(other.Proofs) > 0 {
			p.Proofs, p.Attested = slices.Concat(p.Proofs, other.Proofs), evidence.Yes
			return
		}
	}
}

// commit: the proof is of this repository; its commit should be that of the tag.
func (c *chainer) commit(p evidence.Publication, proof evidence.Proof) {
	claims := proof.Claims
	built := "proved, built"
	if claims.Commit != "" {
		built += fmt.Sprintf(" at commit %.12s", claims.Commit)
	}
	if level := max(proof.Level, Level(claims, Expect{})); level > 0 {
		built += fmt.Sprintf(", SLSA Build level %d", level)
	}
	switch tag, commit := TagOf(c.seen, p); {
	case commit != "" && claims.Commit != "" && !strings.EqualFold(commit, claims.Commit):
		c.link(p.Subject(), c.ours(), p.At, Broken, "%s, and tag %s points to %.12s", built, tag, commit)
	case commit != "" && claims.Commit != "":
		c.link(p.Subject(), c.ours(), p.At, Holds, "%s, tag %s", built, tag)
	default:
		c.link(p.Subject(), c.ours(), p.At, Holds, "%s", built)
	}
}

func says(v Verdict) string { return strings.TrimSuffix(string(v.Class)+", "+v.Detail, ", ") }
