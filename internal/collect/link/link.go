// Package link draws the lines between files once all of them are read: which
// lock covers which manifest, which command runs a locked copy, which fixture is
// none because a job reaches it. Every pass is a pure function on the Snapshot.
package link

import "github.com/sealvet/sealvet/internal/evidence"

// All runs every pass, in the order in which they build on each other.
func All(seen *evidence.Snapshot) {
	Servers(seen)
	Includes(seen)
	Inherit(seen)
	VerifyGradle(seen)
	Locks(seen)
	Registries(seen)
	Fetches(seen)
	LockedLaunches(seen)
	Roles(seen)
	Signals(seen)
}
