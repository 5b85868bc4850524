package evidence

import (
	"cmp"
	"slices"
	"strings"
)

// Host is what the code host says of the repository, nil where it was not asked.
// Several askers saw it with different rights, one of them perhaps elsewhere and
// earlier: their answers are put together field by field. Known beats unknown, and
// between two that know, the later one. What one asker could not see and another did
// is no longer unseen.
func (s *Snapshot) Host() *Host {
	if len(s.Hosts) == 0 {
		return nil
	}
	if len(s.Hosts) == 1 {
		return &s.Hosts[0]
	}
	askers := make([]*Host, len(s.Hosts)) // the latest first
	for i := range s.Hosts {
		askers[len(askers)-1-i] = &s.Hosts[i]
	}
	slices.SortStableFunc(askers, func(a, b *Host) int { return b.At.Compare(a.At) })
	latest := askers[0]
	askers = slices.DeleteFunc(askers, func(other *Host) bool { return !latest.SameRepository(other) })
	whole := *latest
	for i, earlier := range askers[1:] {
		whole = mergeHosts(&whole, earlier)
		whole.Unseen = unseenByAll(askers[:i+2])
	}
	return &whole
}

// SameRepository says whether two askers speak of one repository. Names change, its
// number does not.
func (h *Host) SameRepository(other *Host) bool {
	if h.System != other.System || !sameAddress(h.Address, other.Address) {
		return false
	}
	if h.ID != "" && other.ID != "" {
		return h.ID == other.ID
	}
	return strings.EqualFold(h.Name, other.Name)
}

func sameAddress(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "/"), strings.TrimSuffix(b, "/"))
}

// unseenByAll are the entries that no other asker has an answer to. One of them may
// speak of a whole list, another of a part: what is left are the narrowest.
func unseenByAll(askers []*Host) []Unseen {
	var left []Unseen
	noted := make(map[string]bool)
	for _, asker := range askers {
		for _, u := range asker.Unseen {
			told := slices.ContainsFunc(askers, func(other *Host) bool { return other != asker && other.tells(u.What) })
			if !told && !noted[u.What] {
				noted[u.What] = true
				left = append(left, u)
			}
		}
	}
	slices.SortStableFunc(left, func(a, b Unseen) int { return cmp.Compare(a.What, b.What) })
	return left
}

// covered says whether the host noted a path, or what holds it, as unseen.
func (h *Host) covered(what string) bool {
	return slices.ContainsFunc(h.Unseen, func(u Unseen) bool {
		return u.What == what || strings.HasPrefix(what, u.What+"/")
	})
}
