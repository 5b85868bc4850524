package link

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/npm"
	"github.com/sealvet/sealvet/internal/parse/requirement"
)

// locked is the entry for a dependency, and whether it is what was asked for.
func (c *comparison) locked(d *evidence.Dependency, name string, declared *evidence.Declared) (*evidence.LockEntry, evidence.Answer) {
	wanted := c.resolved(d)
	if entry := c.lock.find(c.importer, c.m, d, declared); entry != nil {
		return entry, c.satisfies(d, wanted, entry)
	}
	real := name
	if other, _, aliased := requirement.Alias(wanted); aliased && c.m.Ecosystem == evidence.NPM && other != "" {
		real = other
	}
	var first *evidence.LockEntry
	answer := evidence.Unknown
	for _, i := range c.lock.byName[real] {
		entry := &c.lock.Entries[i]
		if !c.spend() {
			return entry, evidence.Unknown
		}
		switch got := c.satisfies(d, wanted, entry); {
		case got == evidence.Yes:
			return entry, got
		case first == nil:
			first, answer = entry, got
		case got == evidence.Unknown:
			answer = got
		}
	}
	return first, answer
}

// satisfies compares commits where both name one, else versions.
func (c *comparison) satisfies(d *evidence.Dependency, wanted string, entry *evidence.LockEntry) evidence.Answer {
	switch {
	case d.Class == evidence.Git:
		if d.Commit == "" || entry.Commit == "" {
			return evidence.Unknown // a branch or a tag: only its host knows where it stands
		}
		return evidence.Known(strings.EqualFold(d.Commit, entry.Commit))
	case entry.Source == evidence.PathClass, entry.Source == evidence.Git:
		return evidence.Unknown
	}
	return requirement.Satisfies(c.m.Ecosystem, wanted, entry.Version)
}

// mustHold says whether a lock without records is sure to hold the dependency
// when it is fresh. Some tools lock chosen groups only, and npm of old left
// out what was optional.
func (c *comparison) mustHold(d *evidence.Dependency) bool {
	switch c.lock.Tool {
	case "pdm", "pylock":
		return d.Group == "dependencies"
	case "pip":
		return path.Ext(c.m.Path) == ".in" || c.lock.Path == c.m.Path
	case "npm":
		return d.Group != "optionalDependencies"
	case "gradle", "gradle-verification":
		return false // configurations are locked one by one
	}
	return true
}

// requirementsIn is what the keys of a yarn lock hold behind the name.
func requirementsIn(keys []string) string {
	var all []string
	for _, key := range keys {
		_, wanted := npm.SplitName(key)
		all = append(all, wanted)
	}
	return strings.Join(all, ", ")
}

// note keeps what the first lock that holds a dependency holds for it.
func (c *comparison) note(d *evidence.Dependency, entry *evidence.LockEntry, answer evidence.Answer) {
	if entry == nil || d.Locked != nil {
		return
	}
	d.Locked = &evidence.LockRef{
		Lock: c.lock.Path, Version: entry.Version, Resolved: entry.Resolved, Source: entry.Source, Integrity: entry.Integrity, At: entry.At,
	}
	d.Satisfied = answer
}
