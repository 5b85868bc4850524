package registry

import (
	"errors"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/markup"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// readCargo reads source replacement and named registries.
func readCargo(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	s := settings{evidence.Cargo, out}
	for name, source := range root.Get("source").All() {
		s.addNode("source.registry", source.Get("registry"), evidence.Registry{Anchor: "source/" + name.Value})
	}
	for name, registry := range root.Get("registries").All() {
		s.addNode("registries.index", registry.Get("index"), evidence.Registry{Anchor: "registries/" + name.Value, Scope: "registry=" + name.Value})
	}
	return err
}

// readNuGet reads package sources. Without a mapping from names to sources
// NuGet asks all of them and takes the first answer; without <clear/> those of
// the machine are among them.
func readNuGet(src *text.Source, out *evidence.Snapshot) error {
	root, err := markup.Read(src)
	s := settings{evidence.NuGet, out}
	mapping := make(map[string]string)
	for source := range root.Get("packageSourceMapping").All("packageSource") {
		var patterns []string
		for pattern := range source.All("package") {
			patterns = append(patterns, pattern.Attr("pattern").Value)
		}
		mapping[strings.ToLower(source.Attr("key").Value)] = strings.Join(patterns, " ")
	}
	sources := root.Get("packageSources")
	count := 0
	for range sources.All("add") {
		count++
	}
	alone := count == 1 && sources.Get("clear") != nil
	for source := range sources.All("add") {
		key := source.Attr("key").Value
		more := evidence.Registry{Anchor: "packageSources/" + key, Scope: mapping[strings.ToLower(key)]}
		if more.Scope == "*" {
			more.Scope = ""
		}
		more.Extra = len(mapping) == 0 && !alone
		s.add("packageSources", source.Attr("value"), more)
	}
	return err
}

// readProject reads the properties by which MSBuild chooses sources for a
// project or a whole tree.
func readProject(src *text.Source, out *evidence.Snapshot) error {
	root, err := markup.Read(src)
	s := settings{evidence.NuGet, out}
	for group := range root.All("PropertyGroup") {
		for _, property := range group.Children {
			var more evidence.Registry
			switch strings.ToLower(property.Name) {
			case "restoresources":
			case "restoreadditionalprojectsources":
				more.Extra = true
			default:
				continue
			}
			for rest := property.Content(); rest.Value != ""; {
				one, after, _ := rest.Cut(";")
				rest = after
				if one = one.TrimSpace(); strings.HasPrefix(one.Value, "$(Restore") || strings.HasPrefix(one.Value, "$(MSBuild") {
					continue // what was set before, or a folder
				}
				s.add(property.Name, one, more)
			}
		}
	}
	return err
}

func readPOM(src *text.Source, out *evidence.Snapshot) error {
	root, err := markup.Read(src)
	settings{evidence.Maven, out}.repositories(root, "")
	return err
}

// repositories are asked before the central one, in their order.
func (s settings) repositories(parent *markup.Element, anchor string) {
	for _, kind := range [][2]string{{"repositories", "repository"}, {"pluginRepositories", "pluginRepository"}} {
		for repository := range parent.Get(kind[0]).All(kind[1]) {
			id := repository.Get("id").Content().Value
			s.add(kind[0], repository.Get("url").Content(), evidence.Registry{Anchor: anchor + kind[0] + "/" + id, Extra: id != "central"})
		}
	}
	for profile := range parent.Get("profiles").All("profile") {
		if anchor == "" {
			s.repositories(profile, "profiles/"+profile.Get("id").Content().Value+"/")
		}
	}
}

func readMavenSettings(src *text.Source, out *evidence.Snapshot) error {
	root, err := markup.Read(src)
	if root == nil || root.Name != "settings" {
		return nil // some other program's settings
	}
	s := settings{evidence.Maven, out}
	for mirror := range root.Get("mirrors").All("mirror") {
		more := evidence.Registry{Anchor: "mirrors/" + mirror.Get("id").Content().Value}
		if of := mirror.Get("mirrorOf").Content().Value; !strings.HasPrefix(of, "*") {
			more.Scope = of
		}
		s.add("mirrors", mirror.Get("url").Content(), more)
	}
	s.repositories(root, "")
	return err
}

// readComposer reads repositories of packages; one of a version control system
// is a git source, which the lock holds by commit.
func readComposer(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	s := settings{evidence.Composer, out}
	add := func(name string, repository *doc.Node) {
		if repository.Get("type").String() != "composer" {
			return
		}
		more := evidence.Registry{Anchor: "repositories/" + name, Scope: joined(repository.Get("only").Strings())}
		if canonical, said := repository.Get("canonical").Bool(); said && !canonical {
			more.Extra = true // the public one is asked too, and the higher version wins
		}
		s.addNode("repositories", repository.Get("url"), more)
	}
	repositories := root.Get("repositories")
	for name, repository := range repositories.All() {
		add(name.Value, repository)
	}
	for _, repository := range repositories.List() {
		host, _ := evidence.AddressHost(repository.Get("url").String())
		add(host, repository)
	}
	if value := root.Get("config", "secure-http"); value != nil {
		if secure, said := value.Bool(); said && !secure {
			s.note("secure-http", value.Text, evidence.Registry{})
		}
	}
	return err
}

// readGemfile reads lines that begin with source. Those with a block are for
// the gems inside; of several without one, all are asked for every name.
func readGemfile(src *text.Source, out *evidence.Snapshot) error {
	s := settings{evidence.Gem, out}
	var problems []error
	global := 0
	for line := range src.Text(0, src.Len()).Lines() {
		line = line.TrimSpace()
		rest, found := strings.CutPrefix(line.Value, "source")
		if !found || rest == "" || !strings.ContainsAny(rest[:1], " \t(\"'") {
			continue
		}
		value, after, ok := quoted(line.Slice(len("source"), len(line.Value)))
		if !ok {
			problems = append(problems, line.Errorf("the source is computed, so it is known to the run only"))
			continue
		}
		host, _ := evidence.AddressHost(value.Value)
		more := evidence.Registry{Anchor: "source/" + host}
		if strings.HasSuffix(strings.TrimSpace(after.Value), "do") || strings.Contains(after.Value, " do ") {
			more.Scope = "source block"
		} else {
			more.Extra = global > 0
			global++
		}
		s.add("source", value, more)
	}
	return errors.Join(problems...)
}

// quoted is the string at the start of t, behind a bracket or not.
func quoted(t text.Text) (value, after text.Text, ok bool) {
	t = t.TrimSpace()
	if strings.HasPrefix(t.Value, "(") {
		t = t.Slice(1, len(t.Value)).TrimSpace()
	}
	if t.Value == "" || !strings.Contains(`"'`, t.Value[:1]) {
		return t, t, false
	}
	value, after, ok = t.Slice(1, len(t.Value)).Cut(t.Value[:1])
	return value, after, ok && !strings.Contains(value.Value, "#{")
}
