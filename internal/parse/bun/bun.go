// Package bun reads bun.lock. Of bun.lockb, its binary forerunner, it notes
// that it is there.
package bun

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/npm"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes takes both locks of the repository's own.
func Takes(file string) bool {
	base := path.Base(file)
	return (base == "bun.lock" || base == "bun.lockb") && !strings.Contains("/"+file, "/node_modules/")
}

// Read reads a lock.
func Read(src *text.Source, out *evidence.Snapshot) error {
	lock := evidence.Lockfile{Path: src.Path(), Ecosystem: evidence.NPM, Tool: "bun"}
	if strings.HasSuffix(src.Path(), ".lockb") {
		lock.Opaque = true
		out.Lockfiles = append(out.Lockfiles, lock)
		return nil
	}
	root, err := doc.JSON(src)
	if root == nil || root.Kind != doc.Map {
		if err == nil {
			err = src.Errorf(0, src.Len(), "holds no object")
		}
		return err
	}
	lock.Format = root.Get("lockfileVersion").String()
	for folder, member := range root.Get("workspaces").All() {
		for _, group := range []string{"dependencies", "devDependencies", "optionalDependencies"} {
			declare(&lock, folder.Value, group, member.Get(group))
		}
	}
	declare(&lock, "", npm.CatalogGroup(""), root.Get("catalog"))
	for name, catalog := range root.Get("catalogs").All() {
		declare(&lock, "", npm.CatalogGroup(name.Value), catalog)
	}
	for key, value := range root.Get("packages").All() {
		if entry, ok := entryOf(key, value); ok {
			lock.Entries = append(lock.Entries, entry)
		}
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return err
}

func declare(lock *evidence.Lockfile, folder, group string, wanted *doc.Node) {
	for name, specifier := range wanted.All() {
		lock.Declared = append(lock.Declared, evidence.Declared{
			Importer: folder, Name: name.Value, Requirement: specifier.String(), Group: group, At: name.At(),
		})
	}
}

// entryOf reads one package, a list whose first item says what it is:
//
//	["left-pad@1.3.0", "<registry>", {...}, "sha512-..."]
//	["tool@github:acme/tool#0123456", {...}, "acme-tool-0123456"]
//	["member@workspace:packages/member"]
func entryOf(key text.Text, value *doc.Node) (evidence.LockEntry, bool) {
	items := value.List()
	if len(items) == 0 || items[0] == nil || items[0].Kind != doc.String {
		return evidence.LockEntry{}, false
	}
	name, reference := npm.SplitName(items[0].String())
	entry := evidence.LockEntry{Name: name, Keys: []string{key.Value}, At: key.At()}
	for _, item := range items[1:] {
		if sum := item.String(); strings.HasPrefix(sum, "sha") && strings.Contains(sum, "-") {
			entry.Integrity = []string{sum}
		}
	}
	protocol, _, _ := strings.Cut(reference, ":")
	switch protocol {
	case "workspace", "link", "file", "root":
		entry.Source = evidence.PathClass
		return entry, true
	}
	entry.Source, entry.Commit = npm.SourceOf(reference)
	if entry.Source == "" && protocol == reference {
		entry.Version = reference
		if len(items) > 1 {
			entry.Resolved = items[1].String()
		}
	} else {
		entry.Resolved = reference
	}
	if len(entry.Integrity) == 0 && entry.Source != evidence.Git && entry.Source != evidence.PathClass {
		entry.Unhashed = 1
	}
	return entry, true
}
