package npm

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// groups are the parts of package.json that an install resolves.
var groups = []string{"dependencies", "devDependencies", "optionalDependencies"}

// ReadManifest reads what a package.json declares: the package and its
// dependencies.
func ReadManifest(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	if root == nil || root.Kind != doc.Map {
		return err // not even an object: nothing is declared
	}
	tool, _, _ := strings.Cut(root.Get("packageManager").String(), "@")
	private, _ := root.Get("private").Bool()
	m := evidence.Manifest{
		Path:      src.Path(),
		Ecosystem: evidence.NPM,
		Tool:      tool,
		Name:      root.Get("name").String(),
		Version:   located(root.Get("version")),
		Private:   private,
		Workspace: stringsOf(workspaces(root).Strings()),
		MCPName:   located(root.Get("mcpName")),
		Keywords:  stringsOf(root.Get("keywords").Strings()),
		Bins:      bins(root),
		Ships:     stringsOf(root.Get("files").Strings()),
		At:        evidence.Location{Path: src.Path()},
	}
	for _, group := range groups {
		field := root.Field(group)
		if field == nil || field.Value == nil {
			continue
		}
		found := Dependencies(field.Value, group, group)
		if len(found) > 0 && m.At.Line == 0 {
			m.At = field.Name.At() // where a finding about the whole list belongs
		}
		m.Dependencies = append(m.Dependencies, found...)
	}
	m.Dependencies = append(m.Dependencies, Dependencies(root.Get("peerDependencies"), "peerDependencies", "peerDependencies")...)
	m.Dependencies = append(m.Dependencies, overrides(root)...)
	m.Dependencies = append(m.Dependencies, catalogs(root)...)
	out.Manifests = append(out.Manifests, m)
	publishSettings(root, src.Path(), out)
	return err
}

// publishSettings keeps the part of publishConfig that decides where a package
// goes and whether it says where it comes from.
func publishSettings(root *doc.Node, file string, out *evidence.Snapshot) {
	for _, name := range []string{"provenance", "registry"} {
		if value := root.Get("publishConfig", name); value != nil && (value.Kind == doc.String || value.Kind == doc.Bool) {
			out.PublishSettings = append(out.PublishSettings, evidence.PublishSetting{Path: file, Name: name, Value: value.Text.Located()})
		}
	}
}

// bins names the commands that the package installs. A bin that is a string is
// one command of the package's own name, without its scope.
func bins(root *doc.Node) []string {
	bin := root.Get("bin")
	if bin == nil {
		return nil
	}
	if bin.Kind == doc.String {
		name := root.Get("name").String()
		return []string{name[strings.LastIndexByte(name, '/')+1:]}
	}
	var names []string
	for _, field := range bin.Fields {
		names = append(names, field.Name.Value)
	}
	return names
}

// workspaces is the list of member patterns: the field itself, or its packages.
func workspaces(root *doc.Node) *doc.Node {
	field := root.Get("workspaces")
	if field != nil && field.Kind == doc.Map {
		return field.Get("packages")
	}
	return field
}

// overrides are the requirements forced on the whole tree: npm's overrides,
// which nest, yarn's resolutions, and pnpm's own.
func overrides(root *doc.Node) []evidence.Dependency {
	all := forced(root.Get("overrides"), "", "overrides")
	all = append(all, Dependencies(root.Get("resolutions"), "resolutions", "resolutions")...)
	return append(all, Dependencies(root.Get("pnpm", "overrides"), "overrides", "pnpm/overrides")...)
}

// forced reads npm's nested form, in which "." is the package named above.
func forced(node *doc.Node, parent, anchor string) []evidence.Dependency {
	var all []evidence.Dependency
	for key, value := range node.All() {
		name := key.Value
		if name == "." {
			name = parent
		}
		place := anchor + "/" + key.Value
		switch {
		case value == nil:
		case value.Kind == doc.Map:
			all = append(all, forced(value, name, place)...)
		case value.Kind == doc.String && !strings.HasPrefix(value.String(), "$"): // $name repeats a requirement given above
			all = append(all, dependency(name, value, "overrides", place))
		}
	}
	return all
}

// catalogs are bun's: beside workspaces.packages, or at the top.
func catalogs(root *doc.Node) []evidence.Dependency {
	all := Catalogs(root, "")
	if field := root.Get("workspaces"); field != nil && field.Kind == doc.Map {
		all = append(all, Catalogs(field, "workspaces/")...)
	}
	return all
}

// CatalogGroup is the Group of a requirement that members refer to as catalog:name.
func CatalogGroup(name string) string {
	if name == "" {
		name = "default"
	}
	return "catalogs/" + name
}

// Catalogs reads the fields catalog and catalogs, which pnpm, bun and yarn share.
func Catalogs(node *doc.Node, anchor string) []evidence.Dependency {
	all := Dependencies(node.Get("catalog"), CatalogGroup(""), anchor+"catalog")
	for name, catalog := range node.Get("catalogs").All() {
		all = append(all, Dependencies(catalog, CatalogGroup(name.Value), anchor+"catalogs/"+name.Value)...)
	}
	return all
}
