package githubtest

import (
	"slices"
	"strings"
)

// ranks orders the roles of a repository.
var ranks = []string{"", "read", "triage", "write", "maintain", "admin"}

func atLeast(role, wanted string) bool {
	return slices.Index(ranks, role) >= slices.Index(ranks, wanted)
}

func higher(a, b string) string {
	if atLeast(a, b) {
		return a
	}
	return b
}

// role is what a person may do in a repository: of an owner, a member, a
// collaborator, or of everybody for a public one.
func (w *World) role(login string, r *Repository) string {
	role := ""
	if r.Visibility == "public" {
		role = "read"
	}
	if login == "" {
		return role
	}
	if strings.EqualFold(login, r.Owner) {
		return "admin"
	}
	for name, own := range r.Collaborators {
		if strings.EqualFold(name, login) {
			role = higher(role, own)
		}
	}
	o := w.organisation(r.Owner)
	if o == nil {
		return role
	}
	m := o.member(login)
	switch {
	case m == nil:
	case m.Owner:
		return "admin"
	case o.DefaultPermission != "none":
		role = higher(role, o.DefaultPermission)
	}
	return role
}

func (o *Organisation) member(login string) *Member {
	for i := range o.Members {
		if strings.EqualFold(o.Members[i].Login, login) {
			return &o.Members[i]
		}
	}
	return nil
}

func (o *Organisation) owner(login string) bool {
	m := o.member(login)
	return login != "" && m != nil && m.Owner
}

// scope says whether a classic token has one of some scopes. repo holds
// public_repo, admin:org holds read:org, and so on.
func (g *Grant) scope(wanted ...string) bool {
	holds := map[string][]string{
		"repo":            {"public_repo", "repo:status", "security_events"},
		"admin:org":       {"write:org", "read:org"},
		"write:org":       {"read:org"},
		"admin:repo_hook": {"write:repo_hook", "read:repo_hook"},
		"user":            {"read:user", "user:email"},
		"admin:gpg_key":   {"read:gpg_key"},
	}
	for _, one := range wanted {
		for _, have := range g.Scopes {
			if have == one || slices.Contains(holds[have], one) {
				return true
			}
		}
	}
	return false
}

// permission says whether a token has one, as administration:read. Write holds
// read.
func (g *Grant) permission(wanted string) bool {
	name, level, _ := strings.Cut(wanted, ":")
	have := g.Permissions[name]
	return have == level && have != "" || have == "write" || have == "admin"
}

// bears says whether a grant carries permissions instead of scopes.
func (g *Grant) bears() bool {
	return g.Kind == FineGrained || g.Kind == Installation || g.Kind == Job
}

// covers says whether a token is for a repository at all.
func (g *Grant) covers(r *Repository) bool {
	if g.Kind == Anonymous {
		return false
	}
	if g.bears() && !strings.EqualFold(g.Owner, r.Owner) {
		return false
	}
	if len(g.Repositories) == 0 {
		return true
	}
	return slices.ContainsFunc(g.Repositories, func(one string) bool { return strings.EqualFold(one, r.full()) })
}

// sees says whether a token sees a repository.
func (w *World) sees(g *Grant, r *Repository) bool {
	if r.Visibility == "public" {
		return true
	}
	if !g.covers(r) {
		return false
	}
	switch g.Kind {
	case Classic:
		return g.scope("repo") && w.role(g.Login, r) != ""
	case FineGrained:
		return w.role(g.Login, r) != ""
	}
	return true
}

// acts is what a token may do in a repository: the person's role for those of
// persons, for others whatever their permissions say.
func (w *World) acts(g *Grant, r *Repository) string {
	switch g.Kind {
	case Anonymous:
		return "read"
	case Classic, FineGrained:
		return w.role(g.Login, r)
	}
	if g.covers(r) {
		return "admin"
	}
	return "read"
}

// administers says whether a token may read, or write, the settings of a
// repository.
func (w *World) administers(g *Grant, r *Repository, level string) bool {
	if !g.covers(r) {
		return false
	}
	if g.Kind == Classic {
		return w.role(g.Login, r) == "admin" && (g.scope("repo") || r.Visibility == "public" && g.scope("public_repo"))
	}
	return g.permission("administration:"+level) && w.acts(g, r) == "admin"
}

// governs says the same of an organisation.
func (w *World) governs(g *Grant, o *Organisation, level string) bool {
	switch g.Kind {
	case Classic:
		return o.owner(g.Login) && g.scope("admin:org")
	case FineGrained:
		return strings.EqualFold(g.Owner, o.Login) && o.owner(g.Login) && g.permission("organization_administration:"+level)
	case Installation:
		return strings.EqualFold(g.Owner, o.Login) && g.permission("organization_administration:"+level)
	}
	return false
}

// unauthorised says whether single sign-on of an owner keeps a token out.
func (w *World) unauthorised(g *Grant, owner string) bool {
	o := w.organisation(owner)
	return o != nil && o.SAML && slices.ContainsFunc(g.denied, func(one string) bool { return strings.EqualFold(one, owner) })
}
