package evidence

import (
	"reflect"
	"strings"
)

// tells says whether the host answered what a path of Unseen asks: it did not note it
// as unseen, and where the path leads to one field, that field is known.
func (h *Host) tells(what string) bool {
	if h.covered(what) {
		return false
	}
	if h.Personal == Yes && strings.HasPrefix(what+"/", "organisation/") {
		return true // there is none
	}
	return known(reflect.ValueOf(*h), what)
}

// known follows a path by the JSON names of the fields. A list of things with names
// goes on with the name; any other list is known as it is.
func known(in reflect.Value, path string) bool {
	name, rest, _ := strings.Cut(path, "/")
	typ := in.Type()
	for i := range typ.NumField() {
		field := typ.Field(i)
		if tag, _, _ := strings.Cut(field.Tag.Get("json"), ","); tag != name {
			continue
		}
		value := in.Field(i)
		if guard := guards[typ.Name()+"."+field.Name]; guard != "" {
			return settles(in.FieldByName(guard), guard)
		}
		return knownValue(value, rest)
	}
	return false
}

func knownValue(value reflect.Value, rest string) bool {
	switch value.Kind() {
	case reflect.Slice:
		return knownItem(value, rest)
	case reflect.Pointer:
		if value.IsNil() || rest == "" || value.Elem().Kind() != reflect.Struct {
			return !value.IsNil()
		}
		return known(value.Elem(), rest)
	case reflect.Struct:
		if rest != "" {
			return known(value, rest)
		}
	}
	return !value.IsZero()
}

// knownItem looks for the thing that the rest of a path names. Names of branches have
// slashes, so the longest one that fits is meant.
func knownItem(list reflect.Value, rest string) bool {
	switch list.Type().Elem() {
	case reflect.TypeFor[Branch](), reflect.TypeFor[Ruleset](), reflect.TypeFor[Environment]():
	default:
		return true // what comes next is a level: secrets/organisation
	}
	if rest == "" {
		return true
	}
	best, after := -1, ""
	identity, length := identities[list.Type().Elem()], -1
	for i := range list.Len() {
		name := identity(list.Index(i).Interface())
		if left, is := strings.CutPrefix(rest+"/", name+"/"); is && len(name) > length {
			best, after, length = i, strings.TrimSuffix(left, "/"), len(name)
		}
	}
	return best >= 0 && (after == "" || known(list.Index(best), after))
}
