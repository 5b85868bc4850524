package link

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Locks finds the locks that cover each manifest, beside it or at the root of
// its workspace, and compares the two.
func Locks(seen *evidence.Snapshot) {
	l := newLockIndex(seen)
	for i := range seen.Manifests {
		l.cover(&seen.Manifests[i])
	}
	// Comparing comes second: a member may depend on a sibling, so the siblings
	// of every lock must be known first.
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		for _, file := range m.Locks {
			l.locks[file].siblings[m.Name] = true
		}
	}
	for i := range seen.Manifests {
		l.compare(&seen.Manifests[i])
	}
}

// lockIndex answers in constant time what Locks asks of the snapshot.
type lockIndex struct {
	locks  map[string]*lock              // by path
	beside map[place][]string            // paths of locks by folder and the manifests they are for
	roots  map[place][]*root             // workspace roots by folder
	broken map[string]string             // why a file was not read whole, by path
	byPath map[string]*evidence.Manifest // all manifests

	settings map[string]*settings // by path of a manifest, once asked for
	spent    int                  // see spend
}

// place is a folder and a family of files in it: a manifest and its locks.
type place struct{ dir, family string }

type root struct {
	manifest string
	members  patterns
}

func newLockIndex(seen *evidence.Snapshot) *lockIndex {
	l := &lockIndex{
		locks: map[string]*lock{}, beside: map[place][]string{}, roots: map[place][]*root{},
		broken: map[string]string{}, byPath: map[string]*evidence.Manifest{}, settings: map[string]*settings{},
	}
	for i := range seen.Lockfiles {
		l.add(newLock(&seen.Lockfiles[i]))
	}
	for _, file := range seen.Files {
		if path.Base(file.Path) == "deno.lock" { // not read, but it holds what a package.json beside it asks for
			l.add(newLock(&evidence.Lockfile{Path: file.Path, Ecosystem: evidence.NPM, Tool: "deno", Opaque: true}))
		}
	}
	for _, gap := range seen.Gaps {
		if gap.Kind != evidence.Lockfiles && gap.Kind != evidence.Manifests {
			continue
		}
		file := gap.At.Path
		if _, known := l.broken[file]; !known {
			l.broken[file] = gap.Reason
		}
		if gap.Kind == evidence.Lockfiles && l.locks[file] == nil && len(families(file)) > 0 {
			l.add(newLock(&evidence.Lockfile{Path: file, Opaque: true})) // it is there; nobody could read it
		}
	}
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		l.byPath[m.Path] = m
		if len(m.Workspace) > 0 {
			at := place{evidence.Folder(m.Path), workspaceFamily(m.Path)}
			l.roots[at] = append(l.roots[at], &root{m.Path, newPatterns(m.Workspace)})
		}
	}
	for at, files := range l.beside {
		l.beside[at] = inForce(files)
	}
	return l
}

// spend counts the comparisons of requirements. Real repositories need a few
// thousand; a file that gives one name a hundred thousand times would need
// the square of that, and what is left when they are spent stays unknown.
func (l *lockIndex) spend() bool {
	l.spent++
	return !l.isSpent()
}

func (l *lockIndex) isSpent() bool { return l.spent > 500_000 }

func (l *lockIndex) add(one *lock) {
	l.locks[one.Path] = one
	dir := evidence.Folder(one.Path)
	for _, family := range families(one.Path) {
		at := place{dir, family}
		if family == gradleTree {
			at.dir = evidence.Folder(dir) // gradle/verification-metadata.xml is for the whole build above
		}
		l.beside[at] = append(l.beside[at], one.Path)
	}
}

// inForce leaves out a lock that its tool ignores beside another one.
func inForce(files []string) []string {
	slices.Sort(files)
	has := map[string]bool{}
	for _, file := range files {
		has[path.Base(file)] = true
	}
	return slices.DeleteFunc(files, func(file string) bool {
		base := path.Base(file)
		return base == "package-lock.json" && has["npm-shrinkwrap.json"] || base == "bun.lockb" && has["bun.lock"]
	})
}

// cover fills Locks and Member.
func (l *lockIndex) cover(m *evidence.Manifest) {
	dir, family := evidence.Folder(m.Path), familyOf(m.Path)
	if family == "" {
		return
	}
	m.Locks = slices.Clone(l.beside[place{dir, family}])
	if own := l.locks[m.Path]; own != nil {
		m.Locks = append(m.Locks, m.Path) // compiled requirements lock themselves
	}
	for above := dir; ; above = evidence.Folder(above) {
		inside := strings.TrimPrefix(strings.TrimPrefix(dir, above), "/")
		for _, r := range l.roots[place{above, family}] {
			if above != dir && m.Member == "" && r.members.match(inside) {
				m.Member = r.manifest
			}
		}
		for _, file := range l.beside[place{above, family}] {
			if above != dir && (m.Member != "" && evidence.Folder(m.Member) == above || l.locks[file].knows(m, inside)) {
				m.Locks = append(m.Locks, file)
			}
		}
		if family == gradle {
			m.Locks = append(m.Locks, l.beside[place{above, gradleTree}]...)
		}
		if above == "" {
			return
		}
	}
}
