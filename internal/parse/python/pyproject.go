package python

import (
	"errors"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// BuildGroup is the Group of what builds the package (PEP 517). The locks of
// Python tools do not hold it.
const BuildGroup = "build-system"

// readPyproject reads the tables of PEP 621, PEP 735, PEP 517, uv, Poetry and
// PDM. A file that only configures tools declares nothing.
func readPyproject(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	m := evidence.Manifest{
		Path: src.Path(), Ecosystem: evidence.PyPI, Tool: toolOf(root), At: evidence.Location{Path: src.Path()},
	}
	d := declaration{Manifest: &m, sources: sourcesOf(root.Get("tool", "uv", "sources"))}
	project, poetry := root.Get("project"), root.Get("tool", "poetry")
	for _, table := range []*doc.Node{project, poetry} {
		if m.Name == "" {
			m.Name = table.Get("name").String()
		}
		if version := table.Get("version"); m.Version.Value == "" && version != nil && version.Kind == doc.String {
			m.Version = version.Text.Located()
		}
		for _, word := range table.Get("keywords").Strings() {
			m.Keywords = append(m.Keywords, word.Value)
		}
		for _, classifier := range table.Get("classifiers").Strings() {
			m.Private = m.Private || strings.HasPrefix(classifier.Value, "Private ::")
		}
		for name := range table.Get("scripts").All() {
			m.Bins = append(m.Bins, name.Value)
		}
	}
	d.list(project.Field("dependencies"), "dependencies")
	d.lists(project.Get("optional-dependencies"), "optional-dependencies/")
	d.lists(root.Get("dependency-groups"), "dependency-groups/")
	d.list(root.Get("tool", "uv").Field("dev-dependencies"), "dependency-groups/dev")
	d.lists(root.Get("tool", "pdm", "dev-dependencies"), "dependency-groups/")
	d.table(poetry.Field("dependencies"), "dependencies")
	d.table(poetry.Field("dev-dependencies"), "group/dev")
	for name, group := range poetry.Get("group").All() {
		d.table(group.Field("dependencies"), "group/"+name.Value)
	}
	d.list(root.Get("build-system").Field("requires"), BuildGroup)
	d.list(root.Get("tool", "uv").Field("override-dependencies"), "overrides")
	d.list(root.Get("tool", "uv").Field("constraint-dependencies"), "constraints")
	d.list(root.Get("tool", "uv").Field("build-constraint-dependencies"), "build-constraints")
	m.Workspace = d.workspace(root.Get("tool", "uv", "workspace"))
	if project != nil || poetry != nil || len(m.Dependencies) > 0 || m.Workspace != nil {
		out.Manifests = append(out.Manifests, m)
	}
	return errors.Join(err, errors.Join(d.problems...))
}

func toolOf(root *doc.Node) string {
	for _, tool := range []string{"uv", "poetry", "pdm"} {
		if root.Get("tool", tool) != nil {
			return tool
		}
	}
	return ""
}

// declaration is a manifest while it is read.
type declaration struct {
	*evidence.Manifest
	sources  map[string]*doc.Node // tool.uv.sources by normal name: where some come from instead
	problems []error
}

// lists reads a table of named lists, each a group of its own.
func (d *declaration) lists(table *doc.Node, prefix string) {
	if table == nil {
		return
	}
	for i := range table.Fields {
		d.list(&table.Fields[i], prefix+table.Fields[i].Name.Value)
	}
}

// list reads a list of PEP 508 strings. An item that is a table includes
// another group, which is read where it stands.
func (d *declaration) list(field *doc.Field, group string) {
	if field == nil {
		return
	}
	d.place(field)
	for _, item := range field.Value.List() {
		if item.Kind != doc.String {
			continue
		}
		need, ok := readNeed(item.Text)
		if !ok {
			d.problems = append(d.problems, item.Text.Errorf("%q is no requirement", item.String()))
			continue
		}
		dependency := need.dependency(group)
		if group != BuildGroup {
			d.redirect(&dependency)
		}
		d.Dependencies = append(d.Dependencies, dependency)
	}
}

// place takes the first list as the place of findings about the whole manifest.
func (d *declaration) place(field *doc.Field) {
	if d.At.Line == 0 {
		d.At = field.Name.At()
	}
}

// redirect applies tool.uv.sources. One that only chooses an index leaves the
// requirement as it is.
func (d *declaration) redirect(dependency *evidence.Dependency) {
	source := d.sources[Normal(dependency.Name)]
	for _, one := range slices.Concat(source.List(), []*doc.Node{source}) {
		if class, asked, place := sourceOf(one); class != "" {
			dependency.Class, dependency.Requirement, dependency.At = class, asked.Requirement, place
			dependency.Commit, dependency.Hashed = asked.Commit, asked.Hashed
			return
		}
	}
}

func sourcesOf(table *doc.Node) map[string]*doc.Node {
	sources := make(map[string]*doc.Node)
	for name, source := range table.All() {
		sources[Normal(name.Value)] = source
	}
	return sources
}

// workspace lists the member patterns; those left out begin with "!".
func (d *declaration) workspace(table *doc.Node) []string {
	var patterns []string
	for _, member := range table.Get("members").Strings() {
		patterns = append(patterns, member.Value)
	}
	for _, member := range table.Get("exclude").Strings() {
		patterns = append(patterns, "!"+member.Value)
	}
	return patterns
}
