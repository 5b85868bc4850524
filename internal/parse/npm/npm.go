// Package npm reads package.json and the locks that npm writes.
//
// It knows the schemas of these files and nothing of a tree: which lock covers
// which manifest is for internal/collect/link to say.
package npm

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesManifest takes every package.json of the repository's own. One below
// node_modules belongs to a package that was installed.
func TakesManifest(file string) bool {
	return path.Base(file) == "package.json" && own(file)
}

// TakesLock takes package-lock.json and npm-shrinkwrap.json.
func TakesLock(file string) bool {
	base := path.Base(file)
	return (base == "package-lock.json" || base == "npm-shrinkwrap.json") && own(file)
}

func own(file string) bool { return !strings.Contains("/"+file, "/node_modules/") }

// Dependencies reads a map of names to specifiers, the form of every group of
// package.json and of pnpm's and bun's catalogs.
func Dependencies(group *doc.Node, name, anchor string) []evidence.Dependency {
	var all []evidence.Dependency
	for key, value := range group.All() {
		if value == nil || value.Kind != doc.String {
			continue // no specifier: npm refuses it, and so nothing is installed
		}
		all = append(all, dependency(key.Value, value, name, anchor+"/"+key.Value))
	}
	return all
}

func dependency(name string, specifier *doc.Node, group, anchor string) evidence.Dependency {
	d := evidence.Dependency{
		Name:        name,
		Requirement: specifier.String(),
		Class:       requirement.Classify(evidence.NPM, specifier.String()),
		Group:       group,
		Anchor:      anchor,
		At:          placeOf(specifier),
	}
	if d.Class == evidence.Git {
		d.Commit = requirement.Commit(d.Requirement)
	}
	return d
}

// placeOf is the text between the quotes, or the quotes where nothing is between.
func placeOf(value *doc.Node) evidence.Location {
	if value.Text.Value == "" {
		return value.At()
	}
	return value.Text.At()
}

func located(value *doc.Node) evidence.Text {
	if value == nil || value.Kind != doc.String {
		return evidence.Text{}
	}
	return value.Text.Located()
}

func stringsOf(texts []text.Text) []string {
	var values []string
	for _, one := range texts {
		values = append(values, one.Value)
	}
	return values
}

// SplitName takes name@rest apart; the @ of a scope is part of the name.
func SplitName(full string) (name, rest string) {
	if full == "" {
		return "", ""
	}
	at := strings.IndexByte(full[1:], '@')
	if at < 0 {
		return full, ""
	}
	return full[:at+1], full[at+2:]
}
