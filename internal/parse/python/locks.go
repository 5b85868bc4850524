package python

import (
	"errors"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// tomlLock is what the TOML locks have in common: a list of packages, each
// with a name and a version.
type tomlLock struct {
	tool     string
	format   []string // where the version of the format stands
	packages string
	entry    func(root, one *doc.Node, lock *evidence.Lockfile) evidence.LockEntry
}

func (l tomlLock) read(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	problems := []error{err}
	lock := evidence.Lockfile{
		Path: src.Path(), Ecosystem: evidence.PyPI, Tool: l.tool, Format: root.Get(l.format...).String(),
	}
	list := root.Get(l.packages).List()
	lock.Entries = make([]evidence.LockEntry, 0, len(list))
	for _, one := range list {
		name := one.Get("name")
		if name == nil || name.Kind != doc.String {
			problems = append(problems, &text.Error{At: one.At(), Msg: "the package has no name"})
			continue
		}
		entry := l.entry(root, one, &lock)
		entry.Name, entry.Version, entry.At = Normal(name.String()), one.Get("version").String(), name.Text.At()
		lock.Entries = append(lock.Entries, entry)
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return errors.Join(problems...)
}

func readPoetryLock(src *text.Source, out *evidence.Snapshot) error {
	return tomlLock{"poetry", []string{"metadata", "lock-version"}, "package", poetryEntry}.read(src, out)
}

func poetryEntry(root, one *doc.Node, _ *evidence.Lockfile) (entry evidence.LockEntry) {
	source := one.Get("source")
	entry.Resolved = source.Get("url").String()
	switch source.Get("type").String() {
	case "git":
		entry.Source, entry.Commit = evidence.Git, source.Get("resolved_reference").String()
		entry.Resolved += "#" + entry.Commit
		return entry
	case "directory", "file":
		entry.Source = evidence.PathClass
		return entry
	case "url":
		entry.Source = evidence.URL
	}
	files := one.Get("files")
	if files == nil { // format 1 keeps them at the end
		files = root.Get("metadata", "files", one.Get("name").String())
	}
	seal(&entry, files.List()...)
	return entry
}

func readPDMLock(src *text.Source, out *evidence.Snapshot) error {
	return tomlLock{"pdm", []string{"metadata", "lock_version"}, "package", pdmEntry}.read(src, out)
}

func pdmEntry(root, one *doc.Node, _ *evidence.Lockfile) (entry evidence.LockEntry) {
	switch git, path, url := one.Get("git"), one.Get("path"), one.Get("url"); {
	case git != nil:
		entry.Source, entry.Resolved, entry.Commit = evidence.Git, git.String(), one.Get("revision").String()
		entry.Resolved += "#" + entry.Commit
		return entry
	case path != nil:
		entry.Source, entry.Resolved = evidence.PathClass, path.String()
		return entry
	case url != nil:
		entry.Source, entry.Resolved = evidence.URL, url.String()
	}
	files := one.Get("files")
	if files == nil {
		files = root.Get("metadata", "files", one.Get("name").String()+" "+one.Get("version").String())
	}
	seal(&entry, files.List()...)
	return entry
}

func readPylock(src *text.Source, out *evidence.Snapshot) error {
	return tomlLock{"pylock", []string{"lock-version"}, "packages", pylockEntry}.read(src, out)
}

func pylockEntry(_, one *doc.Node, _ *evidence.Lockfile) (entry evidence.LockEntry) {
	switch vcs, directory, archive := one.Get("vcs"), one.Get("directory"), one.Get("archive"); {
	case vcs != nil:
		entry.Source, entry.Resolved, entry.Commit = evidence.Git, vcs.Get("url").String(), vcs.Get("commit-id").String()
		entry.Resolved += "#" + entry.Commit
		return entry
	case directory != nil:
		entry.Source, entry.Resolved = evidence.PathClass, directory.Get("path").String()
		return entry
	case archive != nil:
		entry.Source, entry.Resolved = evidence.URL, archive.Get("url").String()
		seal(&entry, archive)
		return entry
	}
	entry.Resolved = one.Get("index").String()
	seal(&entry, filesOf(one)...)
	return entry
}

func readPipfileLock(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	lock := evidence.Lockfile{
		Path: src.Path(), Ecosystem: evidence.PyPI, Tool: "pipenv", Format: root.Get("_meta", "pipfile-spec").String(),
	}
	for category, packages := range root.All() {
		if category.Value == "_meta" {
			continue
		}
		for name, value := range packages.All() {
			entry := pipfileEntry(value)
			entry.Name, entry.At = Normal(name.Value), name.At()
			lock.Entries = append(lock.Entries, entry)
		}
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return err
}

func pipfileEntry(value *doc.Node) evidence.LockEntry {
	class, d, _ := sourceOf(value)
	entry := evidence.LockEntry{
		Version: strings.TrimLeft(value.Get("version").String(), "="), Source: class, Resolved: d.Requirement, Commit: d.Commit,
	}
	for _, hash := range value.Get("hashes").Strings() {
		keep(&entry, hash.Value)
	}
	if len(entry.Integrity) == 0 && (class == "" || class == evidence.URL) {
		entry.Unhashed = 1
	}
	return entry
}

// filesOf is what a registry has of a package: a source archive and wheels.
func filesOf(one *doc.Node) []*doc.Node {
	files := one.Get("wheels").List()
	if sdist := one.Get("sdist"); sdist != nil {
		files = append(slices.Clip(files), sdist)
	}
	return files
}

// seal notes the hashes of an entry's files, and how many files have none. An
// entry that lists no file has nothing that holds it to its bytes.
func seal(entry *evidence.LockEntry, files ...*doc.Node) {
	for _, file := range files {
		hash := file.Get("hash").String()
		if hash != "" {
			keep(entry, hash)
		}
		for algorithm, value := range file.Get("hashes").All() {
			hash = value.String()
			keep(entry, algorithm.Value+":"+hash)
		}
		if hash == "" {
			entry.Unhashed++
		}
	}
	if len(files) == 0 {
		entry.Unhashed = 1
	}
}

// keep holds one hash an algorithm: a lock has thousands, and one tells that
// they are there.
func keep(entry *evidence.LockEntry, hash string) {
	algorithm, _, _ := strings.Cut(hash, ":")
	for _, kept := range entry.Integrity {
		if strings.HasPrefix(kept, algorithm+":") {
			return
		}
	}
	entry.Integrity = append(entry.Integrity, hash)
}
