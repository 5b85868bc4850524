package gitlabtest

import (
	"crypto/sha1"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
)

// route is one operation of the API and what it takes.
type route struct {
	path       string // projects/*/hooks
	parameters []string
	role       int  // the least one
	account    bool // takes an account, whatever its role
	plan       Plan
	job        bool // looks at job tokens
	serve      func(*call) answer
}

func (r *route) name() string { return "GET /" + strings.Replace(r.path, "*", "{id}", 1) }

var routes []*route

// Routes names all that the server answers, as Fault and Count take it.
func Routes() []string {
	var names []string
	for _, r := range routes {
		names = append(names, r.name())
	}
	return names
}

func init() {
	routes = []*route{
		{path: "user", account: true, serve: (*call).user},
		{path: "application/settings", account: true, serve: (*call).instance},
		{path: "projects/*", parameters: []string{"license"}, serve: (*call).projectItself},
		{path: "projects/*/members/all", account: true, serve: (*call).members},
		{path: "projects/*/repository/branches", job: true, parameters: []string{"search"}, serve: (*call).branches},
		{path: "projects/*/repository/branches/*", serve: (*call).branch},
		{path: "projects/*/repository/commits", job: true, parameters: []string{"ref_name", "first_parent"}, serve: (*call).commits},
		{path: "projects/*/repository/commits/*/merge_requests", serve: (*call).commitRequests},
		{path: "projects/*/repository/commits/*/signature", serve: (*call).signature},
		{path: "projects/*/protected_branches", role: Maintainer, serve: (*call).protected},
		{path: "projects/*/protected_tags", role: Maintainer, serve: (*call).protectedTags},
		{path: "projects/*/approvals", role: Maintainer, plan: Premium, serve: (*call).approvalSettings},
		{path: "projects/*/approval_rules", role: Maintainer, plan: Premium, serve: (*call).approvalRules},
		{path: "projects/*/push_rule", role: Maintainer, plan: Premium, serve: (*call).pushRule},
		{path: "projects/*/merge_requests", parameters: []string{"state", "target_branch", "order_by", "sort", "scope"}, serve: (*call).requests},
		{path: "projects/*/merge_requests/*/approvals", serve: (*call).approvals},
		{path: "projects/*/merge_requests/*/commits", serve: (*call).requestCommits},
		{path: "projects/*/merge_requests/*/versions", serve: (*call).versions},
		{path: "projects/*/job_token_scope", role: Maintainer, serve: (*call).jobTokenScope},
		{path: "projects/*/variables", role: Maintainer, serve: (*call).variables},
		{path: "projects/*/deploy_keys", role: Maintainer, serve: (*call).deployKeys},
		{path: "projects/*/deploy_tokens", role: Maintainer, serve: (*call).deployTokens},
		{path: "projects/*/access_tokens", role: Maintainer, parameters: []string{"state"}, serve: (*call).accessTokens},
		{path: "projects/*/hooks", role: Maintainer, serve: (*call).hooks},
		{path: "projects/*/protected_environments", role: Maintainer, plan: Premium, serve: (*call).environments},
		{path: "projects/*/runners", role: Maintainer, serve: (*call).runners},
		{path: "groups/*", parameters: []string{"with_projects"}, serve: (*call).groupItself},
		{path: "groups/*/members/all", account: true, serve: (*call).members},
		{path: "groups/*/variables", role: Owner, serve: (*call).variables},
		{path: "groups/*/hooks", role: Owner, plan: Premium, serve: (*call).hooks},
	}
}

// match finds the route of a path, and what its stars stand for.
func match(method string, path []string) (*route, []string) {
	if method != http.MethodGet {
		return nil, nil
	}
	for _, r := range routes {
		want := strings.Split(r.path, "/")
		if len(want) != len(path) {
			continue
		}
		var stars []string
		fits := true
		for i, part := range want {
			if part == "*" {
				stars = append(stars, path[i])
			} else {
				fits = fits && part == path[i]
			}
		}
		if fits {
			return r, stars
		}
	}
	return nil, nil
}

func (c *call) part(i int) string {
	part, err := url.PathUnescape(c.rest[i])
	if err != nil {
		return ""
	}
	return part
}

// SHA is the id of a commit that some text stands for.
func SHA(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// object is a JSON object.
type object = map[string]any
