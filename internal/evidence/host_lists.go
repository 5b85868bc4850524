package evidence

import (
	"fmt"
	"reflect"
	"strings"
)

// identities tell which two entries of a list are the same thing. A list of anything
// else is one value.
var identities = map[reflect.Type]func(any) string{
	reflect.TypeFor[Branch]():      func(v any) string { return v.(Branch).Name },
	reflect.TypeFor[Ruleset]():     func(v any) string { return v.(Ruleset).ID },
	reflect.TypeFor[Environment](): func(v any) string { return v.(Environment).Name },
	reflect.TypeFor[Change]():      func(v any) string { return v.(Change).Commit },
	reflect.TypeFor[DeployKey]():   func(v any) string { return v.(DeployKey).ID },
	reflect.TypeFor[Webhook]():     func(v any) string { return v.(Webhook).Level + "\x00" + v.(Webhook).ID },
	reflect.TypeFor[HostRunner]():  func(v any) string { return v.(HostRunner).Level + "\x00" + v.(HostRunner).Name },
	reflect.TypeFor[AccountKey]():  func(v any) string { return v.(AccountKey).Login + "\x00" + v.(AccountKey).Key },
	reflect.TypeFor[PinnedCommit](): func(v any) string {
		return strings.ToLower(v.(PinnedCommit).Repository) + "@" + v.(PinnedCommit).Commit
	},
	reflect.TypeFor[Problem](): func(v any) string { return fmt.Sprintf("%v", v) },
	reflect.TypeFor[Secret]():  func(v any) string { s := v.(Secret); return s.Level + "\x00" + s.Environment + "\x00" + s.Name },
}

// places tell which path of Unseen speaks of an entry of a list. An entry that the
// later asker does not have is gone where he saw that path. Entries of other lists
// were looked up one by one, so that nothing says they are gone.
var places = map[reflect.Type]func(any) string{
	reflect.TypeFor[Ruleset]():     func(v any) string { return "rulesets/" + v.(Ruleset).ID },
	reflect.TypeFor[Environment](): func(v any) string { return "environments/" + v.(Environment).Name },
	reflect.TypeFor[Change]():      func(any) string { return "changes" },
	reflect.TypeFor[Problem]():     func(any) string { return "ownerProblems" },
	reflect.TypeFor[DeployKey]():   func(any) string { return "deployKeys" },
	reflect.TypeFor[Webhook]():     func(v any) string { return "webhooks/" + v.(Webhook).Level },
	reflect.TypeFor[HostRunner]():  func(v any) string { return "runners/" + v.(HostRunner).Level },
	reflect.TypeFor[Secret](): func(v any) string {
		s := v.(Secret)
		return strings.TrimSuffix("secrets/"+s.Level+"/"+s.Environment, "/")
	},
}

// merging is two askers on their way to one: the later one says which lists are whole.
type merging struct{ later *Host }

// mergeHosts puts an earlier asker behind a later one.
func mergeHosts(later, earlier *Host) Host {
	m := &merging{later}
	before := *earlier
	if later.Personal == Yes || later.Organisation != nil && before.Organisation != nil && !strings.EqualFold(later.Organisation.Name, before.Organisation.Name) {
		before.Organisation = nil // it has changed hands
	}
	if later.Changes != nil && before.Changes != nil && later.Changes.Branch != before.Changes.Branch {
		before.Changes = nil
	}
	whole := m.mergeStruct(reflect.ValueOf(*later), reflect.ValueOf(before)).Interface().(Host)
	whole.Cost = HostCost{
		Requests: later.Cost.Requests + earlier.Cost.Requests,
		Lookups:  later.Cost.Lookups + earlier.Cost.Lookups,
		Points:   later.Cost.Points + earlier.Cost.Points,
	}
	return whole
}

// mergeList puts two lists together: the later one's order, then what only the earlier
// one has.
func (m *merging) mergeList(later, earlier reflect.Value) reflect.Value {
	identity := identities[later.Type().Elem()]
	before := make(map[string]reflect.Value, earlier.Len())
	for i := range earlier.Len() {
		before[identity(earlier.Index(i).Interface())] = earlier.Index(i)
	}
	whole := reflect.MakeSlice(later.Type(), 0, later.Len()+earlier.Len())
	for i := range later.Len() {
		item := later.Index(i)
		key := identity(item.Interface())
		if old, known := before[key]; known {
			item = m.mergeStruct(item, old)
			delete(before, key)
		}
		whole = reflect.Append(whole, item)
	}
	for i := range earlier.Len() {
		key := identity(earlier.Index(i).Interface())
		if item, left := before[key]; left && !m.gone(item) {
			whole = reflect.Append(whole, item)
			delete(before, key)
		}
	}
	if whole.Len() == 0 {
		return reflect.Zero(later.Type())
	}
	return whole
}

// gone says whether the later asker would have seen an entry of an earlier one.
func (m *merging) gone(item reflect.Value) bool {
	place := places[item.Type()]
	return place != nil && !m.later.covered(place(item.Interface()))
}
