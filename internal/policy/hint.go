package policy

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// hint names the known word that is closest to a wrong one, or all of them when
// they are few.
func hint(wrong string, known []string) string {
	slices.Sort(known)
	best, distance := "", len(wrong)/2+1
	for _, word := range known {
		if d := levenshtein.ComputeDistance(wrong, word); d < distance {
			best, distance = word, d
		}
	}
	switch {
	case best != "":
		return "; did you mean " + best + "?"
	case len(known) <= 12:
		return "; known are " + strings.Join(known, ", ")
	}
	return "; `sealvet checks` lists them"
}
