package githubtest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

type fields = map[string]any

// simpleUser is an account in a reply, nil for none.
func (c *call) simpleUser(login string) any { return c.s.simpleUser(login) }

func (s *Server) simpleUser(login string) any {
	if login == "" {
		return nil
	}
	u, kind := s.world.user(login), "User"
	switch o := s.world.organisation(login); {
	case o != nil:
		u.ID, kind = o.ID, "Organization"
	case bot(login):
		kind = "Bot"
	}
	base := s.URL + "/users/" + login
	return fields{
		"login": cmp.Or(u.Login, login), "id": u.ID, "node_id": nodeID("user", login), "avatar_url": "https://github.test/avatar", "gravatar_id": "", "type": kind,
		"site_admin": false, "url": base, "html_url": "https://github.com/" + login, "followers_url": base + "/followers",
		"following_url": base + "/following{/other_user}", "gists_url": base + "/gists{/gist_id}", "starred_url": base + "/starred{/owner}{/repo}",
		"subscriptions_url": base + "/subscriptions", "organizations_url": base + "/orgs", "repos_url": base + "/repos",
		"events_url": base + "/events{/privacy}", "received_events_url": base + "/received_events",
	}
}

// nodeID is the identifier of a thing in GraphQL.
func nodeID(kind string, id any) string { return fmt.Sprintf("%s_%v", strings.ToUpper(kind[:1]), id) }

func (c *call) me() any {
	u := c.s.world.user(c.grant.Login)
	me := c.accountOf(u)
	if c.grant.Kind == Classic && c.grant.scope("read:user", "user") {
		me["user_view_type"] = "private"
		me["two_factor_authentication"] = u.MFA != NoMFA
		for _, name := range []string{"private_gists", "total_private_repos", "owned_private_repos", "disk_usage", "collaborators"} {
			me[name] = 0
		}
	}
	return me
}

func (c *call) accountOf(u User) fields {
	one, _ := c.simpleUser(u.Login).(fields)
	for _, name := range []string{"public_repos", "public_gists", "followers", "following"} {
		one[name] = 0
	}
	one["name"], one["email"] = nullable(u.Name), nullable(u.Email)
	one["company"], one["blog"], one["location"], one["hireable"], one["bio"] = nil, "", nil, nil, nil
	one["created_at"], one["updated_at"], one["user_view_type"] = stamp(epoch), stamp(epoch), "public"
	return one
}

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (c *call) account() any { return c.accountOf(c.user) }

func (c *call) gpgKeys() any {
	all := []any{}
	for _, k := range c.user.GPGKeys {
		all = append(all, gpgKey(k))
	}
	return page(c, all)
}

func gpgKey(k GPGKey) fields {
	emails, subkeys := []any{}, []any{}
	for _, e := range k.Emails {
		emails = append(emails, fields{"email": e, "verified": true})
	}
	for i, sub := range k.Subkeys {
		sub.ID = cmp.Or(sub.ID, k.ID*100+i)
		one := gpgKey(sub)
		one["primary_key_id"] = k.ID
		subkeys = append(subkeys, one)
	}
	return fields{
		"id": k.ID, "name": nullable(k.Name), "primary_key_id": nil, "key_id": k.KeyID, "public_key": "", "emails": emails, "subkeys": subkeys,
		"can_sign": !k.NoSign, "can_encrypt_comms": false, "can_encrypt_storage": false, "can_certify": true,
		"created_at": stamp(since(k.Created)), "expires_at": stampOr(k.Expires), "revoked": k.Revoked, "raw_key": nullable(k.Armour),
	}
}

func (c *call) keys() any {
	all := []any{}
	for _, k := range c.user.Keys {
		all = append(all, fields{"id": k.ID, "key": k.Key, "created_at": stamp(since(k.Created)), "last_used": stampOr(k.LastUsed)})
	}
	return page(c, all)
}

func (c *call) signingKeys() any {
	all := []any{}
	for _, k := range c.user.SigningKeys {
		all = append(all, fields{"id": k.ID, "key": k.Key, "title": k.Title, "created_at": stamp(since(k.Created))})
	}
	return page(c, all)
}

func (c *call) myOrganisations() any {
	all := []any{}
	for i := range c.s.world.Organisations {
		o := &c.s.world.Organisations[i]
		if o.member(c.grant.Login) == nil {
			continue // not theirs
		}
		if c.s.world.unauthorised(c.grant, o.Login) {
			c.partly(o)
			continue
		}
		all = append(all, fields{"login": o.Login, "id": o.ID, "node_id": nodeID("organisation", o.Login), "description": nil})
	}
	return page(c, all)
}

// partly says that a list is short, as single sign-on keeps the token out of an
// organisation.
func (c *call) partly(o *Organisation) {
	before := c.w.Header().Get("X-GitHub-SSO")
	if before == "" {
		before = "partial-results; organizations="
	} else if !strings.HasSuffix(before, strconv.Itoa(o.ID)) {
		before += ","
	}
	if !strings.HasSuffix(before, strconv.Itoa(o.ID)) {
		before += strconv.Itoa(o.ID)
	}
	c.w.Header().Set("X-GitHub-SSO", before)
}

// visible are the repositories that a token sees and that fit; see partly.
func (c *call) visible(fits func(*Repository) bool) []any {
	all := []any{}
	for i := range c.s.world.Repositories {
		r := &c.s.world.Repositories[i]
		if !c.s.world.sees(c.grant, r) || !fits(r) {
			continue // not shown
		}
		if c.s.world.unauthorised(c.grant, r.Owner) {
			c.partly(c.s.world.organisation(r.Owner))
			continue
		}
		all = append(all, c.describeRepository(r))
	}
	slices.SortFunc(all, func(a, b any) int {
		return strings.Compare(a.(fields)["full_name"].(string), b.(fields)["full_name"].(string))
	})
	return all
}

func (c *call) myRepositories() any {
	return page(c, c.visible(func(r *Repository) bool {
		return strings.EqualFold(r.Owner, c.grant.Login) || r.Collaborators[c.grant.Login] != "" || c.s.world.organisation(r.Owner) != nil && c.s.world.organisation(r.Owner).member(c.grant.Login) != nil
	}))
}

func (c *call) repositoriesOf() any {
	return page(c, c.visible(func(r *Repository) bool { return strings.EqualFold(r.Owner, c.user.Login) }))
}

func (c *call) rateLimit() any {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	rate := func(route string) fields {
		limit, gone := c.s.limitOf(c.grant, route), used(c.grant, route)
		return fields{"limit": limit, "remaining": max(0, limit-gone), "used": min(gone, limit), "reset": c.s.reset.Unix()}
	}
	core := rate("")
	return fields{"resources": fields{"core": core, "graphql": rate("graphql"), "search": fields{"limit": 30, "remaining": 30, "used": 0, "reset": c.s.reset.Unix()}}, "rate": core}
}
