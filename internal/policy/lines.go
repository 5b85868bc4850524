package policy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Line is one line of the policy in force: what it says, and who said it.
type Line struct {
	Key    string `json:"key"` // fail-at, review.solo, exclude, waivers[0].check
	Value  any    `json:"value"`
	Origin string `json:"origin"` // file:line, or default
	// AtLeast: a severity that only raises.
	AtLeast bool `json:"atLeast,omitempty"`

	path []string // the key, taken apart
	item bool     // an entry of a list
}

// ByDefault is the origin of what nobody has said.
const ByDefault = "default"

// Lines are the policy in force, in the order of the schema. An entry of a list is a
// line of its own, since each may come from another file.
func (p *Policy) Lines() []Line {
	w := &lines{policy: p}
	w.one(named(p.FailAt), "fail-at")
	for _, profile := range p.Profiles {
		w.entry(profile, p.origin("profile["+profile+"]", "profile"), "profile")
	}
	w.one(onUnknown(p), "on-unknown")
	w.one(p.IncludeFixtures, "include-fixtures")
	w.one(p.MaxWaiverDays, "max-waiver-days")
	w.list(p.AllowLoosening, "allow-loosening")
	w.list(p.Exclude, "exclude")
	w.checks()
	w.provenance(p.Settings.Provenance)
	w.signing(p.Settings.Signing)
	w.list(p.Settings.Branches.Release, "branches", "release")
	w.one(p.Settings.Review.Wanted(), "review", "approvals")
	if since := p.Settings.Review.Since; !since.IsZero() {
		w.one(since.Format(time.DateOnly), "review", "since")
	}
	w.one(p.Settings.Review.Solo, "review", "solo")
	w.list(p.Settings.Review.Bots, "review", "bots")
	w.one(p.Settings.Access.SecretAge(), "access", "max-secret-age")
	w.one(p.Settings.Access.OwnersAllowed(), "access", "max-owners")
	w.one(p.Settings.Access.LogDays(), "access", "min-log-days")
	w.list(p.Settings.Deny, "deny")
	w.waivers()
	return w.all
}

type lines struct {
	policy *Policy
	all    []Line
}

// named is a threshold as policies write it.
func named(threshold audit.Severity) string {
	if threshold == Never {
		return "never"
	}
	return threshold.String()
}

// origin is the place of the first of the keys that somebody wrote.
func (p *Policy) origin(keys ...string) string {
	for _, key := range keys {
		if said, is := p.Said[key]; is {
			return place(said.At)
		}
	}
	return ByDefault
}

// place is file:line: columns are for editors.
func place(at evidence.Location) string { return fmt.Sprintf("%s:%d", at.Path, at.Line) }

func (w *lines) one(value any, path ...string) {
	key := joined(path)
	w.all = append(w.all, Line{Key: key, Value: value, Origin: w.policy.origin(key), path: path})
}

func (w *lines) entry(value any, origin string, path ...string) {
	w.all = append(w.all, Line{Key: joined(path), Value: value, Origin: origin, path: path, item: true})
}

func (w *lines) list(entries []string, path ...string) {
	key := joined(path)
	for _, entry := range entries {
		w.entry(entry, w.policy.origin(key+"["+entry+"]", key), path...)
	}
}

func joined(path []string) string {
	key := path[0]
	for _, one := range path[1:] {
		key += "." + one
	}
	return key
}

func (w *lines) checks() {
	for _, id := range slices.Sorted(maps.Keys(w.policy.Checks)) {
		setting := w.policy.Checks[id]
		if severity := max(setting.Severity, setting.AtLeast); severity != audit.Unset {
			w.one(severity.String(), "checks", id, "severity")
			w.all[len(w.all)-1].AtLeast = setting.Severity != severity
		}
		if setting.OnUnknown != "" {
			w.one(setting.OnUnknown, "checks", id, "on-unknown")
		}
		w.list(setting.Allow, "checks", id, "allow")
	}
}

// field is one line of an entry that is a mapping.
type field struct {
	name  string
	value any
}

func (w *lines) mapping(origin string, number int, list []string, fields ...field) {
	for i, f := range fields {
		if f.value == "" {
			continue
		}
		path := append(slices.Clone(list), f.name)
		key := fmt.Sprintf("%s[%d].%s", joined(list), number, f.name)
		w.all = append(w.all, Line{Key: key, Value: f.value, Origin: origin, path: path, item: i == 0})
	}
}

func (w *lines) provenance(s evidence.ProvenanceSettings) {
	if s.MinLevel > 0 {
		w.one(s.MinLevel, "provenance", "min-level")
	}
	list := []string{"provenance", "builders"}
	for i, b := range s.Builders {
		w.mapping(w.policy.origin("provenance.builders"), i, list, field{"issuer", b.Issuer}, field{"signer", b.Signer}, field{"level", b.Level})
	}
	list = []string{"provenance", "identities"}
	for i, one := range s.Identities {
		w.mapping(w.policy.origin("provenance.identities"), i, list, field{"issuer", one.Issuer}, field{"identity", one.Identity})
	}
	w.list(s.Registries, "provenance", "registries")
}

func (w *lines) signing(s evidence.SigningSettings) {
	w.one(s.RequireCommits, "signing", "require-signed-commits")
	if s.AllowedSigners != "" {
		w.one(s.AllowedSigners, "signing", "allowed-signers")
	}
	w.list(s.Signers, "signing", "signers")
	w.list(s.Keyrings, "signing", "keyrings")
	w.list(s.RevokedKeys, "signing", "revoked-keys")
	w.one(s.KeyAge(), "signing", "max-key-age")
}

func (w *lines) waivers() {
	for i, one := range w.policy.Waivers {
		w.mapping(place(one.At), i, []string{"waivers"},
			field{"check", one.Check}, field{"subject", one.Subject}, field{"path", one.Path},
			field{"reason", one.Reason}, field{"owner", one.Owner}, field{"until", one.Until.Format(time.DateOnly)})
	}
}

// Shown is the policy in force as JSON tells it.
type Shown struct {
	Schema  string        `json:"schema"`
	Sources []Source      `json:"sources"`
	Lines   []Line        `json:"lines"`
	Refused []ShownRefuse `json:"refused"`
}

// ShownRefuse is a line that does not take effect.
type ShownRefuse struct {
	Key     string `json:"key"`
	At      string `json:"at"`
	Message string `json:"message"`
}

// ShownSchema names the format of Shown.
const ShownSchema = "sealvet/policy-in-force/v1"

// Show gathers what is told of a policy.
func Show(p *Policy) Shown {
	shown := Shown{Schema: ShownSchema, Sources: append([]Source{}, p.Sources...), Lines: p.Lines(), Refused: []ShownRefuse{}}
	for _, r := range p.Refused {
		shown.Refused = append(shown.Refused, ShownRefuse{r.Key, place(r.At), r.Message()})
	}
	slices.SortStableFunc(shown.Refused, func(a, b ShownRefuse) int { return cmp.Compare(a.At, b.At) })
	return shown
}
