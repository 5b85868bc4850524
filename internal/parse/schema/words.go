package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/sealvet/sealvet/internal/evidence"
)

// alternatives gives the refusals of the branch that was meant. When the values
// of "type" rule all of them out, one refusal lists the types there are; when
// each branch misses one field, one refusal lists these.
func alternatives(e *jsonschema.ValidationError) []leaf {
	var meant []leaf
	var types, missing []string
	var typed *jsonschema.ValidationError
	for _, branch := range e.Causes {
		wants, at := wantedType(branch)
		if wants != nil {
			types, typed = append(types, wants...), at
			continue
		}
		found := leaves(branch)
		if name, only := onlyMissing(branch); only {
			missing = append(missing, name)
		}
		if meant == nil || len(found) < len(meant) {
			meant = found
		}
	}
	switch {
	case len(missing) > 1 && len(missing)+len(types) == len(e.Causes):
		return []leaf{{e.InstanceLocation, "", "lacks one of the fields " + quoted(missing)}}
	case meant != nil:
		return meant
	case typed != nil:
		return []leaf{{typed.InstanceLocation, "", "must be one of " + quoted(slices.Compact(types))}}
	}
	return []leaf{{e.InstanceLocation, "", "fits none of its forms"}}
}

// wantedType is what a branch wants "type" to be, if it refuses the value's.
func wantedType(e *jsonschema.ValidationError) ([]string, *jsonschema.ValidationError) {
	if n := len(e.InstanceLocation); n > 0 && e.InstanceLocation[n-1] == "type" {
		switch k := e.ErrorKind.(type) {
		case *kind.Enum:
			return texts(k.Want), e
		case *kind.Const:
			return texts([]any{k.Want}), e
		}
	}
	for _, cause := range e.Causes {
		if types, at := wantedType(cause); types != nil {
			return types, at
		}
	}
	return nil, nil
}

// onlyMissing tells whether a branch refuses nothing but one missing field.
func onlyMissing(e *jsonschema.ValidationError) (string, bool) {
	if k, ok := e.ErrorKind.(*kind.Required); ok && len(k.Missing) == 1 {
		return k.Missing[0], true
	}
	if len(e.Causes) == 1 {
		return onlyMissing(e.Causes[0])
	}
	return "", false
}

// words says what is refused, as half a sentence about the value.
func words(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Type:
		return fmt.Sprintf("must be %s, not %s", strings.Join(k.Want, " or "), k.Got)
	case *kind.Enum:
		return "must be one of " + quoted(texts(k.Want))
	case *kind.Const:
		return "must be " + quoted(texts([]any{k.Want}))
	case *kind.Pattern:
		return fmt.Sprintf("must match %s", k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("is %d characters long, and %d are allowed", k.Got, k.Want)
	case *kind.MinLength:
		return fmt.Sprintf("must have %d characters at least", k.Want)
	case *kind.Format:
		return fmt.Sprintf("is no valid %s", k.Want)
	case *kind.Not:
		return "has a value that is not allowed here"
	}
	return "does not fit the schema"
}

func texts(values []any) []string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = fmt.Sprint(value)
	}
	return all
}

func quoted(names []string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(all, ", ")
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}

// sortProblems brings the validator's order, which varies, into file order.
func sortProblems(problems []evidence.Problem) {
	slices.SortFunc(problems, func(a, b evidence.Problem) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.What, b.What))
	})
}
