package link

import (
	"iter"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/requirement"
)

// holders are the groups in which a manifest keeps requirements ready for the
// manifests below it.
var holders = map[string]bool{"workspace.dependencies": true, "central": true, "dependencyManagement": true}

// Inherit puts in what stands in a manifest above: the requirements of a Cargo
// workspace, of central NuGet versions and of a parent POM, and the values of
// properties. The nearest one counts. What no manifest of the tree holds stays
// as written.
func Inherit(seen *evidence.Snapshot) {
	held := newHeld(seen)
	for m, d := range dependencies(seen) { // properties first: what is inherited may name one
		if name, is := propertyName(d.Requirement); is && d.Class == "" {
			if value := nearest(held.properties, m, name); value != "" {
				d.Requirement, d.Class = value, requirement.Classify(m.Ecosystem, value)
			}
		}
	}
	for m, d := range dependencies(seen) {
		if !d.Inherits {
			continue
		}
		if above := nearest(held.requirements, m, d.Name); above != nil {
			d.Requirement, d.Class, d.Commit = above.Requirement, above.Class, above.Commit
		}
	}
}

// dependencies yields every dependency with its manifest.
func dependencies(seen *evidence.Snapshot) iter.Seq2[*evidence.Manifest, *evidence.Dependency] {
	return func(yield func(*evidence.Manifest, *evidence.Dependency) bool) {
		for i := range seen.Manifests {
			m := &seen.Manifests[i]
			for j := range m.Dependencies {
				if !yield(m, &m.Dependencies[j]) {
					return
				}
			}
		}
	}
}

// heldKey names something that a folder's manifests hold for those below.
type heldKey struct{ dir, ecosystem, name string }

type held struct {
	requirements map[heldKey]*evidence.Dependency
	properties   map[heldKey]string
}

func newHeld(seen *evidence.Snapshot) held {
	h := held{make(map[heldKey]*evidence.Dependency), make(map[heldKey]string)}
	for m, d := range dependencies(seen) {
		if holders[d.Group] && !d.Inherits {
			h.requirements[heldKey{evidence.Folder(m.Path), m.Ecosystem, evidence.FiledName(m.Ecosystem, d.Name)}] = d
		}
	}
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		for _, one := range m.Properties {
			h.properties[heldKey{evidence.Folder(m.Path), m.Ecosystem, evidence.FiledName(m.Ecosystem, one.Name)}] = one.Value
		}
	}
	return h
}

// nearest looks in the manifest's folder, then in those above.
func nearest[T any](all map[heldKey]T, m *evidence.Manifest, name string) (found T) {
	name = evidence.FiledName(m.Ecosystem, name)
	for dir := evidence.Folder(m.Path); len(all) > 0; dir = evidence.Folder(dir) {
		if one, here := all[heldKey{dir, m.Ecosystem, name}]; here {
			return one
		}
		if dir == "" {
			break
		}
	}
	return found
}

// propertyName takes the name out of ${name} and $(name).
func propertyName(requirement string) (name string, is bool) {
	for _, brackets := range [][2]string{{"${", "}"}, {"$(", ")"}} {
		inner, opened := strings.CutPrefix(requirement, brackets[0])
		if name, closed := strings.CutSuffix(inner, brackets[1]); opened && closed {
			return name, true
		}
	}
	return "", false
}
