package reports

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
)

// Doubted is what several checks could not judge for the same reasons.
type Doubted struct {
	Checks  []string
	Reasons []string // not yet safe to print
}

// DoubtsIn lists the doubts of a verdict, each once: checks that doubt the same stand
// together. What the code host does not show to this token is summed up in one line
// where many checks need it; the line is empty where they are few. name says how to call a check.
func DoubtsIn(v policy.Verdict, name func(policy.Result) string) (needs string, rest []Doubted) {
	needs, summed := needsOf(v)
	under := make(map[string][]string) // reason -> checks
	var reasons []string
	for _, r := range v.Results {
		for _, d := range r.Doubts {
			if summed && needsRight(r, d) {
				continue
			}
			reason := Reason(d.Location, d.Subject, d.Reason, d.Unlock)
			if under[reason] == nil {
				reasons = append(reasons, reason)
			}
			if check := name(r); !slices.Contains(under[reason], check) {
				under[reason] = append(under[reason], check)
			}
		}
	}
	index := make(map[string]int)
	for _, reason := range reasons {
		key := strings.Join(under[reason], "\x00")
		i, known := index[key]
		if !known {
			i = len(rest)
			index[key], rest = i, append(rest, Doubted{Checks: under[reason]})
		}
		rest[i].Reasons = append(rest[i].Reasons, reason)
	}
	return needs, rest
}

// manyNeeds is how many checks must need a right before that is said once for all.
const manyNeeds = 3

// right is a permission by its exact name.
var right = regexp.MustCompile(`^[a-z_]+:(read|write)\b`)

// needsRight says whether a doubt is about something that the host does not show to
// this token.
func needsRight(r policy.Result, d audit.Doubt) bool {
	return d.Unlock != "" && d.Location.Path == "" && (r.Check.Source == audit.FromHost || right.MatchString(d.Unlock))
}

// needsOf sums up how many checks need which right.
func needsOf(v policy.Verdict) (line string, many bool) {
	counts := make(map[string]int)
	var unlocks []string
	checks := 0
	for _, r := range v.Results {
		var its []string
		for _, d := range r.Doubts {
			if needsRight(r, d) && !slices.Contains(its, d.Unlock) {
				its = append(its, d.Unlock)
			}
		}
		for _, unlock := range its {
			if counts[unlock] == 0 {
				unlocks = append(unlocks, unlock)
			}
			counts[unlock]++
		}
		if len(its) > 0 {
			checks++
		}
	}
	if checks < manyNeeds {
		return "", false
	}
	slices.SortStableFunc(unlocks, func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	if len(unlocks) == 1 {
		return fmt.Sprintf("%d checks need %s; `sealvet access` says more", checks, unlocks[0]), true
	}
	parts := make([]string, len(unlocks))
	for i, unlock := range unlocks {
		parts[i] = fmt.Sprintf("%s (%d)", unlock, counts[unlock])
	}
	return fmt.Sprintf("%d checks need what the code host does not show to this token: %s; `sealvet access` says more", checks, strings.Join(parts, ", ")), true
}
