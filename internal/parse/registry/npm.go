package registry

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/ini"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func readNPMRC(src *text.Source, out *evidence.Snapshot) error {
	s := settings{evidence.NPM, out}
	for _, entry := range ini.Read(src) {
		s.npmEntry(entry.Name.Value, entry.Value)
	}
	return nil
}

func (s settings) npmEntry(name string, value text.Text) {
	scope, scoped := strings.CutSuffix(name, ":registry")
	switch {
	case name == "registry":
		s.add("registry", value, evidence.Registry{})
	case scoped && strings.HasPrefix(scope, "@"):
		s.add(name, value, evidence.Registry{Scope: scope})
	case name == "strict-ssl" && value.Value == "false":
		s.note(name, value, evidence.Registry{})
	case name == "provenance":
		s.publishes(name, value)
	}
}

// publishes notes a setting of how packages are published.
func (s settings) publishes(name string, value text.Text) {
	s.out.PublishSettings = append(s.out.PublishSettings, evidence.PublishSetting{Path: value.At().Path, Name: name, Value: value.Located()})
}

// readYarnRC reads yarn 1's: a key and a quoted value in a line.
func readYarnRC(src *text.Source, out *evidence.Snapshot) error {
	s := settings{evidence.NPM, out}
	for line := range src.Text(0, src.Len()).Lines() {
		name, value, found := line.TrimSpace().Cut(" ")
		if !found || strings.HasPrefix(name.Value, "#") {
			continue
		}
		s.npmEntry(strings.Trim(name.Value, `"`), unquoted(value.TrimSpace()))
	}
	return nil
}

func unquoted(t text.Text) text.Text {
	if end := len(t.Value); end >= 2 && (t.Value[0] == '"' || t.Value[0] == '\'') && t.Value[end-1] == t.Value[0] {
		return t.Slice(1, end-1)
	}
	return t
}

// readYarnRCYML reads the settings of yarn 2 and later.
func readYarnRCYML(src *text.Source, out *evidence.Snapshot) error {
	documents, err := doc.YAML(src)
	s := settings{evidence.NPM, out}
	for _, root := range documents {
		s.addNode("npmRegistryServer", root.Get("npmRegistryServer"), evidence.Registry{})
		for scope, value := range root.Get("npmScopes").All() {
			s.addNode("npmRegistryServer", value.Get("npmRegistryServer"), evidence.Registry{
				Scope: "@" + scope.Value, Anchor: "npmScopes/" + scope.Value,
			})
		}
		if strict, said := root.Get("enableStrictSsl").Bool(); said && !strict {
			s.note("enableStrictSsl", root.Get("enableStrictSsl").Text, evidence.Registry{})
		}
		if asked := root.Get("npmPublishProvenance"); asked != nil {
			s.publishes("provenance", asked.Text)
		}
		for _, host := range root.Get("unsafeHttpWhitelist").Strings() {
			s.note("unsafeHttpWhitelist", host, evidence.Registry{Host: strings.ToLower(host.Value)})
		}
	}
	return err
}

// readPNPM reads the settings that pnpm keeps beside its workspace.
func readPNPM(src *text.Source, out *evidence.Snapshot) error {
	documents, err := doc.YAML(src)
	s := settings{evidence.NPM, out}
	for _, root := range documents {
		s.addNode("registry", root.Get("registry"), evidence.Registry{})
		for name, value := range root.Get("registries").All() {
			more := evidence.Registry{Anchor: "registries/" + name.Value}
			if name.Value != "default" {
				more.Scope = name.Value
			}
			s.addNode("registries", value, more)
		}
		if strict, said := root.Get("strictSsl").Bool(); said && !strict {
			s.note("strict-ssl", root.Get("strictSsl").Text, evidence.Registry{})
		}
	}
	return err
}

func readBunfig(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	s := settings{evidence.NPM, out}
	install := root.Get("install")
	s.addNode("install.registry", urlOf(install.Get("registry")), evidence.Registry{})
	for scope, value := range install.Get("scopes").All() {
		s.addNode("install.scopes", urlOf(value), evidence.Registry{
			Scope: "@" + strings.TrimPrefix(scope.Value, "@"), Anchor: "install/scopes/" + scope.Value,
		})
	}
	return err
}

// urlOf: an address may stand alone or in a table beside its token.
func urlOf(value *doc.Node) *doc.Node {
	if value != nil && value.Kind == doc.Map {
		return value.Get("url")
	}
	return value
}

// addNode is add for a value that may be missing.
func (s settings) addNode(setting string, value *doc.Node, more evidence.Registry) {
	if value != nil && value.Kind == doc.String {
		s.add(setting, value.Text, more)
	}
}
