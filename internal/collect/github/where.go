package github

import (
	"cmp"
	"net/url"
	"strings"
)

// Where says which repository of which GitHub a checkout is of: its owner and name,
// and the address of the REST API to ask. The remote names only owner and
// repository: the host is github.com, or the server that the environment of the CI
// names (GITHUB_SERVER_URL). A remote on any other host is for a flag to decide.
func Where(remote string, env func(string) string) (owner, name, api string, ok bool) {
	server := serverOf(env)
	host, owner, name := splitRemote(remote)
	switch {
	case host == "github.com":
		return owner, name, PublicAPI, true
	case host != "" && server != nil && host == strings.ToLower(server.Hostname()):
		return owner, name, apiOf(server, env), true
	}
	owner, name, is := strings.Cut(env("GITHUB_REPOSITORY"), "/")
	if !is || server == nil || !nameForm.MatchString(owner) || !nameForm.MatchString(name) {
		return "", "", "", false
	}
	return owner, name, apiOf(server, env), true
}

// Named reads owner and name off a remote, whatever its host: for an API that a flag
// gave.
func Named(remote string) (owner, name string, ok bool) {
	_, owner, name = splitRemote(remote)
	return owner, name, name != ""
}

// TokenFor is the token that the environment holds for an API, and the name of its
// variable. SEALVET_TOKEN is meant for us, whatever host the user chose. The tokens of
// a CI go to the CI's own server; outside of one to github.com's API, or to the one
// that a flag gave. The *_ENTERPRISE_TOKEN of gh go to any other host than github.com.
func TokenFor(api string, flagged bool, env func(string) string) (value, variable string) {
	api = cmp.Or(api, PublicAPI)
	home := PublicAPI
	server := serverOf(env)
	if server != nil {
		home = apiOf(server, env)
	}
	names := []string{"SEALVET_TOKEN"}
	if !sameAddress(api, PublicAPI) {
		names = append(names, "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
	}
	if sameAddress(api, home) || flagged && server == nil {
		names = append(names, "GITHUB_TOKEN", "GH_TOKEN")
	}
	for _, name := range names {
		if value := strings.TrimSpace(env(name)); value != "" {
			return value, name
		}
	}
	return "", ""
}

func sameAddress(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "/"), strings.TrimSuffix(b, "/"))
}

// serverOf is the server that the CI runs for, nil outside of one.
func serverOf(env func(string) string) *url.URL {
	server, err := url.Parse(strings.TrimSuffix(env("GITHUB_SERVER_URL"), "/"))
	if err != nil || server.Host == "" || server.Scheme != "https" && server.Scheme != "http" {
		return nil
	}
	return server
}

// apiOf is the API of a server. GITHUB_API_URL is believed where it is on the server
// itself, or beside it as api.
func apiOf(server *url.URL, env func(string) string) string {
	given, err := url.Parse(strings.TrimSuffix(env("GITHUB_API_URL"), "/"))
	if err == nil && given.Scheme == server.Scheme && (strings.EqualFold(given.Host, server.Host) || strings.EqualFold(given.Host, "api."+server.Host)) {
		return given.String()
	}
	host := strings.ToLower(server.Host)
	if host == "github.com" || strings.HasSuffix(host, ".ghe.com") {
		return server.Scheme + "://api." + host
	}
	return server.Scheme + "://" + host + "/api/v3"
}

// graphQLOf is the address of GraphQL that belongs to one of REST.
func graphQLOf(api string) string {
	if base, is := strings.CutSuffix(api, "/api/v3"); is {
		return base + "/api/graphql"
	}
	return api + "/graphql"
}

// address is where people look at what the API tells.
func (c *client) address() string {
	host := strings.TrimPrefix(c.api.Host, "api.")
	return c.api.Scheme + "://" + host // of an Enterprise Server without its path
}

// splitRemote reads host, owner and name off the address of a remote. A path of more
// than two parts, or with a name that GitHub does not give, is none of GitHub's.
func splitRemote(remote string) (host, owner, name string) {
	path := ""
	if u, err := url.Parse(remote); err == nil && u.Host != "" {
		host, path = u.Hostname(), u.Path
	} else if !strings.Contains(remote, "://") {
		var is bool
		if host, path, is = strings.Cut(remote, ":"); !is {
			return "", "", "" // a path on this machine
		}
		if _, after, is := strings.Cut(host, "@"); is {
			host = after
		}
	}
	host = strings.ToLower(host)
	if host == "ssh.github.com" || host == "www.github.com" {
		host = "github.com"
	}
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	owner, name, _ = strings.Cut(path, "/")
	if !nameForm.MatchString(owner) || !nameForm.MatchString(name) || strings.Trim(name, ".") == "" {
		return "", "", ""
	}
	return host, owner, name
}
