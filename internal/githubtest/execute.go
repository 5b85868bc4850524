package githubtest

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// node is an object of GraphQL. Values are plain, nodes, lists, or functions of the
// arguments that give these.
type node map[string]any

// lazy is a field that is computed when it is asked for.
type lazy = func(args map[string]any) any

// denied is a field that the token may not read: null, and an error with its path.
type denied struct{ kind, message string }

type execution struct {
	s         *Server
	call      *call
	document  *ast.QueryDocument
	operation *ast.OperationDefinition
	variables map[string]any
	errors    []any
	price     struct{ connections, nodes, points int }
}

// object answers a selection. It is false where null has to spread further up, as a
// field that cannot be null has none.
func (x *execution) object(definition *ast.Definition, n node, set ast.SelectionSet, path []any) (any, bool) {
	answer := map[string]any{}
	for _, one := range x.collect(n["__typename"].(string), set) {
		below := append(path[:len(path):len(path)], one.Alias)
		value, whole := x.complete(one.Definition.Type, x.resolve(n, one, below), one.SelectionSet, below)
		if !whole {
			return nil, false
		}
		answer[one.Alias] = value
	}
	return answer, true
}

// collect are the fields that fit the type, those of fragments too; the same field
// twice is asked once, for both.
func (x *execution) collect(typename string, set ast.SelectionSet) []*ast.Field {
	var all []*ast.Field
	at := map[string]int{}
	add := func(one *ast.Field) {
		if i, is := at[one.Alias]; is {
			merged := *all[i]
			merged.SelectionSet = append(merged.SelectionSet[:len(merged.SelectionSet):len(merged.SelectionSet)], one.SelectionSet...)
			all[i] = &merged
			return
		}
		at[one.Alias] = len(all)
		all = append(all, one)
	}
	for _, selection := range set {
		switch one := selection.(type) {
		case *ast.Field:
			if x.included(one.Directives) {
				add(one)
			}
		case *ast.InlineFragment:
			if x.included(one.Directives) && fitsType(typename, one.TypeCondition) {
				for _, field := range x.collect(typename, one.SelectionSet) {
					add(field)
				}
			}
		case *ast.FragmentSpread:
			if x.included(one.Directives) && fitsType(typename, one.Definition.TypeCondition) {
				for _, field := range x.collect(typename, one.Definition.SelectionSet) {
					add(field)
				}
			}
		}
	}
	return all
}

func (x *execution) included(directives ast.DirectiveList) bool {
	for _, d := range directives {
		on, _ := d.ArgumentMap(x.variables)["if"].(bool)
		if d.Name == "include" && !on || d.Name == "skip" && on {
			return false
		}
	}
	return true
}

func fitsType(typename, condition string) bool {
	if condition == "" || condition == typename {
		return true
	}
	for _, one := range graphDescription().PossibleTypes[condition] {
		if one.Name == typename {
			return true
		}
	}
	return false
}

// resolve is the value of a field, before its selection.
func (x *execution) resolve(n node, field *ast.Field, path []any) any {
	value, is := n[field.Name]
	if !is {
		x.s.t.Errorf("githubtest: the model has no %v.%s: add it to the resolvers", n["__typename"], field.Name)
		return nil
	}
	if compute, is := value.(lazy); is {
		value = compute(field.ArgumentMap(x.variables))
	}
	if no, is := value.(*denied); is {
		x.errors = append(x.errors, fields{
			"type": no.kind, "path": path, "extensions": fields{"saml_failure": no.message == samlMessage}, "message": no.message,
			"locations": []any{fields{"line": field.Position.Line, "column": field.Position.Column}},
		})
		return nil
	}
	return value
}

// complete answers the selection of a value.
func (x *execution) complete(kind *ast.Type, value any, set ast.SelectionSet, path []any) (any, bool) {
	answer, whole := x.value(kind, value, set, path)
	if !whole || answer == nil {
		return nil, !kind.NonNull
	}
	return answer, true
}

func (x *execution) value(kind *ast.Type, value any, set ast.SelectionSet, path []any) (any, bool) {
	switch v := value.(type) {
	case nil:
		return nil, true
	case node:
		if v == nil {
			return nil, true
		}
		return x.object(graphDescription().Types[v["__typename"].(string)], v, set, path)
	case []node:
		list := make([]any, len(v))
		for i := range v {
			list[i] = v[i]
			if v[i] == nil {
				list[i] = nil
			}
		}
		return x.list(kind, list, set, path)
	case []any:
		return x.list(kind, v, set, path)
	}
	return value, true
}

func (x *execution) list(kind *ast.Type, values []any, set ast.SelectionSet, path []any) (any, bool) {
	all := make([]any, len(values))
	for i, one := range values {
		below := append(path[:len(path):len(path)], i)
		if no, is := one.(*denied); is {
			x.errors = append(x.errors, fields{"type": no.kind, "path": below, "message": no.message})
			one = nil
		}
		answer, whole := x.complete(kind.Elem, one, set, below)
		if !whole {
			return nil, false
		}
		all[i] = answer
	}
	return all, true
}
