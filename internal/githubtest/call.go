package githubtest

import (
	"fmt"
	"net/http"
	"strings"
)

// call is one request to REST on its way.
type call struct {
	s      *Server
	w      http.ResponseWriter
	r      *http.Request
	route  route
	grant  *Grant
	repo   *Repository
	org    *Organisation
	user   User
	status int
	// loose leaves the reply unvalidated: it has something that the description does not know, as the test wanted.
	loose bool
}

// refusal is an answer that is none.
type refusal struct {
	status  int
	message string
	headers map[string]string
	errors  []any
}

var notFound = &refusal{status: http.StatusNotFound, message: "Not Found"}

// arg is a part of the path.
func (c *call) arg(name string) string { return c.r.PathValue(name) }

func (c *call) query(name string) string { return c.r.URL.Query().Get(name) }

// answering serves one route.
func (s *Server) answering(one route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{s: s, w: w, r: r, route: one, grant: grantOf(r), status: http.StatusOK}
		noteRoute(r, one.name())
		if no := c.check(); no != nil {
			c.refuse(no)
			return
		}
		switch answer := one.serve(c).(type) {
		case *refusal:
			c.refuse(answer)
		default:
			c.reply(answer)
		}
	})
}

// check finds what the path names and holds the token against what the route needs.
func (c *call) check() *refusal {
	c.checkQuery()
	switch {
	case strings.HasPrefix(c.route.path, "/repos/{owner}/{repo}"):
		return c.checkRepository()
	case strings.HasPrefix(c.route.path, "/orgs/{org}"):
		return c.checkOrganisation()
	case c.route.person && c.grant.Login == "":
		if c.grant.Kind == Anonymous {
			return &refusal{status: http.StatusUnauthorized, message: "Requires authentication"}
		}
		return c.lacks("")
	case strings.HasPrefix(c.route.path, "/users/{username}"):
		c.user = c.s.world.user(c.arg("username"))
	}
	return nil
}

// checkQuery fails the test for parameters that GitHub does not have: it would
// ignore them, and the client reads something else than it thinks.
func (c *call) checkQuery() {
	declared := operation(c.route.method, c.route.path).Parameters
	for name, values := range c.r.URL.Query() {
		parameter := declared.GetByInAndName("query", name)
		switch {
		case parameter == nil:
			c.s.t.Errorf("githubtest: %s has no parameter %s", c.route.name(), name)
		case parameter.Schema.Value.Type.Is("string"):
			// 2fa_insecure and lists with commas are played by the handlers
			if len(parameter.Schema.Value.Enum) > 0 && parameter.Schema.Value.VisitJSON(values[0]) != nil && name != "filter" {
				c.s.t.Errorf("githubtest: %s?%s cannot be %q", c.route.name(), name, values[0])
			}
		}
	}
}

func (c *call) checkRepository() *refusal {
	owner, name := c.arg("owner"), c.arg("repo")
	r, renamed := c.s.world.repository(owner, name)
	if r == nil || !c.s.world.sees(c.grant, r) {
		return notFound
	}
	if c.s.world.unauthorised(c.grant, r.Owner) {
		return c.s.singleSignOn(r.Owner)
	}
	if renamed {
		rest := strings.TrimPrefix(c.r.URL.EscapedPath(), "/repos/"+owner+"/"+name)
		address := fmt.Sprintf("%s/repositories/%d%s", c.s.URL, r.ID, rest)
		if c.r.URL.RawQuery != "" {
			address += "?" + c.r.URL.RawQuery
		}
		return &refusal{status: http.StatusMovedPermanently, message: "Moved Permanently", headers: map[string]string{"Location": address}}
	}
	c.repo, c.org = r, c.s.world.organisation(r.Owner)
	if c.route.rules && c.org != nil && c.org.Plan == "free" && r.private() {
		return &refusal{status: http.StatusForbidden, message: "Upgrade to GitHub Pro or make this repository public to enable this feature."}
	}
	return c.permit(func(role string) bool { return atLeast(c.s.world.acts(c.grant, r), role) }, !r.private(), c.grant.covers(r))
}

func (c *call) checkOrganisation() *refusal {
	c.org = c.s.world.organisation(c.arg("org"))
	if c.org == nil {
		return notFound
	}
	if c.s.world.unauthorised(c.grant, c.org.Login) {
		return c.s.singleSignOn(c.org.Login)
	}
	covered := c.grant.Kind == Classic || strings.EqualFold(c.grant.Owner, c.org.Login)
	return c.permit(func(role string) bool {
		switch {
		case c.grant.Kind == Installation || c.grant.Kind == Job:
			return true
		case role == "owner":
			return c.org.owner(c.grant.Login)
		case role == "member":
			return c.org.member(c.grant.Login) != nil
		}
		return true
	}, true, covered)
}

// permit is the table of refusals: what each kind of token needs for a route.
func (c *call) permit(role func(string) bool, open, covered bool) *refusal {
	need := c.route.need
	if need.public && open {
		return nil
	}
	switch {
	case c.grant.Kind == Anonymous:
		if need.hidden {
			return notFound
		}
		return &refusal{status: http.StatusUnauthorized, message: "Requires authentication"}
	case c.grant.Kind == Classic:
		if c.grant.scope(need.scopes...) && role(need.role) {
			return nil
		}
		if need.hidden {
			return notFound
		}
		return &refusal{status: http.StatusForbidden, message: "Must have admin rights to " + c.place() + "."}
	case covered && c.has(need.permission) && role(need.role):
		return nil
	}
	return c.lacks(need.permission)
}

func (c *call) place() string {
	if c.repo != nil {
		return "Repository"
	}
	return "Organization"
}

// has reads a need as X-Accepted-GitHub-Permissions says it: "," is and, ";" is or.
func (c *call) has(need string) bool {
	for set := range strings.SplitSeq(need, ";") {
		all := true
		for one := range strings.SplitSeq(set, ",") {
			all = all && c.grant.permission(strings.TrimSpace(one))
		}
		if all {
			return true
		}
	}
	return false
}

// lacks is the refusal of a token with permissions.
func (c *call) lacks(need string) *refusal {
	no := &refusal{status: http.StatusForbidden, message: "Resource not accessible by integration"}
	if c.grant.Kind == FineGrained {
		no.message = "Resource not accessible by personal access token"
	}
	if need != "" {
		no.headers = map[string]string{"X-Accepted-GitHub-Permissions": accepted(need)}
	}
	return no
}

// accepted says a need as the header does.
func accepted(need string) string { return strings.ReplaceAll(need, ":", "=") }

func (s *Server) singleSignOn(organisation string) *refusal {
	return &refusal{
		status:  http.StatusForbidden,
		message: "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.",
		headers: map[string]string{"X-GitHub-SSO": "required; url=https://github.com/orgs/" + organisation + "/sso?authorization_request=TEST"},
	}
}
