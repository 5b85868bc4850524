package githubtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
)

// Without takes fields out of the GraphQL schema, as "Release.immutable", as an
// older Enterprise Server has it: queries for them are answered with errors.
func (s *Server) Without(fields ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.without = append(s.without, fields...)
}

type question struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
}

// graphql answers one query from the model.
func (s *Server) graphql(w http.ResponseWriter, r *http.Request, fault *Fault) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-GitHub-Media-Type", "github.v4; format=json")
	g := grantOf(r)
	if g.Kind == Anonymous {
		writeRefusal(w, &refusal{status: http.StatusUnauthorized, message: "This endpoint requires you to be authenticated."})
		return
	}
	if g.Kind == Classic {
		w.Header().Set("X-OAuth-Scopes", strings.Join(g.Scopes, ", "))
		w.Header().Set("X-Accepted-OAuth-Scopes", "repo")
	}
	var asked question
	if r.Method != http.MethodPost || decode(r, &asked) != nil || asked.Query == "" {
		writeRefusal(w, &refusal{status: http.StatusBadRequest, message: "Problems parsing JSON"})
		return
	}
	if s.gone(g, fault) {
		w.Header().Set("X-RateLimit-Remaining", "0")
		answerGraph(w, nil, []any{fields{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}})
		return
	}
	x, failed := s.parse(asked.Query, asked.Variables)
	if failed != nil {
		answerGraph(w, nil, failed)
		return
	}
	x.call = &call{s: s, w: w, r: r, grant: g}
	noteOf(r).cost = x.price.points
	s.limitHeadersAfter(w, g, x.price.points)
	data, _ := x.object(graphDescription().Query, x.root(), x.operation.SelectionSet, nil)
	if fault != nil && fault.Kind == PartialGraphQL {
		x.cutShort(data)
	}
	answerGraph(w, data, x.errors)
}

// nodesOf is how many nodes a query may have, 0 for anything that is none.
func (s *Server) nodesOf(r *http.Request, route string) int {
	if route != "graphql" || r.Body == nil {
		return 0
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	r.Body = io.NopCloser(bytes.NewReader(body))
	var asked question
	if err != nil || json.Unmarshal(body, &asked) != nil {
		return 0
	}
	document, wrong := gqlparser.LoadQueryWithRules(graphDescription(), asked.Query, nil)
	if wrong != nil || len(document.Operations) != 1 {
		return 0 // the answer says so
	}
	values, err := validator.VariableValues(graphDescription(), document.Operations[0], asked.Variables)
	if err != nil {
		return 0
	}
	x := &execution{s: s, variables: values}
	_ = x.bounds(document.Operations[0].SelectionSet, 1)
	return x.price.nodes
}

// gone says whether the points of a token are used up, or shall be.
func (s *Server) gone(g *Grant, fault *Fault) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fault != nil && fault.Kind == RateLimitedGraphQL || g.used.points >= s.limitOf(g, "graphql")
}

func answerGraph(w http.ResponseWriter, data any, errors []any) {
	body := fields{}
	if data != nil || errors == nil {
		body["data"] = data
	}
	if errors != nil {
		body["errors"] = errors
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body)
}

// parse holds a query against the schema. A query that GitHub would not take fails
// the test, except for fields that the test itself took away.
func (s *Server) parse(query string, variables map[string]any) (*execution, []any) {
	schema := graphDescription()
	document, wrong := gqlparser.LoadQueryWithRules(schema, query, nil)
	if wrong != nil {
		s.t.Errorf("githubtest: GitHub's schema does not take the query: %v", wrong)
		return nil, said(wrong)
	}
	if len(document.Operations) != 1 {
		s.t.Errorf("githubtest: %d operations in a query", len(document.Operations))
		return nil, []any{fields{"message": "An operation name is required"}}
	}
	operation := document.Operations[0]
	values, err := validator.VariableValues(schema, operation, variables)
	if err != nil {
		s.t.Errorf("githubtest: the variables of a query: %v", err)
		return nil, []any{fields{"message": err.Error(), "extensions": fields{"code": "variableMismatch"}}}
	}
	x := &execution{s: s, operation: operation, document: document, variables: values}
	if missing := x.missing(operation.SelectionSet, nil); missing != nil {
		return nil, missing
	}
	if no := x.bounds(operation.SelectionSet, 1); no != nil {
		s.t.Errorf("githubtest: GitHub does not take the query: %v", no)
		return nil, []any{no}
	}
	x.price.points = max(1, (x.price.connections+50)/100)
	return x, nil
}

func said(list gqlerror.List) []any {
	var all []any
	for _, one := range list {
		all = append(all, fields{"message": one.Message, "extensions": fields{"code": "undefinedField"}})
	}
	return all
}

// missing are errors for the fields that were taken away.
func (x *execution) missing(set ast.SelectionSet, path []any) []any {
	var all []any
	for _, selection := range set {
		switch one := selection.(type) {
		case *ast.Field:
			below := append(path[:len(path):len(path)], one.Alias)
			if one.ObjectDefinition != nil && x.s.lacksField(one.ObjectDefinition.Name, one.Name) {
				all = append(all, fields{
					"message": "Field '" + one.Name + "' doesn't exist on type '" + one.ObjectDefinition.Name + "'", "path": below,
					"extensions": fields{"code": "undefinedField", "typeName": one.ObjectDefinition.Name, "fieldName": one.Name},
				})
			}
			all = append(all, x.missing(one.SelectionSet, below)...)
		case *ast.InlineFragment:
			all = append(all, x.missing(one.SelectionSet, path)...)
		case *ast.FragmentSpread:
			all = append(all, x.missing(one.Definition.SelectionSet, path)...)
		}
	}
	return all
}

func (s *Server) lacksField(object, field string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.without {
		if one == object+"."+field {
			return true
		}
	}
	return false
}

// cutShort plays the cut-off for queries that take too much: the second half of the
// lists at the top, and the last of its other fields, are null.
func (x *execution) cutShort(data any) {
	top, _ := data.(map[string]any)
	last := ""
	for _, selection := range x.operation.SelectionSet {
		one, is := selection.(*ast.Field)
		if !is || one.Name == "rateLimit" {
			continue // is always there
		}
		if list, is := top[one.Alias].([]any); is {
			for i := len(list) / 2; i < len(list); i++ {
				list[i] = nil
				x.exceeded(one.Alias, i)
			}
			return
		}
		last = one.Alias
	}
	if last != "" {
		top[last] = nil
		x.exceeded(last)
	}
}

func (x *execution) exceeded(path ...any) {
	x.errors = append(x.errors, fields{"type": "RESOURCE_LIMITS_EXCEEDED", "path": path, "message": "Resource limits for this query exceeded."})
}
