package gomod

import (
	"errors"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesLock takes every go.sum.
func TakesLock(file string) bool { return path.Base(file) == "go.sum" }

// ReadLock reads a go.sum: one entry a version, with the hash of its files, or
// that of its go.mod where only this was needed. Keys tell which are there:
// "path@version" and "path@version/go.mod".
func ReadLock(src *text.Source, out *evidence.Snapshot) error {
	lock := evidence.Lockfile{Path: src.Path(), Ecosystem: evidence.Golang, Tool: "go"}
	var problems []error
	last := make(map[string]int) // index of a version's entry
	for line := range src.Text(0, src.Len()).Lines() {
		var words []text.Text
		for word := range line.Fields() {
			words = append(words, word)
		}
		if len(words) == 0 {
			continue
		}
		if len(words) != 3 {
			problems = append(problems, line.Errorf("the line has %d words; module, version and hash are three", len(words)))
			continue
		}
		name, version, hash := words[0].Value, words[1].Value, words[2].Value
		plain, onlyMod := strings.CutSuffix(version, "/go.mod")
		key := name + "@" + version
		index, known := last[name+"@"+plain]
		if !known {
			index = len(lock.Entries)
			last[name+"@"+plain] = index
			lock.Entries = append(lock.Entries, evidence.LockEntry{Name: name, Version: plain, At: line.TrimSpace().At()})
		}
		entry := &lock.Entries[index]
		entry.Keys = append(entry.Keys, key)
		if !onlyMod || !known {
			entry.Integrity = []string{hash}
		}
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return errors.Join(problems...)
}
