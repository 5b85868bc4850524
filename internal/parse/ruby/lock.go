package ruby

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesLock takes every Gemfile.lock.
func TakesLock(file string) bool {
	base := path.Base(file)
	return base == "Gemfile.lock" || base == "gems.locked"
}

// ReadLock reads a Gemfile.lock. Hashes stand in its part CHECKSUMS, which
// Bundler writes since 2.5 when it is told to.
func ReadLock(src *text.Source, out *evidence.Snapshot) error {
	l := lockReader{sums: make(map[string]string)}
	for line := range src.Text(0, src.Len()).Lines() {
		l.line(line)
	}
	lock := evidence.Lockfile{Path: src.Path(), Ecosystem: evidence.Gem, Tool: "bundler", Entries: l.entries}
	for i := range lock.Entries {
		entry := &lock.Entries[i]
		if entry.Source == evidence.PathClass || entry.Source == evidence.Git {
			continue // the tree or the commit holds it
		}
		if sum := l.sums[entry.Name+" "+entry.Version]; sum != "" {
			entry.Integrity = []string{sum}
		} else {
			entry.Unhashed = 1
		}
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return nil
}

type lockReader struct {
	part, remote, revision string // of the part that is read
	entries                []evidence.LockEntry
	sums                   map[string]string // by name and version
}

func (l *lockReader) line(line text.Text) {
	content := line.TrimSpace()
	indent := len(line.Value) - len(strings.TrimLeft(line.Value, " "))
	switch {
	case content.Value == "":
	case indent == 0:
		l.part, l.remote, l.revision = content.Value, "", ""
	case indent == 2 && l.part == "CHECKSUMS":
		name, version, rest := release(content)
		l.sums[name+" "+version] = strings.Replace(strings.TrimSpace(rest), "=", ":", 1)
	case indent == 2 && strings.HasPrefix(content.Value, "remote: "):
		l.remote = strings.TrimPrefix(content.Value, "remote: ")
	case indent == 2 && strings.HasPrefix(content.Value, "revision: "):
		l.revision = strings.TrimPrefix(content.Value, "revision: ")
	case indent == 4 && (l.part == "GEM" || l.part == "GIT" || l.part == "PATH" || l.part == "PLUGIN SOURCE"):
		name, version, _ := release(content)
		entry := evidence.LockEntry{Name: name, Version: version, Resolved: l.remote, At: content.At()}
		switch l.part {
		case "GIT":
			entry.Source, entry.Commit, entry.Resolved = evidence.Git, l.revision, l.remote+"#"+l.revision
		case "PATH":
			entry.Source = evidence.PathClass
		}
		l.entries = append(l.entries, entry)
	}
}

// release takes "name (1.2.3) rest" apart.
func release(t text.Text) (name, version, rest string) {
	name, after, found := strings.Cut(t.Value, " (")
	if !found {
		return t.Value, "", ""
	}
	version, rest, _ = strings.Cut(after, ")")
	return name, version, rest
}
