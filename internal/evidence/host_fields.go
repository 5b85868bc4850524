package evidence

import (
	"reflect"
	"strings"
	"time"
)

// guards name the field that says whether another one is known: an empty list is an
// answer where its guard is Yes. For a guard that is no "...Seen", any known value does.
var guards = map[string]string{
	"Branch.Bypass":                  "BypassSeen",
	"Branch.Checks":                  "StatusChecks",
	"Ruleset.Bypass":                 "BypassSeen",
	"Change.Request":                 "RequestSeen",
	"PullRequest.Contributors":       "ContributorsSeen",
	"PullRequest.Reviews":            "ReviewsSeen",
	"Environment.Branches":           "BranchesBound",
	"Organisation.WithoutMFA":        "WithoutMFASeen",
	"Organisation.OutsideWithoutMFA": "OutsideSeen",
	"Organisation.InsecureMFA":       "InsecureSeen",
	"ActionsPolicy.AllowedPatterns":  "Allowed",
	"DeployKey.LastUsed":             "UsedSeen",
	"PinnedCommit.Tags":              "TagsSeen",
}

var (
	answerType = reflect.TypeFor[Answer]()
	timeType   = reflect.TypeFor[time.Time]()
	personType = reflect.TypeFor[Person]()
)

// mergeStruct puts two observations of one thing together, the later one first. The
// fields are gone over by reflection, so that a new one cannot be forgotten.
func (m *merging) mergeStruct(later, earlier reflect.Value) reflect.Value {
	typ := later.Type()
	whole := reflect.New(typ).Elem()
	for i := range typ.NumField() {
		field := typ.Field(i)
		a, b := later.Field(i), earlier.Field(i)
		guard := guards[typ.Name()+"."+field.Name]
		switch {
		case guard != "" && !isSamePull(a, b):
			name := guard
			if settles(later.FieldByName(name), name) || !settles(earlier.FieldByName(name), name) && !a.IsZero() {
				whole.Field(i).Set(a)
			} else {
				whole.Field(i).Set(b)
			}
		case field.Type == answerType && isSeen(field.Name):
			whole.Field(i).Set(stronger(a, b))
		default:
			whole.Field(i).Set(m.merge(a, b))
		}
	}
	return whole
}

// isSeen says whether a field tells that something else was seen whole. Yes counts
// more than No there, whoever says it later.
func isSeen(name string) bool { return strings.HasSuffix(name, "Seen") || name == "Whole" }

func settles(guard reflect.Value, name string) bool {
	if isSeen(name) {
		return guard.Interface() == Yes
	}
	return !guard.IsZero()
}

// isSamePull says whether two fields hold the same pull request, which then is put
// together rather than chosen.
func isSamePull(a, b reflect.Value) bool {
	one, is := a.Interface().(*PullRequest)
	if !is || one == nil {
		return false
	}
	other, _ := b.Interface().(*PullRequest)
	return other != nil && one.Number == other.Number
}

// stronger is the stronger of two Answers: yes, then no, then unknown.
func stronger(a, b reflect.Value) reflect.Value {
	if a.Uint() >= b.Uint() {
		return a
	}
	return b
}

// merge puts two values together: a struct by its fields, a list by the identity of
// what it holds, and of anything else the later one, unless it is unknown.
func (m *merging) merge(later, earlier reflect.Value) reflect.Value {
	typ := later.Type()
	switch {
	case typ.Kind() == reflect.Slice && identities[typ.Elem()] != nil:
		return m.mergeList(later, earlier)
	case later.IsZero():
		return earlier
	case earlier.IsZero(), typ == timeType, typ == personType:
		return later
	case typ.Kind() == reflect.Struct:
		return m.mergeStruct(later, earlier)
	case typ.Kind() == reflect.Pointer && typ.Elem().Kind() == reflect.Struct:
		whole := reflect.New(typ.Elem())
		whole.Elem().Set(m.mergeStruct(later.Elem(), earlier.Elem()))
		return whole
	}
	return later
}
