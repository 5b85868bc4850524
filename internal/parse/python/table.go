package python

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/requirement"
)

// table reads a table of name = requirement, as Poetry and Pipenv write it:
// a version, a table, or a list of tables for different markers.
func (d *declaration) table(field *doc.Field, group string) {
	if field == nil {
		return
	}
	d.place(field)
	for name, value := range field.Value.All() {
		if name.Value == "python" || value == nil {
			continue // the interpreter
		}
		variants := value.List()
		if value.Kind != doc.List {
			variants = []*doc.Node{value}
		}
		for _, variant := range variants {
			dependency := tableEntry(variant)
			dependency.Name, dependency.Group = name.Value, group
			dependency.Anchor = group + "/" + Normal(name.Value)
			if dependency.At.Line == 0 {
				dependency.At = name.At()
			}
			d.Dependencies = append(d.Dependencies, dependency)
		}
	}
}

// tableEntry reads what stands behind one name.
func tableEntry(value *doc.Node) evidence.Dependency {
	if value.Kind != doc.Map {
		d := asked(value.String())
		d.At = value.Text.At()
		if value.String() == "" {
			d.At = value.At()
		}
		return d
	}
	if class, d, place := sourceOf(value); class != "" {
		d.Class, d.At = class, place
		return d
	}
	version := value.Get("version")
	d := asked(version.String())
	if version != nil {
		d.At = version.Text.At()
	}
	return d
}

// sourceOf reads a table that names another source than an index: git, url,
// path, a workspace. The class is empty where it names none.
func sourceOf(value *doc.Node) (class evidence.Class, d evidence.Dependency, at evidence.Location) {
	if value == nil || value.Kind != doc.Map {
		return "", d, at
	}
	switch git, url, path := value.Get("git"), value.Get("url"), value.Get("path"); {
	case git != nil:
		d.Requirement = "git+" + strings.TrimPrefix(git.String(), "git+")
		for _, key := range []string{"rev", "ref", "tag", "branch"} {
			if ref := value.Get(key).String(); ref != "" {
				d.Requirement += "@" + ref
				break
			}
		}
		d.Commit = requirement.Commit(d.Requirement)
		return evidence.Git, d, value.At()
	case url != nil:
		d = asked(url.String())
		return evidence.URL, d, url.Text.At()
	case path != nil:
		d.Requirement = path.String()
		return evidence.PathClass, d, path.Text.At()
	}
	if file := value.Get("file"); file != nil { // Pipenv: a path or an address
		d = asked(file.String())
		if d.Class != evidence.URL {
			d.Class = evidence.PathClass
		}
		return d.Class, d, file.Text.At()
	}
	if workspace, _ := value.Get("workspace").Bool(); workspace {
		d.Requirement = "workspace"
		return evidence.PathClass, d, value.At()
	}
	return "", d, at
}
