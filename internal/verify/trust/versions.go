package trust

import "fmt"

// versions are those of the roles of a TUF repository, 0 where one is not known.
type versions struct {
	Root      int64 `json:"root"`
	Timestamp int64 `json:"timestamp"`
	Snapshot  int64 `json:"snapshot"`
	Targets   int64 `json:"targets"`
}

// String is how a verdict tells them: those two that say what is trusted.
func (v versions) String() string { return fmt.Sprintf("root %d, targets %d", v.Root, v.Targets) }

// below says whether any role of v is older than it was in w: such a repository was
// rolled back, or is another one.
func (v versions) below(w versions) bool {
	return v.Root < w.Root || v.Timestamp < w.Timestamp || v.Snapshot < w.Snapshot || v.Targets < w.Targets
}

// with is the highest of both, role by role.
func (v versions) with(w versions) versions {
	return versions{max(v.Root, w.Root), max(v.Timestamp, w.Timestamp), max(v.Snapshot, w.Snapshot), max(v.Targets, w.Targets)}
}
