package githubtest

import (
	"slices"
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

func (x *execution) owner(login string) any {
	if o := x.s.world.organisation(login); o != nil {
		return x.organisation(o)
	}
	return x.actor(login, "User")
}

// actor is an account, nil for none. As a User a bot is null.
func (x *execution) actor(login, as string) any {
	if login == "" {
		return nil
	}
	u, kind := x.s.world.user(login), "User"
	name := login
	if bot(login) {
		if as == "User" {
			return nil
		}
		// GraphQL names bots without [bot].
		kind, name = "Bot", strings.TrimSuffix(login, "[bot]")
	}
	return node{
		"__typename": kind, "id": nodeID("user", login), "databaseId": u.ID, "login": name, "name": nullable(u.Name), "email": u.Email,
		"url": "https://github.com/" + name, "resourcePath": "/" + name, "avatarUrl": "https://github.test/avatar", "createdAt": stamp(epoch), "updatedAt": stamp(epoch),
		"repositories": x.repositories(func(r *Repository) bool { return strings.EqualFold(r.Owner, login) }),
		"repository":   lazy(func(args map[string]any) any { return x.findRepository(login, args["name"].(string), true) }),
		"isViewer":     strings.EqualFold(login, x.call.grant.Login),
	}
}

func (x *execution) repositories(fits func(*Repository) bool) lazy {
	return func(args map[string]any) any {
		var all []node
		for i := range x.s.world.Repositories {
			r := &x.s.world.Repositories[i]
			if !fits(r) || !x.s.world.sees(x.call.grant, r) || x.s.world.unauthorised(x.call.grant, r.Owner) || !wantedRepository(r, args) {
				continue // not shown
			}
			all = append(all, x.repository(r))
		}
		slices.SortFunc(all, func(a, b node) int {
			order := strings.Compare(a["nameWithOwner"].(string), b["nameWithOwner"].(string))
			if by, is := args["orderBy"].(map[string]any); is && by["direction"] == "DESC" {
				return -order
			}
			return order
		})
		return connection("RepositoryConnection", all)(args)
	}
}

func wantedRepository(r *Repository, args map[string]any) bool {
	archived, is := args["isArchived"].(bool)
	if is && archived != r.Archived {
		return false
	}
	fork, is := args["isFork"].(bool)
	if is && fork != r.Fork {
		return false
	}
	visibility, is := args["visibility"].(string)
	return !is || strings.EqualFold(visibility, r.Visibility)
}

func (x *execution) organisation(o *Organisation) node {
	w, g := x.s.world, x.call.grant
	var mfa any
	governs := w.governs(g, o, "read")
	if governs && !o.UnknownMFA {
		mfa = o.RequireMFA
	}
	var members, edges []node
	for i, m := range o.Members {
		user, _ := x.actor(m.Login, "User").(node)
		role := "MEMBER"
		if m.Owner {
			role = "ADMIN"
		}
		edge := node{"__typename": "OrganizationMemberEdge", "cursor": i + 1, "node": user, "role": role, "hasTwoFactorEnabled": nil}
		if governs {
			edge["hasTwoFactorEnabled"] = m.MFA != NoMFA
		}
		members, edges = append(members, user), append(edges, edge)
	}
	return node{
		"__typename": "Organization", "id": nodeID("organisation", o.Login), "databaseId": o.ID, "login": o.Login, "name": o.Login, "url": "https://github.com/" + o.Login,
		"resourcePath": "/" + o.Login, "avatarUrl": "https://github.test/avatar", "createdAt": stamp(epoch), "requiresTwoFactorAuthentication": mfa,
		"viewerCanAdminister": o.owner(g.Login), "viewerIsAMember": o.member(g.Login) != nil, "membersWithRole": edged("OrganizationMemberConnection", members, edges),
		"repositories": x.repositories(func(r *Repository) bool { return strings.EqualFold(r.Owner, o.Login) }),
		"repository":   lazy(func(args map[string]any) any { return x.findRepository(o.Login, args["name"].(string), true) }),
		"rulesets": lazy(func(args map[string]any) any {
			if !w.governs(g, o, "write") {
				return nil
			}
			var all []sourced
			for _, one := range o.Rulesets {
				all = append(all, sourced{one, "Organization", o.Login, o})
			}
			return x.rulesets(nil, all)(args)
		}),
	}
}

func (x *execution) team(owner, slug string) node {
	return node{
		"__typename": "Team", "id": nodeID("team", slug), "databaseId": x.s.world.user(slug).ID, "name": slug, "slug": slug, "combinedSlug": owner + "/" + slug,
		"url": "https://github.com/orgs/" + owner + "/teams/" + slug,
	}
}

// named is a user, a team or an app by its name in the model.
func (x *execution) named(owner, name string) any {
	kind, slug, is := strings.Cut(name, "/")
	switch {
	case is && kind == "team":
		return x.team(owner, slug)
	case is && kind == "app":
		return node{"__typename": "App", "id": nodeID("app", slug), "databaseId": x.s.world.user(slug).ID, "name": slug, "slug": slug, "url": "https://github.com/apps/" + slug}
	}
	return x.actor(name, "User")
}
