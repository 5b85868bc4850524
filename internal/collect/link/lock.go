package link

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// lock is a lockfile with its contents indexed when they are first needed.
type lock struct {
	*evidence.Lockfile
	siblings map[string]bool // names of the manifests it covers

	indexed  bool
	byKey    map[string]int32
	byName   map[string][]int32
	declared map[string]map[string][]int32 // by importer and name
}

func newLock(file *evidence.Lockfile) *lock {
	return &lock{Lockfile: file, siblings: map[string]bool{}}
}

func (l *lock) index() {
	if l.indexed {
		return
	}
	l.indexed = true
	l.byKey = make(map[string]int32, len(l.Entries))
	l.byName = make(map[string][]int32, len(l.Entries))
	l.declared = map[string]map[string][]int32{}
	for i := range l.Entries {
		entry := &l.Entries[i]
		for _, key := range entry.Keys {
			l.byKey[key] = int32(i)
		}
		name := evidence.FiledName(l.Ecosystem, entry.Name)
		l.byName[name] = append(l.byName[name], int32(i))
	}
	for i := range l.Declared {
		one := &l.Declared[i]
		importer := importerOf(one.Importer)
		if l.declared[importer] == nil {
			l.declared[importer] = map[string][]int32{}
		}
		name := evidence.FiledName(l.Ecosystem, one.Name)
		l.declared[importer][name] = append(l.declared[importer][name], int32(i))
	}
}

func importerOf(written string) string {
	return strings.Trim(strings.TrimPrefix(written, "."), "/")
}

// knows says whether the lock itself names the manifest as one of its own: by
// its folder, or as a package of the tree with its name.
func (l *lock) knows(m *evidence.Manifest, inside string) bool {
	l.index()
	if l.declared[inside] != nil {
		return true
	}
	if m.Name == "" || l.Ecosystem == evidence.NPM {
		return false
	}
	for _, i := range l.byName[evidence.FiledName(l.Ecosystem, m.Name)] {
		if l.Entries[i].Source == evidence.PathClass {
			return true
		}
	}
	return false
}

// files says whether a lock of yarn, which files each package under all the
// requirements it was chosen for, has this very one.
func (l *lock) files(d *evidence.Dependency) bool {
	_, found := l.byKey[d.Name+"@"+d.Requirement]
	return found
}

// find is the entry that an importer gets for a dependency by the lock's own
// rules of look-up, nil where it has no such rules or holds none.
func (l *lock) find(importer string, m *evidence.Manifest, d *evidence.Dependency, declared *evidence.Declared) *evidence.LockEntry {
	switch l.Tool {
	case "npm":
		for dir := importer; ; dir = evidence.Folder(dir) {
			if i, found := l.byKey[path.Join(dir, "node_modules", d.Name)]; found {
				return &l.Entries[i]
			}
			if dir == "" {
				break
			}
		}
	case "yarn":
		for _, key := range []string{d.Name + "@" + d.Requirement, d.Name + "@npm:" + d.Requirement} {
			if i, found := l.byKey[key]; found {
				return &l.Entries[i]
			}
		}
	case "pnpm":
		if declared != nil {
			for _, key := range []string{d.Name + "@" + declared.Version, declared.Version} {
				if i, found := l.byKey[key]; found {
					return &l.Entries[i]
				}
			}
		}
		return nil
	case "bun":
		if i, found := l.byKey[m.Name+"/"+d.Name]; found && importer != "" {
			return &l.Entries[i]
		}
		if i, found := l.byKey[d.Name]; found {
			return &l.Entries[i]
		}
	}
	return nil
}
