package policy

import (
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Before is what was judged of the tree that a pull request wants to change. Only
// what is new or worse than there counts against the change, and nothing that the
// change itself brings forgives it.
type Before struct {
	Name    string // of the base, for people
	Seen    *evidence.Snapshot
	Verdict Verdict
	Renamed map[string]string // path now -> path before
	// Proposed are lines by which the change loosens the policy.
	Proposed []Refusal

	known map[string][]Judged
	met   map[string]int
}

// key is the recipe of a fingerprint without its ordinal, by the path of before.
func (b *Before) key(f audit.Finding, path string) string {
	thing := f.Thing
	if thing == "" {
		thing = f.Subject
	}
	return strings.Join([]string{f.Check, path, f.Anchor, thing}, "\x00")
}

func (b *Before) index() {
	b.known, b.met = make(map[string][]Judged), make(map[string]int)
	for _, findings := range [][]Judged{b.Verdict.Findings, b.Verdict.Aside} {
		for _, f := range findings {
			key := b.key(f.Finding, f.Location.Path)
			b.known[key] = append(b.known[key], f)
		}
	}
}

func (b *Before) path(now string) string {
	if was, moved := b.Renamed[now]; moved {
		return was
	}
	return now
}

// was finds what a finding was before; each is given once, the worst first.
func (b *Before) was(f audit.Finding) (Judged, bool) {
	key := b.key(f, b.path(f.Location.Path))
	at := b.met[key]
	b.met[key]++
	if at >= len(b.known[key]) {
		return Judged{}, false
	}
	return b.known[key][at], true
}

// compares says whether both looks saw what a check needs. The host and registries
// have one state: what they say is no doing of the change.
func (b *Before) compares(check *audit.Check) bool {
	switch check.Source {
	case audit.FromHost:
		return b.Seen.Host() != nil
	case audit.FromRegistry:
		for _, p := range b.Seen.Publications {
			if !p.InTree {
				return true
			}
		}
		return false
	case audit.FromGit:
		return len(b.Seen.Histories) > 0
	}
	return true
}

// roles takes back what the change says of files that were sources before, wherever
// it moved them.
func (b *Before) roles(roles map[string]evidence.Role) {
	before := b.Seen.Roles()
	there := make(map[string]bool, len(b.Seen.Files))
	for _, file := range b.Seen.Files {
		there[file.Path] = true
	}
	for now := range roles {
		if was := b.path(now); there[was] && before[was] == evidence.Source {
			delete(roles, now)
		}
	}
}

// assessed says whether a check could be assessed before.
func (b *Before) assessed(check *audit.Check) bool {
	for _, r := range b.Verdict.Results {
		if r.Check.ID == check.ID {
			return r.Outcome != audit.NotAssessed
		}
	}
	return true
}

// Loosened are the lines of a policy that loosen the base's: they take effect once
// they are merged.
func Loosened(base, head *Policy) []Refusal {
	old := make(map[Refusal]bool)
	bare := func(r Refusal) Refusal { return Refusal{Key: r.Key, Says: r.Says} }
	for _, r := range Merge(base, base).Refused {
		old[bare(r)] = true
	}
	var proposed []Refusal
	for _, r := range Merge(base, head).Refused {
		if !old[bare(r)] {
			r.Proposed = true
			proposed = append(proposed, r)
		}
	}
	return proposed
}
