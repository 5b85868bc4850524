// Package maven reads what a POM declares. Maven has no lockfile: the versions
// that stand in the POMs are what is built with.
//
// It knows the schema of a POM. A version that a parent manages is for
// internal/collect/link to put in.
package maven

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/markup"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes takes every pom.xml.
func Takes(file string) bool { return path.Base(file) == "pom.xml" }

// Read reads the dependencies, managed versions, plugins and parent of a POM.
func Read(src *text.Source, out *evidence.Snapshot) error {
	root, err := markup.Read(src)
	p := pom{root: root, properties: make(map[string]text.Text), manifest: &evidence.Manifest{
		Path: src.Path(), Ecosystem: evidence.Maven, Tool: "maven", At: evidence.Location{Path: src.Path()},
		LockOptional: "Maven has no lockfile; floating-dependency judges its versions",
	}}
	for _, property := range root.Get("properties").Elements() {
		p.properties[property.Name] = property.Content()
	}
	parent := root.Get("parent")
	group := root.Get("groupId").Content().Value
	if group == "" {
		group = parent.Get("groupId").Content().Value
	}
	p.manifest.Name = group + ":" + root.Get("artifactId").Content().Value
	if version := root.Get("version").Content(); version.Value != "" {
		p.manifest.Version = version.Located()
	}
	for module := range root.Get("modules").All("module") {
		p.manifest.Workspace = append(p.manifest.Workspace, module.Content().Value)
	}
	for _, property := range root.Get("properties").Elements() {
		if value := p.expand(property.Content()); startsLikeVersion(value.Value) {
			p.manifest.Properties = append(p.manifest.Properties, evidence.Variable{Name: property.Name, Value: value.Value, At: value.At()})
		}
	}
	if parent != nil {
		p.add(parent, "parent", "parent", "")
	}
	p.read(root, "")
	for profile := range root.Get("profiles").All("profile") {
		p.read(profile, "profiles/"+profile.Get("id").Content().Value+"/")
	}
	out.Manifests = append(out.Manifests, *p.manifest)
	return err
}

// startsLikeVersion leaves out the many properties that are none.
func startsLikeVersion(value string) bool {
	return value != "" && strings.Contains("0123456789[(", value[:1])
}

type pom struct {
	root       *markup.Element
	properties map[string]text.Text
	manifest   *evidence.Manifest
}

const pluginGroup = "org.apache.maven.plugins"

func (p pom) read(from *markup.Element, anchor string) {
	for one := range from.Get("dependencies").All("dependency") {
		p.add(one, "dependencies", anchor+"dependencies", "")
	}
	for one := range from.Get("dependencyManagement", "dependencies").All("dependency") {
		p.add(one, "dependencyManagement", anchor+"dependencyManagement", "")
	}
	build := from.Get("build")
	for one := range build.Get("plugins").All("plugin") {
		p.add(one, "plugins", anchor+"plugins", pluginGroup)
	}
	for one := range build.Get("pluginManagement", "plugins").All("plugin") {
		p.add(one, "dependencyManagement", anchor+"pluginManagement", pluginGroup)
	}
	for one := range build.Get("extensions").All("extension") {
		p.add(one, "extensions", anchor+"extensions", "")
	}
}

func (p pom) add(one *markup.Element, group, anchor, standard string) {
	owner := p.expand(one.Get("groupId").Content()).Value
	if owner == "" {
		owner = standard
	}
	artifact := one.Get("artifactId").Content()
	name := owner + ":" + p.expand(artifact).Value
	version := one.Get("version").Content()
	d := evidence.Dependency{Name: name, Group: group, Anchor: anchor + "/" + name, At: version.At()}
	switch {
	case one.Get("systemPath") != nil:
		d.Class, d.Requirement, d.At = evidence.PathClass, one.Get("systemPath").Content().Value, one.Get("systemPath").Content().At()
	case version.Value == "":
		d.Inherits, d.At = true, artifact.At()
	default:
		d.Requirement = p.expand(version).Value
		d.Class = requirement.Classify(evidence.Maven, d.Requirement)
	}
	if d.At.Line == 0 {
		d.At = one.At()
	}
	if p.manifest.At.Line == 0 {
		p.manifest.At = d.At
	}
	p.manifest.Dependencies = append(p.manifest.Dependencies, d)
}

// expand puts in properties of the same POM; others stay as written. A property
// may name another one, though not without end.
func (p pom) expand(t text.Text) text.Text {
	for range 5 {
		inner, is := strings.CutPrefix(t.Value, "${")
		if !is || !strings.HasSuffix(inner, "}") {
			return t
		}
		value := p.property(strings.TrimSuffix(inner, "}"))
		if value.Value == "" {
			return t
		}
		t = value
	}
	return t
}

func (p pom) property(name string) text.Text {
	if field, own := strings.CutPrefix(name, "project."); own {
		field = strings.TrimPrefix(field, "parent.")
		switch field {
		case "version", "groupId", "artifactId":
			if value := p.root.Get(field).Content(); value.Value != "" && !strings.HasPrefix(name, "project.parent.") {
				return value
			}
			return p.root.Get("parent", field).Content()
		}
	}
	return p.properties[name]
}
