// Package composer reads composer.json and composer.lock.
//
// It knows the schemas of both. Where packages may come from is for
// internal/parse/registry.
package composer

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesManifest takes every composer.json but those of installed packages.
func TakesManifest(file string) bool { return path.Base(file) == "composer.json" }

// ReadManifest reads what a composer.json requires.
func ReadManifest(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	if root == nil || root.Kind != doc.Map {
		return err
	}
	m := evidence.Manifest{
		Path: src.Path(), Ecosystem: evidence.Composer, Tool: "composer", Name: root.Get("name").String(), At: evidence.Location{Path: src.Path()},
	}
	if version := root.Get("version"); version != nil && version.Kind == doc.String {
		m.Version = version.Text.Located()
	}
	for _, word := range root.Get("keywords").Strings() {
		m.Keywords = append(m.Keywords, word.Value)
	}
	local := hasPaths(root)
	for _, group := range []string{"require", "require-dev"} {
		field := root.Field(group)
		if field == nil {
			continue
		}
		if m.At.Line == 0 {
			m.At = field.Name.At()
		}
		for name, value := range field.Value.All() {
			if isPlatform(name.Value) || value == nil {
				continue
			}
			d := evidence.Dependency{
				Name: name.Value, Requirement: value.String(), Class: requirement.Classify(evidence.Composer, value.String()),
				Group: group, Anchor: group + "/" + name.Value, At: value.Text.At(),
			}
			if d.Class == evidence.Git {
				d.Commit = requirement.Commit(d.Requirement)
			}
			if local && (d.Requirement == "*" || strings.HasPrefix(d.Requirement, "@dev") || strings.HasPrefix(d.Requirement, "*@")) {
				d.Class = evidence.PathClass // how a repository of type path is asked
			}
			m.Dependencies = append(m.Dependencies, d)
		}
	}
	out.Manifests = append(out.Manifests, m)
	return err
}

// isPlatform knows what is no package: php, its extensions, Composer itself.
func isPlatform(name string) bool {
	return !strings.Contains(name, "/")
}

func hasPaths(root *doc.Node) bool {
	repositories := root.Get("repositories")
	for _, one := range repositories.List() {
		if one.Get("type").String() == "path" {
			return true
		}
	}
	for _, one := range repositories.All() {
		if one.Get("type").String() == "path" {
			return true
		}
	}
	return false
}

// TakesLock takes every composer.lock.
func TakesLock(file string) bool { return path.Base(file) == "composer.lock" }

// ReadLock reads a composer.lock.
func ReadLock(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	lock := evidence.Lockfile{
		Path: src.Path(), Ecosystem: evidence.Composer, Tool: "composer", Format: root.Get("plugin-api-version").String(),
	}
	for _, part := range []string{"packages", "packages-dev"} {
		for _, one := range root.Get(part).List() {
			if name := one.Get("name"); name != nil && name.Kind == doc.String {
				lock.Entries = append(lock.Entries, entryOf(name, one))
			}
		}
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return err
}

// entryOf: an archive that a forge makes of a commit has no checksum, and
// needs none, since the commit is one.
func entryOf(name, one *doc.Node) evidence.LockEntry {
	entry := evidence.LockEntry{Name: name.String(), Version: one.Get("version").String(), At: name.Text.At()}
	dist, source := one.Get("dist"), one.Get("source")
	commit := source.Get("reference").String()
	if reference := dist.Get("reference").String(); reference != "" {
		commit = reference
	}
	entry.Resolved = dist.Get("url").String()
	switch sum := dist.Get("shasum").String(); {
	case dist.Get("type").String() == "path":
		entry.Source = evidence.PathClass
		return entry
	case dist == nil:
		entry.Source, entry.Resolved, entry.Commit = evidence.Git, source.Get("url").String()+"#"+commit, commit
		return entry
	case sum != "":
		entry.Integrity = []string{"sha1:" + sum}
	case requirement.IsCommit(commit):
		entry.Integrity = []string{"git:" + commit}
	default:
		entry.Unhashed = 1
	}
	entry.Commit = commit
	return entry
}
