package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Decides says what a token can decide of a check.
type Decides string

const (
	Yes     Decides = "yes"
	Partly  Decides = "partly" // of some subjects, or only that something is bad
	No      Decides = "no"
	Nothing Decides = "nothing to decide" // there is no such thing here
)

// Row is what a token can decide of one check, worked out from what the host answered.
type Row struct {
	Check   *audit.Check
	Decides Decides
	// Missing are the rights that would decide the rest, the least first.
	Missing []string
	// Else is what else keeps it open, in words: single sign-on, the plan of the owner.
	Else []string
}

// Table tells of each check that asks the host whether the token could decide it.
func Table(results []audit.Result) []Row {
	var rows []Row
	for _, r := range results {
		if Asks(r.Check.ID) || r.Check.Source == audit.FromHost {
			rows = append(rows, row(r))
		}
	}
	return rows
}

func row(r audit.Result) Row {
	its := Row{Check: r.Check}
	its.doubts(r)
	for _, gap := range r.Gaps {
		switch {
		case gap.Kind == evidence.Hosts:
			its.misses(Deciding(r.Check.ID)...)
			its.also(gap.Reason)
		case r.Check.Source == audit.FromHost:
			its.also(gap.Reason)
		}
	}
	its.Missing = least(its.Missing)
	open := len(its.Missing) > 0 || len(its.Else) > 0
	told := len(r.Findings) > 0 || len(r.Passes) > 0
	switch {
	case open && told:
		its.Decides = Partly
	case open:
		its.Decides = No
	case r.Outcome == audit.NotApplicable:
		its.Decides = Nothing
	default:
		its.Decides = Yes
	}
	return its
}

// doubts takes in what would settle each. A check of the tree may doubt for reasons of
// its own, which no token settles.
func (its *Row) doubts(r audit.Result) {
	for _, d := range r.Doubts {
		names := Names(d.Unlock)
		switch {
		case len(names) > 0:
			its.misses(names...)
		case r.Check.Source == audit.FromHost:
			its.also(cmp.Or(d.Unlock, d.Reason))
		}
	}
}

// least leaves out what another right holds already (write holds read), and sorts.
func least(rights []string) []string {
	rights = slices.DeleteFunc(rights, func(one string) bool {
		name, reads := strings.CutSuffix(one, ":read")
		return reads && slices.Contains(rights, name+":write")
	})
	slices.SortFunc(rights, Order)
	return rights
}

func (its *Row) misses(rights ...string) {
	for _, right := range rights {
		if !slices.Contains(its.Missing, right) {
			its.Missing = append(its.Missing, right)
		}
	}
}

func (its *Row) also(words string) {
	if words != "" && !slices.Contains(its.Else, words) {
		its.Else = append(its.Else, words)
	}
}

// Gain is what one right more would do.
type Gain struct {
	Right  string
	Alone  int // checks that it decides by itself
	Helped int // checks that need it, and others
}

// Gains are the rights that are missing, the one that decides most first.
func Gains(rows []Row) []Gain {
	var gains []Gain
	for _, r := range rows {
		for _, right := range r.Missing {
			i := slices.IndexFunc(gains, func(g Gain) bool { return g.Right == right })
			if i < 0 {
				i = len(gains)
				gains = append(gains, Gain{Right: right})
			}
			if len(r.Missing) == 1 && len(r.Else) == 0 {
				gains[i].Alone++
			} else {
				gains[i].Helped++
			}
		}
	}
	slices.SortFunc(gains, func(a, b Gain) int {
		return cmp.Or(cmp.Compare(b.Alone, a.Alone), cmp.Compare(b.Helped, a.Helped), Order(a.Right, b.Right))
	})
	return gains
}

// Open counts the checks that are not decided, in whole or in part.
func Open(rows []Row) (open int) {
	for _, r := range rows {
		if r.Decides == No || r.Decides == Partly {
			open++
		}
	}
	return open
}

// Other is what most often keeps checks open that is no right, in words, and how many.
func Other(rows []Row) (words string, checks int) {
	counts := make(map[string]int)
	var all []string
	for _, r := range rows {
		for _, one := range r.Else {
			if counts[one] == 0 {
				all = append(all, one)
			}
			counts[one]++
		}
	}
	for _, one := range all {
		if counts[one] > checks {
			words, checks = one, counts[one]
		}
	}
	return words, checks
}
