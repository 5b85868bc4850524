// Package cargo reads what Rust packages declare (Cargo.toml) and what Cargo
// locks (Cargo.lock).
//
// It knows the schemas of both. What a member inherits from its workspace is
// for internal/collect/link to put in.
package cargo

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesManifest takes every Cargo.toml but those of downloaded sources.
func TakesManifest(file string) bool { return path.Base(file) == "Cargo.toml" }

// WorkspaceGroup is the Group of what a workspace's root holds ready for its
// members.
const WorkspaceGroup = "workspace.dependencies"

var groups = []string{"dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"}

// ReadManifest reads a Cargo.toml.
func ReadManifest(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	pack := root.Get("package")
	m := evidence.Manifest{
		Path: src.Path(), Ecosystem: evidence.Cargo, Tool: "cargo", Name: pack.Get("name").String(), At: evidence.Location{Path: src.Path()},
	}
	if version := pack.Get("version"); version != nil && version.Kind == doc.String {
		m.Version = version.Text.Located()
	}
	if publish, said := pack.Get("publish").Bool(); said && !publish {
		m.Private = true
	}
	for _, word := range pack.Get("keywords").Strings() {
		m.Keywords = append(m.Keywords, word.Value)
	}
	for _, program := range root.Get("bin").List() {
		m.Bins = append(m.Bins, program.Get("name").String())
	}
	readGroups(root, "", &m)
	for target, table := range root.Get("target").All() {
		readGroups(table, "target/"+target.Value+"/", &m)
	}
	if patches := root.Get("patch"); patches != nil {
		for i := range patches.Fields {
			readGroup(&patches.Fields[i], "patch", "patch/"+patches.Fields[i].Name.Value, &m)
		}
	}
	workspace := root.Get("workspace")
	readGroup(workspace.Field("dependencies"), WorkspaceGroup, WorkspaceGroup, &m)
	for _, member := range workspace.Get("members").Strings() {
		m.Workspace = append(m.Workspace, member.Value)
	}
	for _, member := range workspace.Get("exclude").Strings() {
		m.Workspace = append(m.Workspace, "!"+member.Value)
	}
	out.Manifests = append(out.Manifests, m)
	return err
}

func readGroups(table *doc.Node, prefix string, m *evidence.Manifest) {
	for _, group := range groups {
		readGroup(table.Field(group), strings.ReplaceAll(group, "_", "-"), prefix+group, m)
	}
}

func readGroup(field *doc.Field, group, anchor string, m *evidence.Manifest) {
	if field == nil {
		return
	}
	if m.At.Line == 0 {
		m.At = field.Name.At()
	}
	for name, value := range field.Value.All() {
		if value == nil {
			continue
		}
		d := asked(value)
		d.Name, d.Group, d.Anchor = name.Value, group, anchor+"/"+name.Value
		if d.At.Line == 0 {
			d.At = name.At()
		}
		if real := value.Get("package").String(); real != "" {
			d.Name = real // used under another name
		}
		m.Dependencies = append(m.Dependencies, d)
	}
}

// asked reads what stands behind a name. A path beats the version that stands
// beside it for publishing, and so does git.
func asked(value *doc.Node) evidence.Dependency {
	if value.Kind == doc.String {
		return evidence.Dependency{
			Requirement: value.String(), Class: requirement.Classify(evidence.Cargo, value.String()), At: value.Text.At(),
		}
	}
	if inherits, _ := value.Get("workspace").Bool(); inherits {
		return evidence.Dependency{Inherits: true}
	}
	if local := value.Get("path"); local != nil {
		return evidence.Dependency{Requirement: local.String(), Class: evidence.PathClass, At: local.Text.At()}
	}
	if git := value.Get("git"); git != nil {
		d := evidence.Dependency{Requirement: "git+" + git.String(), Class: evidence.Git, At: git.Text.At()}
		for _, key := range []string{"rev", "tag", "branch"} {
			if ref := value.Get(key).String(); ref != "" {
				d.Requirement += "#" + ref
				break
			}
		}
		d.Commit = requirement.Commit(d.Requirement)
		return d
	}
	version := value.Get("version")
	if version == nil { // Cargo warns, and takes any
		return evidence.Dependency{Class: evidence.Unbounded}
	}
	return evidence.Dependency{
		Requirement: version.String(), Class: requirement.Classify(evidence.Cargo, version.String()), At: version.Text.At(),
	}
}
