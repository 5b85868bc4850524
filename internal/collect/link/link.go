// Package link draws the lines between files once all of them are read: which
// lock covers which manifest, which command runs a locked copy, which fixture is
// none because a job reaches it. Every pass is a pure function on the Snapshot.
package link

import (
	"context"

	"github.com/sealvet/sealvet/internal/evidence"
)

// All runs every pass, in the order in which they build on each other. It ends
// early only where the context does.
func All(ctx context.Context, seen *evidence.Snapshot) error {
	for _, pass := range passes {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		pass(seen)
	}
	return nil
}

var passes = []func(*evidence.Snapshot){
	Servers,
	Includes,
	Inherit,
	VerifyGradle,
	Locks,
	Registries,
	Fetches,
	LockedLaunches,
	Roles,
	Signals,
}
