package github

import (
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
)

// addPins writes down what was found, and keeps what is settled.
func (c *collection) addPins(repositories []*pinned) {
	for _, r := range repositories {
		for _, one := range r.commits {
			slices.Sort(one.Tags)
			one.Tags = slices.Compact(one.Tags)
			if one.Exists == evidence.No {
				one.Reachable = evidence.No
			}
			if one.Exists != evidence.Unknown && one.Reachable != evidence.Unknown && one.TagsSeen == evidence.Yes {
				keep(c.client, c.pinName(r, one), *one)
			}
			c.host.Pins = append(c.host.Pins, *one)
		}
	}
}

func (c *collection) pinName(r *pinned, one *evidence.PinnedCommit) string {
	return "github pin " + c.api.Host + " " + r.key() + " " + one.Commit
}

// recallPins finds all commits of a repository in the cache.
func (c *collection) recallPins(r *pinned) bool {
	var found []evidence.PinnedCommit
	for _, one := range r.commits {
		old, is := recall[evidence.PinnedCommit](c.client, c.pinName(r, one))
		if !is {
			return false
		}
		old.Repository = one.Repository
		found = append(found, old)
	}
	for i := range found {
		*r.commits[i] = found[i]
	}
	return true
}
