package policy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Load reads a policy file. Everything that is wrong with it is reported at
// once, each with its place: a policy that is half understood judges nothing.
// The register tells which check ids exist; now bounds how far waivers may reach.
func Load(path string, data []byte, register []*audit.Check, now time.Time) (*Policy, error) {
	l := &loader{policy: Default(), register: register, now: now}
	l.policy.Path = path
	l.policy.Settings.From = path
	l.policy.Sources = []Source{{Path: path}}
	l.policy.read, l.policy.grades = now, make(map[string]audit.Severity, len(register))
	for _, check := range register {
		l.policy.grades[check.ID] = check.Severity
	}
	documents, err := doc.YAML(text.NewSource(path, data))
	if err != nil {
		return nil, fmt.Errorf("read the policy %s: %w", path, err)
	}
	if len(documents) > 1 {
		l.fail(documents[1], "a policy is one YAML document")
	}
	if len(documents) > 0 {
		l.top(documents[0])
	}
	if len(l.problems) > 0 {
		return nil, fmt.Errorf("the policy %s is not valid:\n%w", path, errors.Join(l.problems...))
	}
	return l.policy, nil
}

type loader struct {
	policy   *Policy
	register []*audit.Check
	now      time.Time
	problems []error
	key      string // of the mapping that is being read
}

func (l *loader) fail(at *doc.Node, format string, args ...any) {
	l.problems = append(l.problems, &text.Error{At: at.At(), Msg: fmt.Sprintf(format, args...)})
}

// fields hands each field of a map to its reader and refuses those that have none.
func (l *loader) fields(n *doc.Node, what string, readers map[string]func(*doc.Node)) {
	if n.Kind == doc.Null {
		return
	}
	if n.Kind != doc.Map {
		l.fail(n, "%s is a mapping", what)
		return
	}
	for name, value := range n.All() {
		read, known := readers[name.Value]
		if !known {
			names := make([]string, 0, len(readers))
			for one := range readers {
				names = append(names, one)
			}
			l.problems = append(l.problems, &text.Error{At: name.At(), Msg: fmt.Sprintf("unknown key %q in %s%s", name.Value, what, hint(name.Value, names))})
			continue
		}
		l.within(name, value, read)
	}
}

// within reads one value, and notes where it and its entries are written.
func (l *loader) within(name text.Text, value *doc.Node, read func(*doc.Node)) {
	above := l.key
	l.key = strings.TrimPrefix(above+"."+name.Value, ".")
	l.policy.Said[l.key] = Said{At: name.At(), Text: value.String()}
	for _, one := range value.List() {
		if entry := strings.TrimSpace(one.String()); entry != "" {
			l.policy.Said[l.key+"["+entry+"]"] = Said{At: one.At(), Text: entry}
		}
	}
	read(value)
	l.key = above
}

func (l *loader) top(n *doc.Node) {
	p := l.policy
	l.fields(n, "the policy", map[string]func(*doc.Node){
		"fail-at":         func(v *doc.Node) { p.FailAt = l.failAt(v) },
		"profile":         l.profiles,
		"extends":         l.extends,
		"allow-loosening": l.allowLoosening,
		"on-unknown": func(v *doc.Node) {
			p.FailOnUnknown = l.oneOf(v, "on-unknown", "report", "fail") == "fail"
		},
		"include-fixtures": func(v *doc.Node) {
			yes, ok := v.Bool()
			if !ok {
				l.fail(v, "include-fixtures is true or false")
			}
			p.IncludeFixtures = yes
		},
		"max-waiver-days": func(v *doc.Node) {
			days, err := strconv.Atoi(v.String())
			if err != nil || v.Kind != doc.Number || days < 1 || days > 3660 {
				l.fail(v, "max-waiver-days is a number of days from 1 to 3660")
				return
			}
			p.MaxWaiverDays = days
		},
		"exclude":    func(v *doc.Node) { p.Exclude = l.globs(v, "exclude") },
		"checks":     l.checks,
		"provenance": func(v *doc.Node) { l.provenance(v, &p.Settings.Provenance) },
		"signing":    func(v *doc.Node) { l.signing(v, &p.Settings.Signing) },
		"branches":   func(v *doc.Node) { l.branches(v, &p.Settings.Branches) },
		"review":     func(v *doc.Node) { l.review(v, &p.Settings.Review) },
		"access":     func(v *doc.Node) { l.access(v, &p.Settings.Access) },
		"deny":       func(v *doc.Node) { p.Settings.Deny = l.patterns(v, "deny") },
		"waivers":    func(*doc.Node) {}, // below: they need max-waiver-days
	})
	if waivers := n.Get("waivers"); waivers != nil && waivers.Kind != doc.Null {
		if waivers.Kind != doc.List {
			l.fail(waivers, "waivers is a list")
			return
		}
		l.key = "waivers"
		for _, one := range waivers.Items {
			l.waiver(one)
		}
	}
}

func (l *loader) failAt(v *doc.Node) audit.Severity {
	severity, err := ParseFailAt(v.String())
	if err != nil {
		l.fail(v, "fail-at: %v", err)
	}
	return severity
}

// ParseFailAt reads a threshold: a severity, or never.
func ParseFailAt(name string) (audit.Severity, error) {
	if name == "never" {
		return Never, nil
	}
	severity, err := audit.ParseSeverity(name)
	if err != nil {
		return Never, fmt.Errorf("%q is none of note, low, medium, high, critical, never", name)
	}
	return severity, nil
}

func (l *loader) oneOf(v *doc.Node, key string, choices ...string) string {
	if !slices.Contains(choices, v.String()) {
		l.fail(v, "%s is one of %s, not %q", key, strings.Join(choices, ", "), v.String())
	}
	return v.String()
}

func (l *loader) globs(v *doc.Node, key string) []string {
	if v.Kind != doc.List {
		l.fail(v, "%s is a list of globs", key)
		return nil
	}
	var globs []string
	for _, one := range v.Items {
		glob := l.words(one, "a glob in "+key)
		if !isGlob(glob) {
			l.fail(one, "%q is not a glob", glob)
		}
		globs = append(globs, glob)
	}
	return globs
}

// words reads a text. A number, a list or nothing at all is none: it would
// quietly mean something else than it says.
func (l *loader) words(v *doc.Node, what string) string {
	if v.Kind != doc.String || strings.TrimSpace(v.String()) == "" {
		l.fail(v, "%s is a text; write it in quotes", what)
		return ""
	}
	return strings.TrimSpace(v.String())
}

func (l *loader) checks(n *doc.Node) {
	l.policy.Checks = make(map[string]Setting)
	if n.Kind != doc.Map {
		l.fail(n, "checks is a mapping from check ids to settings")
		return
	}
	for id, value := range n.All() {
		if !l.known(id.Value) {
			l.problems = append(l.problems, &text.Error{At: id.At(), Msg: fmt.Sprintf("no check is named %q%s", id.Value, hint(id.Value, l.ids()))})
			continue
		}
		l.within(id, value, func(value *doc.Node) { l.check(id, value) })
	}
}

func (l *loader) check(id text.Text, value *doc.Node) {
	setting := Setting{At: id.At()}
	l.fields(value, id.Value, map[string]func(*doc.Node){
		"severity": func(v *doc.Node) {
			severity, err := audit.ParseSeverity(v.String())
			if err != nil {
				l.fail(v, "%v", err)
			}
			setting.Severity = severity
		},
		"on-unknown": func(v *doc.Node) { setting.OnUnknown = l.oneOf(v, "on-unknown", "report", "fail") },
		"allow":      func(v *doc.Node) { setting.Allow = l.globs(v, "allow") },
	})
	l.policy.Checks[id.Value] = setting
}

func (l *loader) waiver(n *doc.Node) {
	w := Waiver{At: n.At()}
	var until *doc.Node
	str := func(key string, into *string) func(*doc.Node) {
		return func(v *doc.Node) { *into = l.words(v, key) }
	}
	l.fields(n, "a waiver", map[string]func(*doc.Node){
		"check": str("check", &w.Check), "subject": str("subject", &w.Subject), "path": str("path", &w.Path),
		"reason": str("reason", &w.Reason), "owner": str("owner", &w.Owner),
		"until": func(v *doc.Node) { until = v },
	})
	var missing []string
	for _, need := range []struct{ name, value string }{
		{"check", w.Check}, {"reason", w.Reason}, {"owner", w.Owner}, {"until", until.String()},
	} {
		if need.value == "" {
			missing = append(missing, need.name)
		}
	}
	if w.Subject == "" && w.Path == "" {
		missing = append(missing, "subject or path")
	}
	if len(missing) > 0 {
		l.fail(n, "a waiver needs %s", strings.Join(missing, ", "))
		return
	}
	if !l.known(w.Check) {
		l.fail(n.Get("check"), "no check is named %q%s", w.Check, hint(w.Check, l.ids()))
	}
	if !isGlob(w.Subject) || !isGlob(w.Path) {
		l.fail(n, "subject and path are globs; put a backslash before a bracket that is meant as it is")
	}
	day, err := lastDay(until.String(), l.now, l.policy.MaxWaiverDays)
	if err != nil {
		l.fail(until, "%v", err)
	}
	w.Until = day
	l.policy.Waivers = append(l.policy.Waivers, w)
}

// lastDay reads YYYY-MM-DD and refuses a day too far ahead.
func lastDay(written string, now time.Time, most int) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, written)
	if err != nil {
		return day, fmt.Errorf("until is a day written YYYY-MM-DD, not %q", written)
	}
	if limit := now.UTC().AddDate(0, 0, most); day.After(limit) {
		return day, fmt.Errorf("until %s is more than %d days ahead; the furthest day today is %s", written, most, limit.Format(time.DateOnly))
	}
	return day, nil
}

func (l *loader) known(id string) bool { return slices.Contains(l.ids(), id) }

func (l *loader) ids() []string {
	ids := make([]string, len(l.register))
	for i, check := range l.register {
		ids[i] = check.ID
	}
	return ids
}
