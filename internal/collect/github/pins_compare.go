package github

import (
	"context"
	"net/url"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxCompared bounds the comparisons by REST for one repository, a request each.
const maxCompared = 60

// compareByREST compares one by one what GraphQL would not: it may know commits of a
// fork and not compare them. All refs are known by then.
func (c *collection) compareByREST(ctx context.Context, s *reaching) error {
	open := s.unreached()
	if !s.refused || s.holes || !s.proved || !s.branchesDone || !s.tagsDone || len(open)*len(s.tips) > maxCompared {
		return nil // settled, or not to be settled
	}
	for _, one := range open {
		for _, tip := range s.tips {
			var told comparison
			path := "repos/" + url.PathEscape(s.owner) + "/" + url.PathEscape(s.name) + "/compare/" + tip + "..." + one.Commit + "?per_page=1"
			_, err := c.get(ctx, path, &told)
			switch {
			case absent(err):
				continue // no commit in common
			case err != nil:
				return c.unseen("pins/"+s.owner+"/"+s.name+"@"+one.Commit, err, "contents:read")
			case told.reached():
				one.Reachable = evidence.Yes
			}
			if one.Reachable == evidence.Yes {
				break
			}
		}
	}
	s.refused = false // all of it was compared
	return nil
}
