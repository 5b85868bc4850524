package policy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
)

// loosenable are the keys that allow-loosening may name, beside the ids of checks.
// What can only grow (deny, revoked-keys, branches) is none.
var loosenable = []string{
	"fail-at", "profile", "on-unknown", "include-fixtures", "max-waiver-days", "exclude", "checks", "waivers",
	"provenance", "provenance.min-level", "provenance.builders", "provenance.identities", "provenance.registries",
	"signing", "signing.require-signed-commits", "signing.allowed-signers", "signing.signers", "signing.keyrings", "signing.max-key-age",
	"review", "review.approvals", "review.since", "review.solo", "review.bots",
	"access", "access.max-secret-age", "access.max-owners", "access.min-log-days",
}

func (l *loader) allowLoosening(v *doc.Node) {
	l.each(v, "allow-loosening", func(one *doc.Node) {
		name := l.words(one, "an entry of allow-loosening")
		if known := append(l.ids(), loosenable...); name != "" && !slices.Contains(known, name) {
			l.fail(one, "allow-loosening takes keys of a policy and ids of checks, not %q%s", name, hint(name, known))
			return
		}
		l.policy.AllowLoosening = append(l.policy.AllowLoosening, name)
	})
}

// Refusal is a line that does not take effect.
type Refusal struct {
	Key     string // review.solo, exclude[docs/**]
	Says    string
	Over    string // the policy that does not allow it
	At      evidence.Location
	Foreign bool // At is in no file of the repository that is judged
	// Proposed: it is a line of a change, and the policy of the base is in force.
	Proposed bool
}

// Message says it in one sentence.
func (r Refusal) Message() string {
	if r.Proposed {
		return fmt.Sprintf("%s loosens the policy of the base; it does not count for this change, and will once it is merged: let an owner of the policy decide", r.Says)
	}
	return fmt.Sprintf("%s loosens what %s holds the repository to, and does not take effect; remove it, or have it allowed there by allow-loosening", r.Says, r.Over)
}

// Merge lays a policy over another one. It may tighten every line, and loosen those
// that the other allows; what it loosens beyond is refused and left as it was. Where
// the base says nothing, its defaults count as said.
func Merge(base, own *Policy) *Policy {
	out := *base
	out.Path = cmp.Or(own.Path, base.Path)
	out.Settings.From = cmp.Or(own.Settings.From, base.Settings.From)
	out.Extends = own.Extends
	out.Said = maps.Clone(base.Said)
	out.Checks = maps.Clone(base.Checks)
	out.Waivers = slices.Clone(base.Waivers)
	out.Sources = append(slices.Clone(base.Sources), own.Sources...)
	out.Refused = append(slices.Clone(base.Refused), own.Refused...)
	out.bounds = append(append(slices.Clone(base.bounds), own.bounds...), base)
	if !own.read.IsZero() {
		out.read, out.grades = own.read, own.grades
	}
	m := &merging{base: base, own: own, out: &out}
	m.rules()
	m.checks()
	m.waivers() // after max-waiver-days is settled
	m.provenance()
	m.signing()
	m.host()
	m.grow("deny", &out.Settings.Deny, own.Settings.Deny, false)
	m.permissions()
	return &out
}

type merging struct{ base, own, out *Policy }

// lets says whether a policy allows a line to be loosened.
func (p *Policy) lets(key string) bool {
	for _, allowed := range p.AllowLoosening {
		of := "checks." + allowed
		if key == allowed || strings.HasPrefix(key, allowed+".") || key == of || strings.HasPrefix(key, of+".") {
			return true
		}
	}
	return false
}

// waivable says whether the policies that this one is laid over let its repository
// waive a check.
func (p *Policy) waivable(check string) (over *Policy, yes bool) {
	for _, base := range p.bounds {
		if !base.letsWaive(check) {
			return base, false
		}
	}
	return nil, true
}

func (p *Policy) letsWaive(check string) bool {
	return p.lets("waivers") || slices.Contains(p.AllowLoosening, check)
}

func (m *merging) refuse(key, says string, said Said) {
	m.out.Refused = append(m.out.Refused, Refusal{Key: key, Says: says, Over: m.base.name(), At: said.At, Foreign: said.Foreign})
}

// name is what the strongest file of a policy is called.
func (p *Policy) name() string {
	if len(p.Sources) == 0 {
		return cmp.Or(p.Path, "the default policy")
	}
	return p.Sources[0].Path
}

// settle takes a single word, unless it is looser and may not be.
func settle[T comparable](m *merging, key string, into *T, own T, looser func(own, base T) bool) {
	said, is := m.own.Said[key]
	if !is || own == *into {
		return
	}
	if looser(own, *into) && !m.base.lets(key) {
		m.refuse(key, key+": "+said.Text, said)
		return
	}
	*into = own
	m.out.Said[key] = said
}

func onUnknown(p *Policy) string {
	if p.FailOnUnknown {
		return "fail"
	}
	return "report"
}

func more[T cmp.Ordered](own, base T) bool { return own > base }
func less[T cmp.Ordered](own, base T) bool { return own < base }
func isSet(own, _ bool) bool               { return own }
func unset(own, _ bool) bool               { return !own }

// grow adds entries to a list that nobody can take from.
func (m *merging) grow(key string, into *[]string, own []string, loosens bool) {
	for _, entry := range own {
		line := key + "[" + entry + "]"
		if slices.Contains(*into, entry) {
			continue
		}
		if loosens && !m.base.lets(key) {
			m.refuse(line, key+": "+entry, m.own.Said[line])
			continue
		}
		*into = append(slices.Clip(*into), entry)
		m.out.Said[line] = m.own.Said[line]
	}
}

func (m *merging) rules() {
	out, own := m.out, m.own
	settle(m, "fail-at", &out.FailAt, own.FailAt, more)
	settle(m, "on-unknown", &out.FailOnUnknown, own.FailOnUnknown, unset)
	settle(m, "include-fixtures", &out.IncludeFixtures, own.IncludeFixtures, unset)
	settle(m, "max-waiver-days", &out.MaxWaiverDays, own.MaxWaiverDays, more)
	m.grow("exclude", &out.Exclude, own.Exclude, true)
	m.profiles()
}

// profiles add up: what the base asks stays asked.
func (m *merging) profiles() {
	said, is := m.own.Said["profile"]
	switch {
	case !is:
		return
	case m.base.lets("profile"):
		m.out.Profiles = m.own.Profiles
		for _, one := range m.own.Profiles {
			m.out.Said["profile["+one+"]"] = said
		}
		return
	}
	for _, one := range m.own.Profiles {
		added := with(m.out.Profiles, one)
		if one == Standard && slices.Contains(m.base.Profiles, Strict) {
			m.refuse("profile", "profile: "+one, said)
		} else if !slices.Equal(added, m.out.Profiles) {
			m.out.Profiles = added
			m.out.Said["profile["+one+"]"] = said
		}
	}
}

func (m *merging) checks() {
	for _, id := range slices.Sorted(maps.Keys(m.own.Checks)) {
		if m.out.Checks == nil {
			m.out.Checks = make(map[string]Setting)
		}
		own, out := m.own.Checks[id], m.out.Checks[id]
		out.At = cmp.Or(out.At, own.At)
		m.severity(id, &out, own)
		key := "checks." + id
		unknown := cmp.Or(out.OnUnknown, onUnknown(m.base))
		settle(m, key+".on-unknown", &unknown, own.OnUnknown, func(own, _ string) bool { return own == "report" })
		if unknown == own.OnUnknown && unknown != out.OnUnknown { // it holds, whatever is said of all checks
			out.OnUnknown = unknown
			m.out.Said[key+".on-unknown"] = m.own.Said[key+".on-unknown"]
		}
		m.grow(key+".allow", &out.Allow, own.Allow, true)
		m.out.Checks[id] = out
	}
}

// severity: one that the base does not set can still grade up, because whatever a
// check finds worse than that stays worse.
func (m *merging) severity(id string, out *Setting, own Setting) {
	key := "checks." + id + ".severity"
	said, is := m.own.Said[key]
	switch {
	case own.AtLeast > out.AtLeast && own.Severity == audit.Unset: // laid over another policy before
		out.AtLeast = own.AtLeast
		m.out.Said[key] = said
	case !is || own.Severity == audit.Unset:
	case m.base.lets(key):
		out.Severity, out.AtLeast = own.Severity, audit.Unset
		m.out.Said[key] = said
	case out.Severity != audit.Unset && own.Severity > out.Severity:
		out.Severity = own.Severity
		m.out.Said[key] = said
	case out.Severity == audit.Unset && own.Severity >= m.grade(id):
		out.AtLeast = max(out.AtLeast, own.Severity)
		m.out.Said[key] = said
	case own.Severity != out.Severity:
		m.refuse(key, key+": "+said.Text, said)
	}
}

// grade is what a check's findings have unless they say otherwise.
func (m *merging) grade(id string) audit.Severity { return cmp.Or(m.own.grades[id], audit.Critical) }

func (m *merging) waivers() {
	for _, waiver := range m.own.Waivers {
		said := Said{At: waiver.At, Foreign: waiver.Foreign}
		says := "the waiver of " + waiver.Check
		switch _, err := lastDay(waiver.Until.Format(time.DateOnly), m.own.read, m.out.MaxWaiverDays); {
		case !m.base.letsWaive(waiver.Check):
			m.refuse("waivers", says, said)
		case err != nil:
			m.refuse("waivers", fmt.Sprintf("%s (%v)", says, err), said)
		default:
			m.out.Waivers = append(m.out.Waivers, waiver)
		}
	}
}

// permissions: nobody allows more than he is allowed himself.
func (m *merging) permissions() {
	said, is := m.own.Said["allow-loosening"]
	if !is {
		return
	}
	m.out.AllowLoosening = nil
	m.out.Said["allow-loosening"] = said
	for _, key := range m.own.AllowLoosening {
		line := "allow-loosening[" + key + "]"
		if !m.base.lets(key) {
			m.refuse(line, "allow-loosening: "+key, m.own.Said[line])
			continue
		}
		m.out.AllowLoosening = append(m.out.AllowLoosening, key)
		m.out.Said[line] = m.own.Said[line]
	}
}
