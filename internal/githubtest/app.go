package githubtest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// appOf verifies the JWT of an app.
func (c *call) appOf() (*App, *refusal) {
	given := token(c.r)
	if given == "" {
		return nil, &refusal{status: http.StatusUnauthorized, message: "A JSON web token could not be decoded"}
	}
	var claims jwt.RegisteredClaims
	_, err := jwt.ParseWithClaims(given, &claims, func(*jwt.Token) (any, error) { return &c.s.AppKey().PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
	if err != nil {
		return nil, &refusal{status: http.StatusUnauthorized, message: "A JSON web token could not be decoded"}
	}
	if claims.IssuedAt == nil || claims.ExpiresAt.Sub(claims.IssuedAt.Time) > 11*time.Minute {
		return nil, &refusal{status: http.StatusUnauthorized, message: "'Expiration time' claim ('exp') is too far in the future"}
	}
	for i := range c.s.world.Apps {
		if a := &c.s.world.Apps[i]; strconv.Itoa(a.ID) == claims.Issuer || a.Slug == claims.Issuer {
			return a, nil
		}
	}
	return nil, &refusal{status: http.StatusNotFound, message: "Integration not found"}
}

func (c *call) app() any {
	a, no := c.appOf()
	if no != nil {
		return no
	}
	return fields{"id": a.ID, "slug": a.Slug, "name": a.Slug, "owner": c.simpleUser(a.Account), "permissions": parsePermissions(a.Permissions), "events": []any{}, "description": nil}
}

func (c *call) installations() any {
	a, no := c.appOf()
	if no != nil {
		return no
	}
	return page(c, []any{c.installation(a)})
}

func (c *call) installation(a *App) fields {
	selection, kind, id := "all", "User", c.s.world.user(a.Account).ID
	if len(a.Repositories) > 0 {
		selection = "selected"
	}
	if o := c.s.world.organisation(a.Account); o != nil {
		kind, id = "Organization", o.ID
	}
	return fields{
		"id": a.Installation, "account": c.simpleUser(a.Account), "app_id": a.ID, "app_slug": a.Slug, "target_type": kind, "target_id": id,
		"permissions": parsePermissions(a.Permissions), "repository_selection": selection, "events": []any{}, "suspended_at": nil, "suspended_by": nil,
		"access_tokens_url": fmt.Sprintf("%s/app/installations/%d/access_tokens", c.s.URL, a.Installation),
	}
}

func (c *call) installationOfRepository() any { return c.installationOf(c.repo.Owner, c.repo) }

func (c *call) installationOfOrganisation() any { return c.installationOf(c.org.Login, nil) }

func (c *call) installationOf(account string, r *Repository) any {
	a, no := c.appOf()
	if no != nil {
		return no
	}
	if !strings.EqualFold(a.Account, account) || r != nil && len(a.Repositories) > 0 && !slices.Contains(a.Repositories, r.full()) {
		return notFound
	}
	return c.installation(a)
}

// accessToken gives a token of an installation, narrower where the body asks for it.
func (c *call) accessToken() any {
	a, no := c.appOf()
	if no != nil {
		return no
	}
	if strconv.Itoa(a.Installation) != c.arg("installation_id") {
		return notFound
	}
	var wanted struct {
		Permissions  map[string]string `json:"permissions"`
		Repositories []string          `json:"repositories"`
	}
	_ = decode(c.r, &wanted) // it may be empty
	have := parsePermissions(a.Permissions)
	for name, level := range wanted.Permissions {
		if !(&Grant{Permissions: have}).permission(name + ":" + level) {
			return &refusal{status: http.StatusUnprocessableEntity, message: "The permissions requested are not granted to this installation."}
		}
	}
	if wanted.Permissions != nil {
		have = wanted.Permissions
		have["metadata"] = "read"
	}
	seen := a.Repositories
	if len(wanted.Repositories) > 0 {
		seen = nil
		for _, name := range wanted.Repositories {
			seen = append(seen, a.Account+"/"+name)
		}
	}
	value := c.s.Token(Installation, Of(a.Account), On(seen...), func(g *Grant) { g.Permissions = have })
	c.status = http.StatusCreated
	return fields{"token": value, "expires_at": stamp(time.Now().Add(time.Hour)), "permissions": have, "repository_selection": c.installation(a)["repository_selection"]}
}

func (c *call) installationRepositories() any {
	if c.grant.Kind != Installation && c.grant.Kind != Job {
		return &refusal{status: http.StatusForbidden, message: "You must authenticate with an installation access token in order to list repositories for an installation."}
	}
	all := c.visible(c.grant.covers)
	return counted(c, "repositories", all)
}
