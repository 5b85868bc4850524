package npm

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// ReadLock reads package-lock.json and npm-shrinkwrap.json of every version.
func ReadLock(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	if root == nil || root.Kind != doc.Map {
		if err == nil {
			err = src.Errorf(0, src.Len(), "holds no object")
		}
		return err
	}
	lock := evidence.Lockfile{
		Path: src.Path(), Ecosystem: evidence.NPM, Tool: "npm", Format: root.Get("lockfileVersion").String(),
	}
	if packages := root.Get("packages"); packages != nil {
		readPackages(packages, &lock)
	} else {
		readTree(root.Get("dependencies"), "", &lock)
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return err
}

const installed = "node_modules/"

// readPackages reads the map of versions 2 and 3: what is installed where, and
// under the keys outside node_modules what the root and its members ask for.
func readPackages(packages *doc.Node, lock *evidence.Lockfile) {
	for key, value := range packages.All() {
		if value == nil || value.Kind != doc.Map {
			continue
		}
		if at := strings.LastIndex(key.Value, installed); at >= 0 {
			lock.Entries = append(lock.Entries, entryOf(key, key.Value[at+len(installed):], value))
			continue
		}
		for _, group := range groups {
			for name, specifier := range value.Get(group).All() {
				lock.Declared = append(lock.Declared, evidence.Declared{
					Importer: key.Value, Name: name.Value, Requirement: specifier.String(), Group: group, At: name.At(),
				})
			}
		}
	}
}

func entryOf(key text.Text, name string, value *doc.Node) evidence.LockEntry {
	entry := evidence.LockEntry{
		Name: name, Keys: []string{key.Value}, Version: value.Get("version").String(), Resolved: value.Get("resolved").String(), At: key.At(),
	}
	if real := value.Get("name").String(); real != "" {
		entry.Name = real // installed under an alias
	}
	if link, _ := value.Get("link").Bool(); link {
		entry.Source = evidence.PathClass
		return entry
	}
	entry.RunsScript, _ = value.Get("hasInstallScript").Bool()
	bundled, _ := value.Get("inBundle").Bool()
	seal(&entry, value.Get("integrity").String(), bundled)
	return entry
}

// readTree reads the nested map of version 1.
func readTree(dependencies *doc.Node, parent string, lock *evidence.Lockfile) {
	for key, value := range dependencies.All() {
		if value == nil || value.Kind != doc.Map {
			continue
		}
		place := parent + installed + key.Value
		entry := evidence.LockEntry{
			Name: key.Value, Keys: []string{place}, Version: value.Get("version").String(), Resolved: value.Get("resolved").String(), At: key.At(),
		}
		if requirement.Classify(evidence.NPM, entry.Version) != evidence.Exact {
			entry.Resolved, entry.Version = entry.Version, "" // version 1 keeps an address here
		} else if name, version, aliased := requirement.Alias(entry.Version); aliased {
			entry.Name, entry.Version = name, version
		}
		bundled, _ := value.Get("bundled").Bool()
		seal(&entry, value.Get("integrity").String(), bundled)
		lock.Entries = append(lock.Entries, entry)
		readTree(value.Get("dependencies"), place+"/", lock)
	}
}

// seal notes where an entry comes from and what holds it to its bytes. A
// bundled package comes inside another one's archive, whose hash covers it; a
// commit is its own hash.
func seal(entry *evidence.LockEntry, integrity string, bundled bool) {
	entry.Source, entry.Commit = SourceOf(entry.Resolved)
	entry.Integrity = strings.Fields(integrity)
	hashable := entry.Source == "" || entry.Source == evidence.URL
	if len(entry.Integrity) == 0 && hashable && !bundled {
		entry.Unhashed = 1
	}
}

// SourceOf sorts the address an entry was resolved to. An archive where
// registries keep theirs is a registry's, and one that GitHub makes of a commit
// is that commit.
func SourceOf(resolved string) (source evidence.Class, commit string) {
	class := requirement.Classify(evidence.NPM, resolved)
	switch {
	case resolved == "":
		return "", ""
	case class == evidence.Git:
		return class, requirement.Commit(resolved)
	case class == evidence.PathClass:
		return class, ""
	case class != evidence.URL:
		return "", "" // a version, or the name of a registry
	case strings.Contains(resolved, "/-/"), strings.Contains(resolved, "/download/@"):
		return "", ""
	}
	if archive, found := strings.CutPrefix(resolved, "https://codeload.github.com/"); found {
		_, ref, _ := strings.Cut(archive, "/tar.gz/")
		if ref, _, _ = strings.Cut(ref, "#"); requirement.IsCommit(ref) {
			return evidence.Git, ref
		}
	}
	return evidence.URL, ""
}
