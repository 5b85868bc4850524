package provenance

import (
	_ "embed"
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed server_version_drift.md
var serverVersionDriftDoc string

// ServerVersionDrift finds manifests of one server that disagree about its version.
var ServerVersionDrift = &audit.Check{
	ID:       "server-version-drift",
	Title:    "Manifests of the server disagree about its version",
	Family:   audit.Provenance,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.ServerManifests, evidence.Bundles, evidence.Manifests},
	Doc:      serverVersionDriftDoc,
	Controls: []string{"OSPS-BR-02.01", "OSPS-BR-02.02", "SSDF-PS.3.1", "OWASP-MCP04"},
	Inspect:  inspectServerVersionDrift,
}

func inspectServerVersionDrift(seen *evidence.Snapshot, record *audit.Record) {
	d := drift{seen: seen, record: record}
	for _, server := range seen.ServerManifests {
		d.server(server)
	}
	for _, bundle := range seen.Bundles {
		d.bundle(bundle)
	}
}

type drift struct {
	seen   *evidence.Snapshot
	record *audit.Record
}

// claim is one place that says which version the server has.
type claim struct {
	what    string // as people name it
	anchor  string
	version evidence.Text
}

// server compares what one server.json says with the packages of this tree that
// it offers. Who mends it edits that one file, or the release that stamps it: so
// one finding for the file.
func (d drift) server(server evidence.ServerManifest) {
	if server.Version.Value == "" {
		return // nothing to compare; that it is missing, invalid-mcp-manifest says
	}
	if open(server.Version.Value) || server.Template {
		d.record.Pass(server.Path, server.At) // a release stamps it
		return
	}
	own := claim{"the server", "version", server.Version}
	compared := false
	for _, one := range server.Packages {
		offered, ours := d.offered(one)
		if !ours || offered.version.Value == "" {
			continue // somebody else's package, such as a bridge, has its own versions
		}
		manifest, found := d.manifest(one)
		switch {
		case found && unreleased(manifest.Version.Value):
			d.record.Doubt(audit.Doubt{
				Subject:  server.Path,
				Location: offered.version.At,
				Reason:   fmt.Sprintf("%s is at %s, which is not released yet, so nothing in the tree says whether %s is right", manifest.Path, manifest.Version.Value, offered.version.Value),
			})
			compared = true
			continue
		case found && manifest.Version.Value == "":
			d.record.Doubt(audit.Doubt{
				Subject:  server.Path,
				Location: offered.version.At,
				Reason:   fmt.Sprintf("%s gets its version when it is built, so nothing in the tree says whether %s is right", manifest.Path, offered.version.Value),
			})
			compared = true
			continue
		case found && !same(manifest.Version.Value, offered.version.Value):
			d.disagree(server.Path, offered, claim{manifest.Path, "", manifest.Version})
			return
		case !same(server.Version.Value, offered.version.Value):
			d.disagree(server.Path, own, offered)
			return
		}
		compared = true
	}
	if compared {
		d.record.Pass(server.Path, server.At)
	}
}

// offered is the version of one package that an entry offers, and whether the
// package is this repository's own.
func (d drift) offered(one evidence.ServerPackage) (claim, bool) {
	version := one.Version
	if one.Registry == "oci" {
		name, _, _ := strings.Cut(one.Identifier.Value, "@")
		colon := strings.LastIndexByte(name, ':')
		if version.Value == "" && colon > strings.LastIndexByte(name, '/') {
			version = evidence.Text{Value: name[colon+1:], At: one.Identifier.At}
		}
		if version.Value == "latest" {
			return claim{}, false // no version at all: floating-server-package says so
		}
	}
	_, found := d.manifest(one)
	ours := found || one.Registry == "oci" || one.Registry == "mcpb"
	return claim{one.Identifier.Value, one.Anchor, version}, ours && !one.Template
}

// ecosystems are the purl types of the registries that build from a manifest.
var ecosystems = map[string]string{
	"npm": evidence.NPM, "pypi": evidence.PyPI, "nuget": evidence.NuGet, "cargo": evidence.Cargo,
}

// manifest is the manifest in this tree from which a package is made.
func (d drift) manifest(one evidence.ServerPackage) (evidence.Manifest, bool) {
	ecosystem, known := ecosystems[one.Registry]
	if !known {
		return evidence.Manifest{}, false
	}
	for _, manifest := range d.seen.Manifests {
		if manifest.Ecosystem == ecosystem && sameName(ecosystem, manifest.Name, one.Identifier.Value) && !open(manifest.Version.Value) {
			return manifest, true
		}
	}
	return evidence.Manifest{}, false
}

func sameName(ecosystem, a, b string) bool {
	a, b = evidence.FiledName(ecosystem, a), evidence.FiledName(ecosystem, b)
	if ecosystem == evidence.NPM {
		return a == b
	}
	return a != "" && strings.EqualFold(a, b)
}

// bundle compares a bundle with the package it is packed from: the nearest
// manifest in its own folder or above. With none, it is compared with the only
// server.json there is.
func (d drift) bundle(bundle evidence.Bundle) {
	if bundle.Version.Value == "" {
		return // invalid-mcp-manifest says so
	}
	if bundle.Template || open(bundle.Version.Value) {
		d.record.Pass(bundle.Path, bundle.At) // a release stamps it
		return
	}
	said := claim{"the bundle", "version", bundle.Version}
	other, found := d.nearest(bundle)
	if !found {
		return // nothing in the tree to compare it with
	}
	if same(bundle.Version.Value, other.version.Value) {
		d.record.Pass(bundle.Path, bundle.At)
		return
	}
	d.disagree(bundle.Path, said, other)
}

// bundled are the ecosystems a bundle of each type is packed from.
var bundled = map[string]string{"node": evidence.NPM, "python": evidence.PyPI, "uv": evidence.PyPI}

func (d drift) nearest(bundle evidence.Bundle) (claim, bool) {
	for dir := path.Dir(bundle.Path); ; dir = path.Dir(dir) {
		for _, manifest := range d.seen.Manifests {
			if path.Dir(manifest.Path) != dir || manifest.Version.Value == "" || open(manifest.Version.Value) || unreleased(manifest.Version.Value) {
				continue
			}
			if want := bundled[bundle.Type]; want == manifest.Ecosystem {
				return claim{manifest.Path, "", manifest.Version}, true
			}
		}
		if dir == "." || dir == "/" {
			break
		}
	}
	if len(d.seen.ServerManifests) == 1 {
		server := d.seen.ServerManifests[0]
		if server.Version.Value != "" && !open(server.Version.Value) && !server.Template {
			return claim{server.Path, "", server.Version}, true
		}
	}
	return claim{}, false
}

func (d drift) disagree(file string, said, other claim) {
	for _, written := range []string{file, other.version.At.Path} {
		if step, stamped := d.stamped(written); stamped {
			d.record.Doubt(audit.Doubt{
				Subject:  file,
				Location: said.version.At,
				Reason:   fmt.Sprintf("it is at %s and %s at %s, but a step at %s writes a version into %s, so the tree does not say what is released", said.version.Value, other.what, other.version.Value, step, written),
				Unlock:   "write a placeholder, as 0.0.0, where a release fills in the version",
			})
			return
		}
	}
	d.record.Defect(audit.Finding{
		Subject:  file + " " + said.version.Value,
		Thing:    file,
		Anchor:   "version", // of the file, whichever of its versions is behind
		Location: said.version.At,
		Message:  fmt.Sprintf("%s gives %s the version %s, and %s is at %s; let one release write both", file, said.what, said.version.Value, other.what, other.version.Value),
		Related:  []audit.Related{{Location: other.version.At, Message: "the other version: " + other.version.Value}},
	})
}

// stamped finds a workflow step whose script writes into the file: what stands
// in the tree is then not what is released. The script is read as text, because
// all it can do here is turn a defect into a doubt.
func (d drift) stamped(file string) (evidence.Location, bool) {
	for _, workflow := range d.seen.Workflows {
		for _, job := range workflow.Jobs {
			for _, step := range job.Steps {
				if name, named := strings.CutPrefix(file, strings.Trim(step.Dir, "./")); named && writes(step.Run.Value, strings.TrimPrefix(name, "/")) {
					return step.Run.At, true
				}
			}
		}
	}
	return evidence.Location{}, false
}

// writes says whether a script redirects into the file, moves onto it, or names
// it beside something that edits in place.
func writes(run, name string) bool {
	if !strings.Contains(run, name) || !strings.Contains(strings.ToLower(run), "version") {
		return false
	}
	for _, word := range []string{"sed -i", "perl -pi", "yq -i", "Set-Content", "writeFile", "json.dump"} {
		if strings.Contains(run, word) {
			return true
		}
	}
	for line := range strings.Lines(run) {
		line = strings.TrimSpace(line)
		for _, word := range []string{"> ", ">", "tee ", "> ./", ">./"} {
			if strings.Contains(line, word+name) {
				return true
			}
		}
		if strings.Contains(line, "mv ") && strings.HasSuffix(line, name) {
			return true
		}
	}
	return false
}

// open tells a version that a release fills in.
func open(version string) bool {
	return strings.HasPrefix(strings.TrimPrefix(version, "v"), "0.0.0") || strings.ContainsAny(version, "${}<>@%_")
}

// unreleased tells the version of a development tree between two releases.
func unreleased(version string) bool {
	version = strings.ToLower(version)
	return strings.Contains(version, "dev") || strings.Contains(version, "snapshot")
}

// same compares versions as people do: v1.2 is 1.2.0, and 1.2.0rc1 is 1.2.0-rc.1.
func same(a, b string) bool { return canonical(a) == canonical(b) }

func canonical(version string) string {
	version, _, _ = strings.Cut(strings.ToLower(strings.TrimPrefix(version, "v")), "+")
	numbers, suffix := version, ""
	if i := strings.IndexFunc(version, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }); i >= 0 {
		numbers, suffix = version[:i], version[i:]
	}
	numbers = strings.Trim(numbers, ".")
	for strings.HasSuffix(numbers, ".0") {
		numbers = strings.TrimSuffix(numbers, ".0")
	}
	return numbers + "-" + strings.NewReplacer("-", "", ".", "", "_", "").Replace(suffix)
}
