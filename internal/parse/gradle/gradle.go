// Package gradle reads what Gradle builds declare and lock: version catalogs,
// build scripts, dependency locks and verification metadata.
//
// Build scripts are programs. The reader takes the coordinates that they spell
// out, and the names of a catalog that they use, and leaves the rest.
package gradle

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesManifest takes build scripts and version catalogs.
func TakesManifest(file string) bool {
	base := path.Base(file)
	return isScript(base) || strings.HasSuffix(base, ".versions.toml")
}

func isScript(base string) bool { return base == "build.gradle" || base == "build.gradle.kts" }

// ReadManifest reads one of them.
func ReadManifest(src *text.Source, out *evidence.Snapshot) error {
	if isScript(path.Base(src.Path())) {
		return readScript(src, out)
	}
	return readCatalog(src, out)
}

// readCatalog reads a version catalog. Its lines are judged where they stand;
// what locks them belongs to the builds that use them.
func readCatalog(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	m := evidence.Manifest{
		Path: src.Path(), Ecosystem: evidence.Maven, Tool: "gradle", At: evidence.Location{Path: src.Path()},
		LockOptional: "it keeps versions for the builds that use them",
	}
	for alias, value := range root.Get("libraries").All() {
		m.Dependencies = append(m.Dependencies, catalogEntry(root, "libraries", alias, value))
	}
	for alias, value := range root.Get("plugins").All() {
		m.Dependencies = append(m.Dependencies, catalogEntry(root, "plugins", alias, value))
	}
	out.Manifests = append(out.Manifests, m)
	return err
}

func catalogEntry(root *doc.Node, group string, alias text.Text, value *doc.Node) evidence.Dependency {
	d := evidence.Dependency{Group: group, Anchor: group + "/" + alias.Value, At: alias.At()}
	if value != nil && value.Kind == doc.String { // "group:name:version", or "plugin.id:version"
		end := strings.LastIndexByte(value.Text.Value, ':')
		if group == "libraries" && strings.Count(value.Text.Value, ":") < 2 || end < 0 {
			d.Name, d.Inherits = value.Text.Value, true
			return d
		}
		d.Name = value.Text.Value[:end]
		return asked(d, value.Text.Slice(end+1, len(value.Text.Value)))
	}
	switch {
	case group == "plugins":
		d.Name = value.Get("id").String()
	case value.Get("module") != nil:
		d.Name = value.Get("module").String()
	default:
		d.Name = value.Get("group").String() + ":" + value.Get("name").String()
	}
	version := value.Get("version")
	if ref := version.Get("ref"); ref != nil {
		version = root.Get("versions", ref.String())
	}
	for _, key := range []string{"strictly", "require", "prefer"} {
		if one := version.Get(key); one != nil {
			version = one
		}
	}
	if version == nil || version.Kind != doc.String {
		d.Inherits = true // a platform manages it
		return d
	}
	return asked(d, version.Text)
}

// asked puts in a version.
func asked(d evidence.Dependency, version text.Text) evidence.Dependency {
	d.Requirement, d.At = version.Value, version.At()
	d.Class = requirement.Classify(evidence.Maven, version.Value)
	return d
}
