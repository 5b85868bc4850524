// Package nuget reads what .NET projects declare (project files, central
// versions, packages.config, local tools) and what NuGet locks.
//
// It knows the schemas of these files. MSBuild is a programming language: what
// it computes stays as written, and a version that stands in a file above is for
// internal/collect/link to put in.
package nuget

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/markup"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesManifest takes the files that name packages and their versions.
func TakesManifest(file string) bool { return manifestReader(file) != nil }

// ReadManifest reads one of them.
func ReadManifest(src *text.Source, out *evidence.Snapshot) error {
	return manifestReader(src.Path())(src, out)
}

func manifestReader(file string) func(*text.Source, *evidence.Snapshot) error {
	base := strings.ToLower(path.Base(file))
	switch path.Ext(base) {
	case ".csproj", ".fsproj", ".vbproj":
		return readProject
	}
	switch base {
	case "directory.packages.props", "directory.build.props", "directory.build.targets":
		return readProject
	case "packages.config":
		return readPackagesConfig
	case "dotnet-tools.json":
		return readTools
	}
	return nil
}

// CentralGroup is the Group of versions kept for the projects below.
const CentralGroup = "central"

func readProject(src *text.Source, out *evidence.Snapshot) error {
	root, err := markup.Read(src)
	p := project{values: make(map[string]text.Text)}
	p.properties(root)
	m := evidence.Manifest{Path: src.Path(), Ecosystem: evidence.NuGet, Tool: "dotnet", At: evidence.Location{Path: src.Path()}}
	base := path.Base(src.Path())
	if !strings.HasPrefix(strings.ToLower(base), "directory.") {
		m.Name = strings.TrimSuffix(base, path.Ext(base))
		if id := p.values["packageid"]; id.Value != "" && !evidence.Symbolic(id.Value) {
			m.Name = id.Value
		}
		m.Version = p.located("version")
		m.Private = strings.EqualFold(p.values["ispackable"].Value, "false")
		m.Keywords = strings.FieldsFunc(p.values["packagetags"].Value, func(r rune) bool { return r == ';' || r == ' ' })
		if command := p.values["toolcommandname"].Value; command != "" {
			m.Bins = []string{command}
		}
	} else {
		m.LockOptional = "it holds settings for the projects below"
		m.Properties = p.versions
	}
	p.items(root, &m)
	if m.LockOptional == "" || len(m.Dependencies)+len(m.Properties) > 0 {
		out.Manifests = append(out.Manifests, m)
	}
	return err
}

// project is the properties that a file gives plain values.
type project struct {
	values   map[string]text.Text // by name in lower case
	versions []evidence.Variable
}

func (p *project) properties(root *markup.Element) {
	for group := range root.All("PropertyGroup") {
		for _, property := range group.Children {
			value := property.Content()
			p.values[strings.ToLower(property.Name)] = value
			if strings.HasSuffix(property.Name, "Version") && value.Value != "" && strings.Contains("0123456789[(", value.Value[:1]) {
				p.versions = append(p.versions, evidence.Variable{Name: property.Name, Value: value.Value, At: value.At()})
			}
		}
	}
}

func (p project) located(name string) evidence.Text {
	if value := p.values[name]; value.Value != "" {
		return value.Located()
	}
	return evidence.Text{}
}

// items reads the packages of every ItemGroup, those under a Choose or a
// Target among them.
func (p project) items(parent *markup.Element, m *evidence.Manifest) {
	if parent == nil {
		return
	}
	for _, child := range parent.Children {
		switch strings.ToLower(child.Name) {
		case "packagereference":
			p.item(child, "PackageReference", m)
		case "packageversion":
			p.item(child, CentralGroup, m)
		case "globalpackagereference":
			p.item(child, "GlobalPackageReference", m)
		case "itemgroup", "choose", "when", "otherwise", "target":
			p.items(child, m)
		}
	}
}

func (p project) item(item *markup.Element, group string, m *evidence.Manifest) {
	name := item.Attr("Include")
	if name.Value == "" {
		name = item.Attr("Update")
	}
	if name.Value == "" {
		return // Remove
	}
	d := evidence.Dependency{Name: name.Value, Group: group, Anchor: group + "/" + name.Value, At: name.At()}
	version := p.version(item)
	if version.Value == "" && group == "PackageReference" {
		d.Inherits = true
	} else {
		d.Requirement = version.Value
		d.Class = requirement.Classify(evidence.NuGet, version.Value)
		if version.Value == "" {
			d.Class = evidence.Unbounded
		} else {
			d.At = version.At()
		}
	}
	if m.At.Line == 0 {
		m.At = d.At
	}
	m.Dependencies = append(m.Dependencies, d)
}

// version is an attribute or an element; a property of the same file is put
// in, at the place where it is used.
func (p project) version(item *markup.Element) text.Text {
	var version text.Text
	for _, key := range []string{"VersionOverride", "Version"} {
		if version = item.Attr(key); version.Value == "" {
			version = item.Get(key).Content()
		}
		if version.Value != "" {
			break
		}
	}
	name, property := strings.CutPrefix(version.Value, "$(")
	if value, known := p.values[strings.ToLower(strings.TrimSuffix(name, ")"))]; property && known && !evidence.Symbolic(value.Value) {
		return value
	}
	return version
}

// readPackagesConfig reads the older form, which lists every package that is
// needed with one version each.
func readPackagesConfig(src *text.Source, out *evidence.Snapshot) error {
	root, err := markup.Read(src)
	m := evidence.Manifest{
		Path: src.Path(), Ecosystem: evidence.NuGet, Tool: "nuget", At: evidence.Location{Path: src.Path()},
		LockOptional: "packages.config lists every package with one version",
	}
	for one := range root.All("package") {
		m.Dependencies = append(m.Dependencies, exact(one.Attr("id").Value, one.Attr("version"), "packages"))
	}
	out.Manifests = append(out.Manifests, m)
	return err
}

// readTools reads the manifest of local tools.
func readTools(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	m := evidence.Manifest{
		Path: src.Path(), Ecosystem: evidence.NuGet, Tool: "dotnet", At: evidence.Location{Path: src.Path()},
		LockOptional: "a tool has one version and brings no other package",
	}
	for name, tool := range root.Get("tools").All() {
		if version := tool.Get("version"); version != nil {
			m.Dependencies = append(m.Dependencies, exact(name.Value, version.Text, "tools"))
		}
	}
	out.Manifests = append(out.Manifests, m)
	return err
}

// exact: a plain version is a lower bound elsewhere in NuGet, and the one
// version here.
func exact(name string, version text.Text, group string) evidence.Dependency {
	d := evidence.Dependency{
		Name: name, Requirement: version.Value, Class: evidence.Exact, Group: group, Anchor: group + "/" + name, At: version.At(),
	}
	if version.Value == "" || strings.ContainsAny(version.Value, "*[](,") || evidence.Symbolic(version.Value) {
		d.Class = requirement.Classify(evidence.NuGet, version.Value)
	}
	return d
}
