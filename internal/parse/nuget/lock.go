package nuget

import (
	"path"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesLock takes every packages.lock.json.
func TakesLock(file string) bool { return path.Base(file) == "packages.lock.json" }

// ReadLock reads a packages.lock.json. A package that several frameworks share
// is one entry, and what a project asks for is declared once.
func ReadLock(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	lock := evidence.Lockfile{Path: src.Path(), Ecosystem: evidence.NuGet, Tool: "nuget", Format: root.Get("version").String()}
	type release struct{ name, version string }
	seen := make(map[release]bool)
	declared := make(map[string]bool)
	for _, packages := range root.Get("dependencies").All() {
		for name, one := range packages.All() {
			version := one.Get("resolved").String()
			if asked := one.Get("requested"); asked != nil && !declared[name.Value] && one.Get("type").String() == "Direct" {
				declared[name.Value] = true
				lock.Declared = append(lock.Declared, evidence.Declared{
					Name: name.Value, Requirement: asked.String(), Version: version, At: name.At(),
				})
			}
			if seen[release{name.Value, version}] {
				continue
			}
			seen[release{name.Value, version}] = true
			lock.Entries = append(lock.Entries, entryOf(name, version, one))
		}
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return err
}

func entryOf(name text.Text, version string, one *doc.Node) evidence.LockEntry {
	entry := evidence.LockEntry{Name: name.Value, Version: version, At: name.At()}
	switch hash := one.Get("contentHash").String(); {
	case one.Get("type").String() == "Project":
		entry.Source = evidence.PathClass
	case hash != "":
		entry.Integrity = []string{"sha512-" + hash}
	default:
		entry.Unhashed = 1
	}
	return entry
}
