package policy

import "github.com/bmatcuk/doublestar/v4"

// match reports whether a glob fits the whole name: * stays inside one path
// segment, ** does not, {a,b} and [ab] choose, a backslash takes the next
// character as it is. Load has refused the globs that are none.
func match(glob, name string) bool {
	return doublestar.MatchUnvalidated(glob, name)
}

func matchAny(globs []string, name string) bool {
	for _, glob := range globs {
		if match(glob, name) {
			return true
		}
	}
	return false
}

func isGlob(glob string) bool { return doublestar.ValidatePattern(glob) }
