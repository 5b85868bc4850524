package link

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/npm"
	"github.com/sealvet/sealvet/internal/parse/requirement"
)

// compare fills Matches, and for each dependency Locked and Satisfied.
func (l *lockIndex) compare(m *evidence.Manifest) {
	for _, file := range m.Locks {
		lock := l.locks[file]
		match := evidence.LockMatch{Lock: file}
		switch why := cmp.Or(l.broken[file], l.broken[m.Path]); {
		case why != "":
			match.Why = "one of the two could not be read whole: " + why
		case lock.Opaque:
			match.Why = path.Base(file) + " is not in a form that can be read"
		default:
			c := comparison{lockIndex: l, lock: lock, m: m, importer: strings.TrimPrefix(strings.TrimPrefix(evidence.Folder(m.Path), evidence.Folder(file)), "/")}
			c.lock.index()
			c.run()
			match.Drift = c.drift
			match.Fresh = evidence.Known(len(c.drift) == 0)
			if l.isSpent() && len(c.drift) == 0 {
				match.Fresh, match.Why = evidence.Unknown, "the locks of this repository need more comparisons than sealvet makes"
			}
		}
		// What locks itself cannot disagree, and a setup.py beside pyproject.toml is
		// not what the lock was made for.
		if file != m.Path && (familyOf(m.Path) != pyproject || path.Base(m.Path) == pyproject) {
			m.Matches = append(m.Matches, match)
		}
	}
}

// comparison is one manifest held against one lock.
type comparison struct {
	*lockIndex
	lock     *lock
	m        *evidence.Manifest
	importer string                            // the manifest's folder as seen from the lock's
	settings []*settings                       // of the manifest itself and of its root
	asked    map[string][]*evidence.Dependency // by name, whatever the group
	drift    []evidence.Drift
}

func (c *comparison) run() {
	root := evidence.Folder(c.lock.Path)
	for _, file := range []string{c.m.Path, c.m.Member, path.Join(root, workspace), path.Join(root, node)} {
		if found := c.settingsOf(file); found != nil {
			c.settings = append(c.settings, found)
		}
	}
	c.asked = map[string][]*evidence.Dependency{}
	for i := range c.m.Dependencies {
		d := &c.m.Dependencies[i]
		name := evidence.FiledName(c.m.Ecosystem, d.Name)
		c.asked[name] = append(c.asked[name], d)
	}
	told := map[string]bool{} // one line a name: two groups may ask for the same
	for i := range c.m.Dependencies {
		d := &c.m.Dependencies[i]
		if strings.HasPrefix(d.Group, "catalogs/") {
			c.catalog(d)
			continue
		}
		if !d.Lockable() {
			continue
		}
		drift, bad := c.dependency(d)
		if name := evidence.FiledName(c.m.Ecosystem, d.Name); bad && !told[name] {
			told[name] = true
			c.drift = append(c.drift, drift)
		}
	}
	c.extra()
}

// resolved is the requirement with its catalog's word put in. The lock's own
// copy of the catalog goes first: where the catalog has moved on, that is the
// catalog's one finding, and not one of each member.
func (c *comparison) resolved(d *evidence.Dependency) string {
	name, fromCatalog := strings.CutPrefix(d.Requirement, "catalog:")
	if c.m.Ecosystem != evidence.NPM || !fromCatalog {
		return d.Requirement
	}
	group := npm.CatalogGroup(name)
	for _, i := range c.lock.declared[""][d.Name] {
		if one := &c.lock.Declared[i]; one.Group == group {
			return one.Requirement
		}
	}
	for _, settings := range c.settings {
		if requirement, found := settings.catalogs[group+"/"+d.Name]; found {
			return requirement
		}
	}
	return d.Requirement
}

// isForced says whether an override decides instead of the manifest's line.
func (c *comparison) isForced(name string) bool {
	for _, settings := range c.settings {
		if settings.forced[name] {
			return true
		}
	}
	return false
}

// dependency compares one line, and notes what the first lock holds for it.
func (c *comparison) dependency(d *evidence.Dependency) (drift evidence.Drift, bad bool) {
	name := evidence.FiledName(c.m.Ecosystem, d.Name)
	if c.lock.siblings[d.Name] && d.Class != evidence.Git && d.Class != evidence.URL {
		return drift, false // a member of the same workspace
	}
	drift = evidence.Drift{Name: d.Name, Want: d.Requirement, At: d.At}
	declared, same := c.declaration(name)
	entry, answer := c.locked(d, name, declared)
	c.note(d, entry, answer)
	records := c.records()
	switch {
	case c.isForced(name):
		return drift, false
	case entry != nil && c.lock.Tool == "yarn" && !records && !c.lock.files(d):
		drift.Kind, drift.Have = evidence.DriftChanged, requirementsIn(entry.Keys)
	case records && declared == nil:
		drift.Kind = evidence.DriftAbsent
	case records && !same:
		drift.Kind, drift.Have = evidence.DriftChanged, declared.Requirement
		if other, inner, aliased := requirement.Alias(drift.Have); aliased && other == "" {
			drift.Have = inner // yarn writes npm:^1.2 for ^1.2
		}
	case entry == nil && !records && c.mustHold(d):
		drift.Kind = evidence.DriftAbsent
	case entry != nil && answer == evidence.No && c.m.Ecosystem == evidence.Golang:
		drift.Kind = evidence.DriftAbsent // go.sum files each version apart
	case entry != nil && answer == evidence.No:
		drift.Kind, drift.Have = evidence.DriftOutside, cmp.Or(entry.Version, entry.Commit)
	default:
		return drift, false
	}
	return drift, true
}

// records says whether the lock notes what this manifest asked for.
func (c *comparison) records() bool {
	if c.lock.Ecosystem == evidence.NPM {
		return len(c.lock.Declared) > 0
	}
	return c.lock.declared[c.importer] != nil
}

// declaration is what the lock remembers of a name, and whether that is what
// the manifest asks for today.
func (c *comparison) declaration(name string) (declared *evidence.Declared, same bool) {
	for _, i := range c.lock.declared[c.importer][name] {
		one := &c.lock.Declared[i]
		if strings.HasPrefix(one.Group, "catalogs/") {
			continue
		}
		declared = one
		for _, d := range c.asked[name] {
			if !c.spend() || requirement.Same(c.m.Ecosystem, d.Requirement, one.Requirement) || isAddress(c.m.Ecosystem, d) {
				return one, true
			}
		}
	}
	return declared, false
}

// isAddress: Python's tools spell an address in their own way, so that only
// its commit can be compared.
func isAddress(ecosystem string, d *evidence.Dependency) bool {
	return ecosystem == evidence.PyPI && (d.Class == evidence.Git || d.Class == evidence.URL)
}

// catalog compares a line of a catalog with what the lock remembers of it. A
// lock holds those lines only that some member refers to.
func (c *comparison) catalog(d *evidence.Dependency) {
	for _, i := range c.lock.declared[""][d.Name] {
		one := &c.lock.Declared[i]
		if one.Group == d.Group && !requirement.Same(evidence.NPM, d.Requirement, one.Requirement) && !c.isForced(d.Name) {
			c.drift = append(c.drift, evidence.Drift{Kind: evidence.DriftChanged, Name: d.Name, Want: d.Requirement, Have: one.Requirement, At: d.At})
		}
	}
}

// extra notes what the lock remembers and the manifest no longer asks for. A
// Python group that the manifest does not show may be computed (dynamic), and
// pnpm adds peers.
func (c *comparison) extra() {
	if path.Base(c.m.Path) == workspace {
		return
	}
	groups := map[string]bool{}
	for i := range c.m.Dependencies {
		groups[c.m.Dependencies[i].Group] = true
	}
	var gone []int32
	for name, all := range c.lock.declared[c.importer] {
		if len(c.asked[name]) > 0 || c.isForced(name) {
			continue
		}
		for _, i := range all {
			group := c.lock.Declared[i].Group
			if !strings.HasPrefix(group, "catalogs/") && (c.m.Ecosystem == evidence.NPM || groups[group]) {
				gone = append(gone, i)
				break
			}
		}
	}
	slices.Sort(gone)
	for _, i := range gone {
		one := &c.lock.Declared[i]
		c.drift = append(c.drift, evidence.Drift{Kind: evidence.DriftExtra, Name: one.Name, Have: one.Requirement, At: one.At})
	}
}
