package githubtest

import (
	"strings"
)

const samlMessage = "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization."

// forbidden is the refusal of a field, as each kind of token reads it.
func (x *execution) forbidden() *denied {
	switch x.call.grant.Kind {
	case Installation, Job:
		return &denied{"FORBIDDEN", "Resource not accessible by integration"}
	case FineGrained:
		return &denied{"FORBIDDEN", "Resource not accessible by personal access token"}
	}
	return &denied{"FORBIDDEN", "You do not have permission to view this field."}
}

func (x *execution) root() node {
	w := x.s.world
	return node{
		"__typename": "Query",
		"rateLimit":  x.rateLimit(),
		"__type":     lazy(x.typeOf),
		"viewer":     lazy(func(map[string]any) any { return x.viewer() }),
		"repository": lazy(func(args map[string]any) any {
			owner, name := args["owner"].(string), args["name"].(string)
			return x.findRepository(owner, name, args["followRenames"] != false)
		}),
		"organization": lazy(func(args map[string]any) any {
			login := args["login"].(string)
			o := w.organisation(login)
			if o == nil {
				return &denied{"NOT_FOUND", "Could not resolve to an Organization with the login of '" + login + "'."}
			}
			if w.unauthorised(x.call.grant, o.Login) {
				return &denied{"FORBIDDEN", samlMessage}
			}
			return x.organisation(o)
		}),
		"user": lazy(func(args map[string]any) any {
			login := args["login"].(string)
			if w.organisation(login) != nil {
				return &denied{"NOT_FOUND", "Could not resolve to a User with the login of '" + login + "'."}
			}
			return x.actor(login, "User")
		}),
		"repositoryOwner": lazy(func(args map[string]any) any { return x.owner(args["login"].(string)) }),
		"node":            lazy(func(args map[string]any) any { return x.byID(args["id"].(string)) }),
		"nodes": lazy(func(args map[string]any) any {
			var all []any
			for _, id := range args["ids"].([]any) {
				all = append(all, x.byID(id.(string)))
			}
			return all
		}),
	}
}

func (x *execution) rateLimit() node {
	s, g := x.s, x.call.grant
	s.mu.Lock()
	defer s.mu.Unlock()
	limit := s.limitOf(g, "graphql")
	gone := min(limit, g.used.points+x.price.points)
	return node{
		"__typename": "RateLimit", "cost": x.price.points, "limit": limit, "nodeCount": x.price.nodes, "remaining": limit - gone, "used": gone, "resetAt": stamp(s.reset),
	}
}

// viewer is the person behind the token. Tokens of apps have their bot, which is a
// User here and keeps its [bot].
func (x *execution) viewer() node {
	g := x.call.grant
	login := g.Login
	switch g.Kind {
	case Job:
		login = "github-actions[bot]"
	case Installation:
		login = "app[bot]"
		for _, a := range x.s.world.Apps {
			if strings.EqualFold(a.Account, g.Owner) {
				login = a.Slug + "[bot]"
			}
		}
	}
	one, _ := x.actor(strings.TrimSuffix(login, "[bot]"), "User").(node)
	one["login"], one["isViewer"] = login, true
	return one
}

// typeOf answers __type(name:) as far as clients use it to look for fields.
func (x *execution) typeOf(args map[string]any) any {
	definition := graphDescription().Types[args["name"].(string)]
	if definition == nil {
		return nil
	}
	var all []node
	for _, field := range definition.Fields {
		if !x.s.lacksField(definition.Name, field.Name) {
			all = append(all, node{"__typename": "__Field", "name": field.Name})
		}
	}
	return node{"__typename": "__Type", "name": definition.Name, "kind": string(definition.Kind), "fields": lazy(func(map[string]any) any { return all })}
}

func (x *execution) findRepository(owner, name string, follow bool) any {
	w := x.s.world
	r, renamed := w.repository(owner, name)
	if r == nil || renamed && !follow || !w.sees(x.call.grant, r) {
		return &denied{"NOT_FOUND", "Could not resolve to a Repository with the name '" + owner + "/" + name + "'."}
	}
	if w.unauthorised(x.call.grant, r.Owner) {
		return &denied{"FORBIDDEN", samlMessage}
	}
	return x.repository(r)
}

// byID finds repositories, the only things that clients look up so.
func (x *execution) byID(id string) any {
	w := x.s.world
	for i := range w.Repositories {
		r := &w.Repositories[i]
		if nodeID("repository", r.ID) != id || !w.sees(x.call.grant, r) {
			continue // another one, or hidden
		}
		if w.unauthorised(x.call.grant, r.Owner) {
			return &denied{"FORBIDDEN", samlMessage}
		}
		return x.repository(r)
	}
	return &denied{"NOT_FOUND", "Could not resolve to a node with the global id of '" + id + "'"}
}
