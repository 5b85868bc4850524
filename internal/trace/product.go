package trace

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Product is one thing that the repository publishes under a name, as far as its
// files tell. Nobody was asked whether it is there.
type Product struct {
	Registry string // npm, pypi, oci, mcpb, github-release, go, mcp
	Name     string
	// Version is what the tree says it is at; empty where it says nothing or leaves it to a release.
	Version string
	// SHA256 is the digest that the tree demands of it.
	SHA256 string
	// Sure says that a server.json offers it or a job publishes it. A manifest alone only says that
	// something could be published: another project may have the name.
	Sure bool
	// Offered says that a server.json does: its users fetch it, whoever makes it.
	Offered bool
	// Hidden says why its name looks private, so that no public registry is to hear it.
	Hidden string
	// Unnamed says why its name is not known here.
	Unnamed string
	At      evidence.Location
}

// String is how people name it: npm:@acme/weather.
func (p Product) String() string { return p.Registry + ":" + p.Name }

// Products lists what the repository publishes, once each, in the order of the
// registries and names.
func Products(seen *evidence.Snapshot) []Product {
	t := Of(seen)
	t.named.Do(func() { t.products = products(seen, t) })
	return slices.Clone(t.products)
}

func products(seen *evidence.Snapshot, t *Trace) []Product {
	f := &finder{seen: seen, trace: t, roles: seen.Roles()}
	f.servers()
	f.manifests()
	f.images()
	f.releases()
	slices.SortStableFunc(f.found, func(a, b Product) int {
		return cmp.Or(cmp.Compare(a.Registry, b.Registry), cmp.Compare(a.Name, b.Name))
	})
	return f.found
}

// finder collects products; what is found first of a name says where it stands.
type finder struct {
	seen  *evidence.Snapshot
	trace *Trace
	roles map[string]evidence.Role
	found []Product
}

func (f *finder) add(p Product) {
	for i := range f.found {
		known := &f.found[i]
		if known.Registry == p.Registry && known.Name == p.Name && p.Unnamed == known.Unnamed {
			known.Sure, known.Offered = known.Sure || p.Sure, known.Offered || p.Offered
			known.Version = cmp.Or(known.Version, p.Version)
			known.Hidden = cmp.Or(known.Hidden, p.Hidden)
			return
		}
	}
	f.found = append(f.found, p)
}

// servers are the entries of server.json and what they offer.
func (f *finder) servers() {
	for _, server := range f.seen.ServerManifests {
		if f.roles[server.Path] != evidence.Source {
			continue // a fixture or an example offers nothing to anybody
		}
		if name := server.Name; name.Value != "" && !evidence.Symbolic(name.Value) {
			f.add(Product{Registry: "mcp", Name: name.Value, Version: literal(server.Version.Value), Sure: true, Offered: true, At: name.At})
		}
		for _, offered := range server.Packages {
			f.offered(offered)
		}
	}
}

func (f *finder) offered(offered evidence.ServerPackage) {
	p := Product{
		Registry: offered.Registry, Name: offered.Identifier.Value, Version: literal(offered.Version.Value),
		SHA256: literal(offered.SHA256.Value), Sure: true, Offered: true, At: offered.Identifier.At,
	}
	switch p.Registry {
	case "npm":
		p.Hidden = f.hiddenNPM(p.Name, "")
	case "pypi":
		p.Name = evidence.FiledName(evidence.PyPI, p.Name)
	case "oci":
		p.Name, p.Version = cutImage(p.Name)
		p.Version = literal(p.Version)
	case "mcpb":
		p.Version = "" // the address holds it
	default:
		return // no registry that anything is asked of
	}
	if p.Name == "" || evidence.Symbolic(p.Name) {
		p.Name, p.Unnamed = offered.Anchor, "a release fills in its name"
	}
	f.add(p)
}

// manifests are the packages that the tree could publish.
func (f *finder) manifests() {
	for i := range f.seen.Manifests {
		m := &f.seen.Manifests[i]
		if m.Private || m.Name == "" || evidence.Symbolic(m.Name) || f.roles[m.Path] != evidence.Source {
			continue // never published, or not by this repository
		}
		p := Product{Name: m.Name, Version: literal(m.Version.Value), At: m.At}
		switch {
		case m.Ecosystem == evidence.NPM && path.Base(m.Path) == "package.json":
			p.Registry, p.Hidden = "npm", f.hiddenNPM(m.Name, m.Path)
			f.published(&p, ToNPM, m.Path)
		case m.Ecosystem == evidence.PyPI && slices.Contains([]string{"pyproject.toml", "setup.py", "setup.cfg"}, path.Base(m.Path)):
			p.Registry, p.Name = "pypi", evidence.FiledName(evidence.PyPI, m.Name)
			f.published(&p, ToPyPI, m.Path)
		case m.Ecosystem == evidence.Golang && path.Base(m.Path) == "go.mod":
			ours := evidence.Repository(f.seen.Target.Remote)
			if ours == "" || !strings.HasPrefix(strings.ToLower(m.Name)+"/", ours+"/") {
				continue // another module path than this repository's: nobody fetches it by that name
			}
			p.Registry, p.Version, p.Sure = "go", "", true
		default:
			continue // no registry that anything is asked of
		}
		f.add(p)
	}
}

// published says whether a job publishes the package of a manifest, and whether to
// the public registry. Of many manifests nobody knows which ones a job means, but
// for the one it runs beside and that of the root.
func (f *finder) published(p *Product, to Registry, manifest string) {
	home, elsewhere := false, ""
	for _, publisher := range f.trace.Publishers {
		if publisher.Registry != to || !publisher.Publishes() {
			continue
		}
		if publisher.Home(f.seen) == evidence.No {
			elsewhere = publisher.Subject + " publishes to another registry than the public one"
			continue
		}
		home = true
		dir := path.Dir(manifest)
		p.Sure = p.Sure || dir == "." || dir == publisher.folder() || f.alone(manifest)
	}
	if !home {
		p.Hidden = cmp.Or(p.Hidden, elsewhere)
	}
}

// alone says whether a manifest is the only one of its ecosystem that can be published.
func (f *finder) alone(manifest string) bool {
	of := func(m evidence.Manifest) string { return m.Ecosystem + " " + path.Base(m.Path) }
	at := slices.IndexFunc(f.seen.Manifests, func(m evidence.Manifest) bool { return m.Path == manifest })
	for _, m := range f.seen.Manifests {
		if of(m) == of(f.seen.Manifests[at]) && m.Path != manifest && !m.Private && m.Name != "" && f.roles[m.Path] == evidence.Source {
			return false
		}
	}
	return true
}

// hiddenNPM says why a name of npm looks private: its scope or its folder has a
// registry of its own.
func (f *finder) hiddenNPM(name, manifest string) string {
	scope, _, scoped := strings.Cut(name, "/")
	for _, r := range f.seen.Registries {
		if r.Ecosystem == evidence.NPM && scoped && r.Scope == scope && !public(r.Host) {
			return r.At.Path + " takes " + scope + " from " + r.Host
		}
	}
	for _, s := range f.seen.PublishSettings {
		host, _ := evidence.AddressHost(s.Value.Value)
		if s.Name == "registry" && manifest != "" && path.Dir(s.Path) == path.Dir(manifest) && host != "" && !public(host) {
			return s.Path + " publishes to " + host
		}
	}
	return ""
}

// public says whether a host is of the public registry of npm; what only the run
// knows hides a name.
func public(host string) bool {
	for _, domain := range homes[ToNPM].domains {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// releases: a repository on GitHub may have releases, whoever makes them.
func (f *finder) releases() {
	host, name, found := strings.Cut(evidence.Repository(f.seen.Target.Remote), "/")
	if !found || host != "github.com" || strings.Count(name, "/") != 1 {
		return
	}
	p := Product{Registry: "github-release", Name: name}
	for _, publisher := range f.trace.Publishers {
		if publisher.Registry == ToRelease && publisher.Publishes() {
			p.Sure, p.At = true, publisher.At
			break
		}
	}
	if !p.Sure && len(f.found) > 0 {
		p.At = f.found[0].At // somebody makes them by hand, if at all: a place that tells what is published
	}
	f.add(p)
}

// literal is a version that stands for itself, else empty.
func literal(version string) string {
	if evidence.Symbolic(version) || version == "0.0.0" || strings.HasPrefix(version, "0.0.0-") {
		return ""
	}
	return version
}

// cutImage takes a reference apart: the name, and the digest or else the tag.
func cutImage(reference string) (name, version string) {
	name, digest, _ := strings.Cut(reference, "@")
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		name, version = name[:colon], name[colon+1:]
	}
	return name, cmp.Or(digest, version)
}
