package githubtest

import (
	"slices"
	"strings"
)

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
