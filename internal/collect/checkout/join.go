package checkout

import "github.com/sealvet/sealvet/internal/evidence"

// join appends every slice of the part to the whole.
func join(whole, part *evidence.Snapshot) { whole.Append(part) }
