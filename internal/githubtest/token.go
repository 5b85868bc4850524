package githubtest

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is a kind of token.
type Kind string

// The kinds, by how their tokens begin.
const (
	Classic     Kind = "ghp_"
	FineGrained Kind = "github_pat_"
	// Installation is the token of a GitHub App's installation, as POST access_tokens gives it.
	Installation Kind = "ghs_app"
	// Job is the GITHUB_TOKEN of a workflow run.
	Job Kind = "ghs_job"
	// Anonymous is no token: Token answers the empty string.
	Anonymous Kind = ""
)

// Grant is a token and what it may do.
type Grant struct {
	Kind  Kind
	Value string
	// Login is the person behind a classic or fine-grained token.
	Login string
	// Owner is whose things a fine-grained or installation token sees.
	Owner        string
	Scopes       []string          // of a classic one
	Permissions  map[string]string // of the others: administration -> read
	Repositories []string          // owner/name; empty for all of the owner's
	// denied are organisations whose single sign-on it was not authorised for.
	denied []string
	// left is how many requests it still lives, -1 for ever.
	left int
	used usage
}

// TokenOption narrows or widens a token.
type TokenOption func(*Grant)

// As names the person behind a token. By default that is an owner of the
// organisation of the first repository, or the person who owns it.
func As(login string) TokenOption { return func(g *Grant) { g.Login = login } }

// Scopes are those of a classic token; without the option it has repo, admin:org,
// admin:repo_hook, admin:org_hook, user and read:packages.
func Scopes(scopes ...string) TokenOption {
	return func(g *Grant) { g.Scopes = slices.Clone(scopes) }
}

// Can gives permissions to a fine-grained, installation or job token:
// "administration:read", "secrets:read", "members:read", "contents:write". Without
// the option a job token has contents, metadata, pull_requests, actions and
// attestations to read, the others only metadata.
func Can(permissions ...string) TokenOption {
	return func(g *Grant) {
		g.Permissions = parsePermissions(permissions)
	}
}

// On limits a token to repositories: owner/name. A job token sees one, by default
// the first of the world.
func On(repositories ...string) TokenOption {
	return func(g *Grant) { g.Repositories = slices.Clone(repositories) }
}

// Of names the owner whose things a fine-grained or installation token sees.
func Of(owner string) TokenOption { return func(g *Grant) { g.Owner = owner } }

// Unauthorised leaves a token without the single sign-on of organisations.
func Unauthorised(organisations ...string) TokenOption {
	return func(g *Grant) { g.denied = slices.Clone(organisations) }
}

// Expires lets a token die after some requests: those that follow get 401.
func Expires(after int) TokenOption { return func(g *Grant) { g.left = after } }

// JobKeys are the permissions that a job token can have at all.
var JobKeys = []string{
	"actions", "artifact_metadata", "attestations", "checks", "contents", "deployments", "discussions", "id_token", "issues",
	"metadata", "models", "packages", "pages", "pull_requests", "security_events", "statuses",
}

func parsePermissions(list []string) map[string]string {
	all := map[string]string{"metadata": "read"}
	for _, one := range list {
		name, level, is := strings.Cut(strings.ReplaceAll(one, "-", "_"), ":")
		if !is {
			level = "read"
		}
		all[name] = level
	}
	return all
}

// Token makes a token and answers its value. The same kind and order of calls give
// the same values.
func (s *Server) Token(kind Kind, options ...TokenOption) string {
	if kind == Anonymous {
		return ""
	}
	g := &Grant{Kind: kind, left: -1}
	if first := s.world.first(); first != nil {
		g.Owner = first.Owner
		g.Login = s.world.chief(first.Owner)
		if kind == Job {
			g.Repositories = []string{first.Owner + "/" + first.Name}
		}
	}
	switch kind {
	case Classic:
		g.Scopes = []string{"repo", "admin:org", "admin:repo_hook", "admin:org_hook", "user", "read:packages"}
	case Job:
		g.Permissions = parsePermissions([]string{"contents", "pull_requests", "actions", "attestations"})
	default:
		g.Permissions = parsePermissions(nil)
	}
	for _, option := range options {
		option(g)
	}
	if kind == Job {
		for name := range g.Permissions {
			if !slices.Contains(JobKeys, name) {
				s.t.Fatalf("githubtest: a job token cannot have %s: only %v", name, JobKeys)
			}
		}
	}
	if kind == Installation || kind == Job {
		g.Login = ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	g.Value = fmt.Sprintf("%sTESTONLY%028d", strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(string(kind), "app"), "job"), "_")+"_", s.made)
	s.grants[g.Value] = g
	return g.Value
}
