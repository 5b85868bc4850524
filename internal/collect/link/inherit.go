package link

import (
	"github.com/sealvet/sealvet/internal/evidence"
)

// holders are the groups in which a manifest keeps requirements ready for the
// manifests below it.
var holders = map[string]bool{"workspace.dependencies": true, "central": true, "dependencyManagement": true}

// Inherit puts in the requirements that stand in a manifest above: a Cargo
// workspace, central NuGet versions, a parent POM. The nearest one counts. What
// no manifest of the tree holds stays without a class.
func Inherit(seen *evidence.Snapshot) {
	type key struct{ dir, ecosystem, name string }
	held := make(map[key]*evidence.Dependency)
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		for j := range m.Dependencies {
			if d := &m.Dependencies[j]; holders[d.Group] && !d.Inherits {
				held[key{folder(m.Path), m.Ecosystem, normal(m.Ecosystem, d.Name)}] = d
			}
		}
	}
	if len(held) == 0 {
		return
	}
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		for j := range m.Dependencies {
			d := &m.Dependencies[j]
			if !d.Inherits {
				continue
			}
			for dir := folder(m.Path); ; dir = folder(dir) {
				if above := held[key{dir, m.Ecosystem, normal(m.Ecosystem, d.Name)}]; above != nil {
					d.Requirement, d.Class, d.Commit = above.Requirement, above.Class, above.Commit
					break
				}
				if dir == "" {
					break
				}
			}
		}
	}
}
