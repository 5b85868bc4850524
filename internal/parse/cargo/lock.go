package cargo

import (
	"errors"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesLock takes every Cargo.lock.
func TakesLock(file string) bool { return path.Base(file) == "Cargo.lock" }

// The index of crates.io has two addresses.
var defaultIndexes = []string{"registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/"}

// ReadLock reads a Cargo.lock of every version.
func ReadLock(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	problems := []error{err}
	lock := evidence.Lockfile{Path: src.Path(), Ecosystem: evidence.Cargo, Tool: "cargo", Format: root.Get("version").String()}
	for _, one := range root.Get("package").List() {
		name := one.Get("name")
		if name == nil || name.Kind != doc.String {
			problems = append(problems, &text.Error{At: one.At(), Msg: "the package has no name"})
			continue
		}
		source := one.Get("source").String()
		checksum := one.Get("checksum").String()
		if checksum == "" { // version 1 keeps them at the end
			checksum = root.Get("metadata", "checksum "+name.String()+" "+one.Get("version").String()+" ("+source+")").String()
		}
		entry := evidence.LockEntry{Name: name.String(), Version: one.Get("version").String(), At: name.Text.At()}
		sourced(&entry, source, checksum)
		lock.Entries = append(lock.Entries, entry)
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return errors.Join(problems...)
}

// sourced notes where an entry comes from; one without a source is a member or
// a path of the tree.
func sourced(entry *evidence.LockEntry, source, checksum string) {
	if checksum != "" {
		entry.Integrity = []string{"sha256:" + checksum}
	}
	kind, address, _ := strings.Cut(source, "+")
	switch {
	case source == "":
		entry.Source = evidence.PathClass
	case kind == "git":
		entry.Source, entry.Resolved = evidence.Git, source
		_, entry.Commit, _ = strings.Cut(address, "#")
	default:
		if source != defaultIndexes[0] && source != defaultIndexes[1] {
			entry.Resolved = address
		}
		if checksum == "" {
			entry.Unhashed = 1
		}
	}
}
