package gitlab

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"
)

// projectForm is the path of a project: group, subgroups, name.
var projectForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$`)

// maxPath is how long a path may be: twenty subgroups of long names.
const maxPath = 4096

func isProject(path string) bool {
	return len(path) <= maxPath && strings.Count(path, "/") <= 21 && projectForm.MatchString(path)
}

// Where says which project of which GitLab a checkout is of: its path, and the address
// of the API to ask. The remote names only the project: the host is gitlab.com, or the
// server that the environment of the CI names (CI_SERVER_URL). A remote on any other
// host is for a flag to decide.
func Where(remote string, env func(string) string) (project, base string, ok bool) {
	server := serverOf(env)
	host, path := splitRemote(remote)
	switch {
	case host == "":
	case server != nil && host == strings.ToLower(server.Hostname()):
		if under := strings.Trim(server.Path, "/"); under != "" {
			path = strings.TrimPrefix(path, under+"/")
		}
		if isProject(path) {
			return path, apiOf(server, env), true
		}
	case host == "gitlab.com":
		if isProject(path) {
			return path, PublicAPI, true
		}
	}
	if path := env("CI_PROJECT_PATH"); server != nil && isProject(path) {
		return path, apiOf(server, env), true
	}
	return "", "", false
}

// Named reads the project off a remote, whatever its host: for one that a flag gave,
// with the address of its API.
func Named(remote, base string) (project string, ok bool) {
	_, path := splitRemote(remote)
	if api, err := url.Parse(base); err == nil {
		if under := strings.Trim(strings.TrimSuffix(strings.TrimSuffix(api.Path, "/"), "/api/v4"), "/"); under != "" {
			path = strings.TrimPrefix(path, under+"/")
		}
	}
	return path, isProject(path)
}

// TokenFor is the token that the environment holds for an API, the name of its
// variable, and whether it is a job's. SEALVET_TOKEN is meant for us, whatever host the
// user chose. Those of a CI go to the CI's own server; outside of one GITLAB_TOKEN goes
// to gitlab.com, or to the API that a flag gave.
func TokenFor(base string, flagged bool, env func(string) string) (value, variable string, job bool) {
	if value := strings.TrimSpace(env("SEALVET_TOKEN")); value != "" {
		return value, "SEALVET_TOKEN", false
	}
	server, home := serverOf(env), PublicAPI
	if server != nil {
		home = apiOf(server, env)
	}
	same := strings.EqualFold(strings.TrimSuffix(home, "/"), strings.TrimSuffix(cmp.Or(base, PublicAPI), "/"))
	if !same && !(flagged && server == nil) {
		return "", "", false
	}
	if value := strings.TrimSpace(env("GITLAB_TOKEN")); value != "" {
		return value, "GITLAB_TOKEN", false
	}
	if value := strings.TrimSpace(env("CI_JOB_TOKEN")); value != "" && server != nil {
		return value, "CI_JOB_TOKEN", true
	}
	return "", "", false
}

// serverOf is the server that the CI runs for, nil outside of one.
func serverOf(env func(string) string) *url.URL {
	server, err := url.Parse(strings.TrimSuffix(env("CI_SERVER_URL"), "/"))
	if err != nil || server.Host == "" || server.User != nil || server.Scheme != "https" && server.Scheme != "http" {
		return nil
	}
	return server
}

// apiOf is the API of a server. CI_API_V4_URL is believed where it is on the server
// itself.
func apiOf(server *url.URL, env func(string) string) string {
	given, err := url.Parse(strings.TrimSuffix(env("CI_API_V4_URL"), "/"))
	if err == nil && given.Scheme == server.Scheme && strings.EqualFold(given.Host, server.Host) && given.User == nil && strings.HasSuffix(given.Path, "/api/v4") {
		return given.String()
	}
	return server.String() + "/api/v4"
}

// splitRemote reads host and path off the address of a remote.
func splitRemote(remote string) (host, path string) {
	if u, err := url.Parse(remote); err == nil && u.Host != "" {
		host, path = u.Hostname(), u.Path
	} else if !strings.Contains(remote, "://") {
		var is bool
		if host, path, is = strings.Cut(remote, ":"); !is {
			return "", "" // a path on this machine
		}
		if _, after, is := strings.Cut(host, "@"); is {
			host = after
		}
	}
	host = strings.ToLower(host)
	if host == "altssh.gitlab.com" || host == "www.gitlab.com" {
		host = "gitlab.com"
	}
	return host, strings.TrimSuffix(strings.Trim(path, "/"), ".git")
}
