package evidence

import "strings"

// Lockable says whether a lock is expected to hold the dependency at all: not
// what lies in the tree, not what the one who installs brings along, not what
// only names or narrows versions for others, and not what builds a Python
// package.
func (d *Dependency) Lockable() bool {
	switch d.Group {
	case "peerDependencies", "overrides", "resolutions", "constraints", "build-constraints", "build-system",
		"workspace.dependencies", "central", "dependencyManagement":
		return false
	}
	return d.Class != PathClass && !strings.HasPrefix(d.Group, "catalogs/")
}

// LockMatch compares a manifest with one lock that covers it.
type LockMatch struct {
	Lock string `json:"lock"`
	// Fresh says whether the lock is one that its tool would write for the manifest;
	// Unknown where the lock cannot be read.
	Fresh Answer `json:"fresh"`
	// Why says what kept Fresh unknown.
	Why   string  `json:"why,omitempty"`
	Drift []Drift `json:"drift,omitempty"` // in manifest order, then what only the lock has
}

// DriftKind sorts what a lock gets wrong about its manifest.
type DriftKind string

const (
	DriftAbsent  DriftKind = "absent"  // the manifest asks for it, the lock has none
	DriftChanged DriftKind = "changed" // the lock was made for another requirement
	DriftOutside DriftKind = "outside" // the locked version is not one the manifest asks for
	DriftExtra   DriftKind = "extra"   // the lock was made when the manifest asked for it
)

// Drift is one dependency on which lock and manifest disagree.
type Drift struct {
	Kind DriftKind `json:"kind"`
	Name string    `json:"name"`
	Want string    `json:"want,omitempty"` // the manifest's requirement
	Have string    `json:"have,omitempty"` // the lock's requirement (changed) or version (outside)
	At   Location  `json:"at"`             // in the manifest; in the lock for what only the lock has
}
