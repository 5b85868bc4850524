package registry

import (
	"cmp"
	"slices"
	"time"

	"deps.dev/util/semver"
)

// Dated is one version that a registry lists.
type Dated struct {
	Version   string
	Published time.Time // zero when the registry does not say
	Withdrawn bool      // yanked: nobody gets it who does not ask for it by its version
}

// Newest is the highest version that is neither a pre-release nor withdrawn;
// where there is none, the highest of all. Empty for no version.
func Newest(system semver.System, all []Dated) string {
	var best string
	for _, strict := range []bool{true, false} {
		for _, d := range all {
			version, err := system.Parse(d.Version)
			if strict && (err != nil || version.IsPrerelease() || d.Withdrawn) {
				continue // the second round looks at it
			}
			if best == "" || system.Compare(d.Version, best) > 0 {
				best = d.Version
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}

// Previous is the version that came before one: the highest below it, since old
// lines are patched after new ones came out; a pre-release only where there is
// nothing else or the version is one itself. Where the registry's versions are
// not ordered by their numbers, the one published before. Empty when there is none.
func Previous(system semver.System, all []Dated, of string) string {
	this, err := system.Parse(of)
	if err != nil {
		return published(all, of)
	}
	var best, early string
	for _, d := range all {
		version, err := system.Parse(d.Version)
		if err != nil || version.Compare(this) >= 0 {
			continue // it came after, or is the version itself in another spelling
		}
		if early == "" || system.Compare(d.Version, early) > 0 {
			early = d.Version
		}
		if version.IsPrerelease() || d.Withdrawn {
			continue
		}
		if best == "" || system.Compare(d.Version, best) > 0 {
			best = d.Version
		}
	}
	if best == "" || this.IsPrerelease() {
		return early
	}
	return best
}

func published(all []Dated, of string) string {
	ordered := slices.Clone(all)
	slices.SortFunc(ordered, func(a, b Dated) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.Version, b.Version))
	})
	before := ""
	for _, d := range ordered {
		if d.Published.IsZero() {
			continue // its place is not known
		}
		if d.Version == of {
			return before
		}
		before = d.Version
	}
	return ""
}
