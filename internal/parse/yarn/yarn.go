// Package yarn reads yarn.lock in both of its languages: the one that yarn 1
// made up, and the YAML of every later version.
package yarn

import (
	"bytes"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes takes every yarn.lock of the repository's own.
func Takes(file string) bool {
	return path.Base(file) == "yarn.lock" && !strings.Contains("/"+file, "/node_modules/")
}

// Read reads a yarn.lock.
func Read(src *text.Source, out *evidence.Snapshot) error {
	lock := evidence.Lockfile{Path: src.Path(), Ecosystem: evidence.NPM, Tool: "yarn"}
	read := readClassic
	if isBerry(src.Data()) {
		read = readBerry
	}
	err := read(src, &lock)
	out.Lockfiles = append(out.Lockfiles, lock)
	return err
}

// isBerry looks for the entry that yarn writes first since version 2.
func isBerry(data []byte) bool {
	const mark = "__metadata:"
	return bytes.HasPrefix(data, []byte(mark)) || bytes.Contains(data, []byte("\n"+mark))
}
