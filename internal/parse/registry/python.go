package registry

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/ini"
	"github.com/sealvet/sealvet/internal/parse/python"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// pip's options, as flags and as keys of pip.conf.
func (s settings) pipOption(name string, value text.Text) {
	switch strings.TrimLeft(name, "-") {
	case "i", "index-url":
		s.add("index-url", value, evidence.Registry{})
	case "extra-index-url":
		s.add("extra-index-url", value, evidence.Registry{Extra: true})
	case "f", "find-links":
		s.add("find-links", value, evidence.Registry{Extra: true})
	case "trusted-host":
		s.note("trusted-host", value, evidence.Registry{Host: strings.ToLower(value.Value)})
	}
}

func readRequirements(src *text.Source, out *evidence.Snapshot) error {
	s := settings{evidence.PyPI, out}
	for option := range python.Options(src) {
		s.pipOption(option.Name.Value, option.Value)
	}
	return nil
}

func readPipConf(src *text.Source, out *evidence.Snapshot) error {
	s := settings{evidence.PyPI, out}
	for _, entry := range ini.Read(src) {
		for _, line := range entry.Lines() {
			for value := range line.Fields() {
				s.pipOption("--"+entry.Name.Value, value)
			}
		}
	}
	return nil
}

func readUV(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	settings{evidence.PyPI, out}.uv(root, "")
	return err
}

func readPyproject(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	s := settings{evidence.PyPI, out}
	s.uv(root.Get("tool", "uv"), "tool/uv/")
	for _, source := range root.Get("tool", "poetry", "source").List() {
		more := evidence.Registry{Anchor: "tool/poetry/source/" + source.Get("name").String()}
		switch source.Get("priority").String() {
		case "supplemental", "secondary":
			more.Extra = true
		case "explicit":
			more.Scope = "explicit"
		}
		s.addNode("tool.poetry.source", source.Get("url"), more)
	}
	for _, source := range root.Get("tool", "pdm", "source").List() {
		name := source.Get("name").String()
		more := evidence.Registry{Anchor: "tool/pdm/source/" + name, Extra: name != "pypi"} // that name replaces the public index
		if only := source.Get("include_packages").Strings(); only != nil {
			more.Extra, more.Scope = false, joined(only)
		}
		s.addNode("tool.pdm.source", source.Get("url"), more)
		if checked, said := source.Get("verify_ssl").Bool(); said && !checked {
			s.note("verify_ssl", source.Get("verify_ssl").Text, evidence.Registry{Anchor: more.Anchor})
		}
	}
	return err
}

// uv reads uv's own table. An index that is neither the default nor explicit
// is asked for every name, before the default one.
func (s settings) uv(table *doc.Node, anchor string) {
	bound := boundIndexes(table.Get("sources"))
	for _, index := range table.Get("index").List() {
		name := index.Get("name").String()
		more := evidence.Registry{Anchor: anchor + "index/" + name, Extra: true}
		if explicit, _ := index.Get("explicit").Bool(); explicit {
			if !bound[name] {
				continue // no package comes from it: it is there to publish to
			}
			more.Extra, more.Scope = false, "explicit"
		}
		if standard, _ := index.Get("default").Bool(); standard {
			more.Extra = false
		}
		s.addNode("index", index.Get("url"), more)
	}
	for _, part := range []*doc.Node{table, table.Get("pip")} {
		for _, key := range []string{"index-url", "extra-index-url", "find-links"} {
			for _, value := range part.Get(key).Strings() {
				s.pipOption("--"+key, value)
			}
		}
	}
	for _, host := range table.Get("allow-insecure-host").Strings() {
		s.note("allow-insecure-host", host, evidence.Registry{Host: strings.ToLower(host.Value)})
	}
}

// boundIndexes are the names of the indexes that some package is taken from.
func boundIndexes(sources *doc.Node) map[string]bool {
	bound := make(map[string]bool)
	for _, source := range sources.All() {
		for _, one := range slices.Concat(source.List(), []*doc.Node{source}) {
			bound[one.Get("index").String()] = true
		}
	}
	return bound
}

// readPipfile: Pipenv asks the first source for every package that names no
// other one.
func readPipfile(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	s := settings{evidence.PyPI, out}
	for i, source := range root.Get("source").List() {
		more := evidence.Registry{Anchor: "source/" + source.Get("name").String()}
		if i > 0 {
			more.Scope = "index=" + source.Get("name").String()
		}
		s.addNode("source", source.Get("url"), more)
		if checked, said := source.Get("verify_ssl").Bool(); said && !checked {
			s.note("verify_ssl", source.Get("verify_ssl").Text, evidence.Registry{Anchor: more.Anchor})
		}
	}
	return err
}

func joined(texts []text.Text) string {
	var all []string
	for _, one := range texts {
		all = append(all, one.Value)
	}
	return strings.Join(all, " ")
}
