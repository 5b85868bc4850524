package pinning

import (
	"path"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// lockScope is the set of manifests that one lock, or one setting that makes
// locks, would cover: one person mends them at once, so they are one finding.
type lockScope struct {
	place     evidence.Location // where that lock or setting belongs
	manifests []*evidence.Manifest
}

// lockScopes groups manifests: the members of a workspace with its root, the
// projects below a Directory.Build.props, the modules of a Gradle build. Every
// other manifest stands alone. Fixtures and examples stay apart from the rest,
// so that they never make a finding about the repository's own code.
func lockScopes(seen *evidence.Snapshot, bare []*evidence.Manifest) []*lockScope {
	roles, shared := map[string]evidence.Role{}, map[string]string{}
	for i := range seen.Files {
		file := &seen.Files[i]
		roles[file.Path] = file.Role
		if family := sharedBy[path.Base(file.Path)]; family != "" {
			if at := family + " " + path.Dir(file.Path); shared[at] == "" {
				shared[at] = file.Path
			}
		}
	}
	places := map[string]evidence.Location{}
	for i := range seen.Manifests {
		places[seen.Manifests[i].Path] = seen.Manifests[i].At
	}
	type key struct {
		head string
		role evidence.Role
	}
	var scopes []*lockScope
	known := map[key]*lockScope{}
	for _, m := range bare {
		head := headOf(m, shared)
		if sibling := readThrough(m.Path); head == m.Path && sibling != "" {
			if _, there := roles[sibling]; there {
				head = sibling
			}
		}
		at := key{head, roles[m.Path]}
		scope := known[at]
		if scope == nil {
			scope = &lockScope{place: m.At}
			if roles[head] == at.role {
				scope.place = evidence.Location{Path: head}
				if place, found := places[head]; found {
					scope.place = place
				}
			}
			known[at] = scope
			scopes = append(scopes, scope)
		}
		scope.manifests = append(scope.manifests, m)
	}
	return scopes
}

// sharedBy are files whose folder is built as one, and the ecosystem they speak for.
var sharedBy = map[string]string{
	"Directory.Build.props": evidence.NuGet,
	"settings.gradle":       evidence.Maven,
	"settings.gradle.kts":   evidence.Maven,
}

// headOf is the file that stands for all that are mended together: the
// outermost shared one above, the root of the workspace, or the manifest itself.
func headOf(m *evidence.Manifest, shared map[string]string) string {
	if m.Member != "" {
		return m.Member
	}
	head := m.Path
	for dir := path.Dir(m.Path); ; dir = path.Dir(dir) {
		if file := shared[m.Ecosystem+" "+dir]; file != "" {
			head = file
		}
		if dir == "." || dir == "/" {
			return head
		}
	}
}

// readThrough is the manifest beside this one by which tools read it, "" for
// all that stand for themselves.
func readThrough(file string) string {
	base := path.Base(file)
	switch {
	case path.Ext(base) == ".gemspec":
		return path.Join(path.Dir(file), "Gemfile")
	case base == "setup.py", base == "setup.cfg":
		return path.Join(path.Dir(file), "pyproject.toml")
	}
	return ""
}

// others are the further places of a scope, the first few.
func (s *lockScope) others() []audit.Related {
	var related []audit.Related
	for _, m := range s.manifests {
		if m.At != s.place && len(related) < 10 {
			related = append(related, audit.Related{Location: m.At, Message: m.Path})
		}
	}
	return related
}
