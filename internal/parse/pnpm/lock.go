package pnpm

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/npm"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var groups = []string{"dependencies", "devDependencies", "optionalDependencies"}

// ReadLock reads a pnpm-lock.yaml. Newer versions of pnpm put a document about
// pnpm itself in front of the one about the packages; both are read.
func ReadLock(src *text.Source, out *evidence.Snapshot) error {
	documents, err := doc.YAML(src)
	lock := evidence.Lockfile{Path: src.Path(), Ecosystem: evidence.NPM, Tool: "pnpm"}
	for _, root := range documents {
		if format := root.Get("lockfileVersion").String(); format != "" {
			lock.Format = format
		}
		readImporters(root, &lock)
		for key, value := range root.Get("packages").All() {
			if value != nil && value.Kind == doc.Map {
				lock.Entries = append(lock.Entries, entryOf(key, value))
			}
		}
		for catalog, names := range root.Get("catalogs").All() {
			for name, value := range names.All() {
				lock.Declared = append(lock.Declared, evidence.Declared{
					Name: name.Value, Requirement: value.Get("specifier").String(), Group: npm.CatalogGroup(catalog.Value),
					Version: value.Get("version").String(), At: name.At(),
				})
			}
		}
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return err
}

// readImporters reads what each package of the workspace asks for; a lock of
// one package alone says it at the top.
func readImporters(root *doc.Node, lock *evidence.Lockfile) {
	importers := root.Get("importers")
	if importers == nil {
		readImporter("", root, lock)
		return
	}
	for folder, importer := range importers.All() {
		readImporter(strings.TrimPrefix(folder.Value, "."), importer, lock)
	}
}

// readImporter reads both forms: version 5 keeps the specifiers apart, later
// ones keep them with the version.
func readImporter(folder string, importer *doc.Node, lock *evidence.Lockfile) {
	specifiers := importer.Get("specifiers")
	for _, group := range groups {
		for name, value := range importer.Get(group).All() {
			one := evidence.Declared{Importer: strings.TrimPrefix(folder, "/"), Name: name.Value, Group: group, At: name.At()}
			if value != nil && value.Kind == doc.Map {
				one.Requirement, one.Version = value.Get("specifier").String(), value.Get("version").String()
			} else {
				one.Requirement, one.Version = specifiers.Get(name.Value).String(), value.String()
			}
			if one.Version = withoutPeers(one.Version); strings.HasPrefix(one.Version, "/") {
				one.Version = reference(splitKey(one.Version)) // another package under this name
			}
			lock.Declared = append(lock.Declared, one)
		}
	}
}

// withoutPeers cuts off the peers that a version was resolved with:
// 8.4.0(postcss@8.5.4), and 8.4.0_postcss@8.5.4 before version 6.
func withoutPeers(version string) string {
	version, _, _ = strings.Cut(version, "(")
	if startsWithDigit(version) {
		version, _, _ = strings.Cut(version, "_")
	}
	return version
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

func entryOf(key text.Text, value *doc.Node) evidence.LockEntry {
	entry := evidence.LockEntry{At: key.At()}
	entry.Name, entry.Version = splitKey(key.Value)
	entry.Keys = []string{reference(entry.Name, entry.Version)}
	if name := value.Get("name").String(); name != "" {
		entry.Name = name // given where the key is an address
	}
	if version := value.Get("version").String(); version != "" {
		entry.Version = version
	}
	resolution := value.Get("resolution")
	if sum := resolution.Get("integrity").String(); sum != "" {
		entry.Integrity = strings.Fields(sum)
	}
	entry.Resolved = resolution.Get("tarball").String()
	switch kind := resolution.Get("type").String(); {
	case resolution.Get("commit").String() != "":
		entry.Source, entry.Commit = evidence.Git, fullCommit(resolution.Get("commit").String())
		entry.Resolved = resolution.Get("repo").String()
	case kind == "directory", resolution.Get("directory").String() != "":
		entry.Source = evidence.PathClass
	default:
		entry.Source, entry.Commit = npm.SourceOf(entry.Resolved)
	}
	if len(entry.Integrity) == 0 && entry.Source != evidence.Git && entry.Source != evidence.PathClass {
		entry.Unhashed = 1
	}
	return entry
}

// splitKey takes the key of a package apart: @babel/core@7.22.5 since version
// 9, with a slash in front in version 6, and /@babel/core/7.22.5 before.
func splitKey(key string) (name, version string) {
	slashed := strings.HasPrefix(key, "/")
	key, _, _ = strings.Cut(strings.TrimPrefix(key, "/"), "(")
	if at := strings.LastIndexByte(key, '/'); slashed && at > 0 && !strings.Contains(key[1:at], "@") && startsWithDigit(key[at+1:]) {
		return key[:at], withoutPeers(key[at+1:])
	}
	name, version = npm.SplitName(key)
	return name, withoutPeers(version)
}

// reference is how importers of version 9 name an entry, whatever version wrote
// the lock; an address stands for itself.
func reference(name, version string) string {
	if version == "" {
		return name
	}
	return name + "@" + version
}

func fullCommit(commit string) string {
	if requirement.IsCommit(commit) {
		return commit
	}
	return ""
}
