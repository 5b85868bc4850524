package gitlab

import (
	"regexp"
	"strings"
)

// Kind is a kind of token. Those of people, projects and groups look alike; the host
// says whose it is.
type Kind string

// The kinds.
const (
	Anonymous Kind = ""         // no token: what is public
	Job       Kind = "job"      // CI_JOB_TOKEN: nobody, but for a handful of operations
	Personal  Kind = "personal" // of a person, with scopes
	Project   Kind = "project"  // of a project's bot
	Group     Kind = "group"    // of a group's bot
)

// DetectToken reads the kind off a token, as far as it shows.
func DetectToken(value string, job bool) Kind {
	switch {
	case value == "":
		return Anonymous
	case job, strings.HasPrefix(value, "glcbt-"):
		return Job
	}
	return Personal
}

// Describe names the kind for people.
func (k Kind) Describe() string {
	switch k {
	case Anonymous:
		return "who asks without a token"
	case Job:
		return "the token of a job"
	case Project:
		return "the access token of a project"
	case Group:
		return "the access token of a group"
	}
	return "a personal access token"
}

// member says whether the token is of an account that may have a role.
func (k Kind) member() bool { return k != Anonymous && k != Job }

var (
	projectBot = regexp.MustCompile(`^project_\d+_bot(_[0-9a-f]+|\d*)$`)
	groupBot   = regexp.MustCompile(`^group_\d+_bot(_[0-9a-f]+|\d*)$`)
	serviceBot = regexp.MustCompile(`^service_account_`)
)

// isBot knows the accounts behind access tokens and service accounts by their names,
// which nobody else can take.
func isBot(name string) bool {
	return projectBot.MatchString(name) || groupBot.MatchString(name) || serviceBot.MatchString(name)
}

// need is what a piece takes: a role, a plan.
type need struct {
	role  string
	level int
	plan  string // GitLab Premium, GitLab Ultimate
}

var (
	anybody    = need{role: "the read_api scope and a role in the project", level: 5}
	maintainer = need{role: "role Maintainer", level: 40}
	premium    = need{role: "role Maintainer", level: 40, plan: "GitLab Premium"}
	ultimate   = need{role: "role Developer", level: 30, plan: "GitLab Ultimate"}
	groupOwner = need{role: "role Owner of the group", level: 50}
	groupHooks = need{role: "role Owner of the group", level: 50, plan: "GitLab Premium"}
)

// unlock is all that a piece takes.
func (n need) unlock() string {
	if n.plan == "" {
		return n.role
	}
	return n.plan + " and " + n.role
}
