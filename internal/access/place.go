package access

import (
	"slices"
	"strings"
)

// place is a part of evidence.Host and the least right that shows it. A star stands
// for one name.
type place struct {
	path  string
	right string
}

// places are looked up from the longest path to the shortest. Source: GitHub's
// documentation of each endpoint.
var places = []place{
	{"branches", "administration:read"}, // rulesets are there for everybody, classic protection is not
	{"branches/*/bypass", "administration:write"},
	{"rulesets", "metadata:read"},
	{"rulesets/*/bypass", "administration:write"}, // organization_administration:write for the organisation's
	{"changes", "pull_requests:read"},
	{"changes/activity", "contents:read"},
	{"releases", "contents:read"},
	{"environments", "actions:read"},
	{"secrets/repository", "secrets:read"},
	{"secrets/organisation", "secrets:read"},
	{"secrets/environment", "environments:read"},
	{"secrets/dependabot", "dependabot_secrets:read"},
	{"deployKeys", "administration:read"},
	{"webhooks/repository", "repository_hooks:read"},
	{"webhooks/organisation", "organization_hooks:read"},
	{"actions", "administration:read"},
	{"actions/immutableSub", "actions:read"},
	{"runners/repository", "administration:read"},
	{"runners/organisation", "organization_self_hosted_runners:read"},
	{"security", "administration:read"},
	{"security/privateReports", "metadata:read"},
	{"security/policy", "metadata:read"},
	{"organisation", "organization_administration:read"},
	{"organisation/withoutMfa", "members:read"},
	{"organisation/outsideWithoutMfa", "members:read"},
	{"organisation/insecureMfa", "members:read"},
	{"organisation/owners", "members:read"},
	{"organisation/publicRunnerGroups", "organization_self_hosted_runners:read"},
	{"ownerProblems", "contents:read"},
	{"signers", "metadata:read"},
	{"pins", "metadata:read"},
}

// Showing are the rights that together show a path of evidence.Host: of what it is,
// or what it is part of; and of its parts where it is a whole with several.
func Showing(path string) []string {
	best := -1
	for i, p := range places {
		if within(path, p.path) && (best < 0 || strings.Count(p.path, "/") > strings.Count(places[best].path, "/")) {
			best = i
		}
	}
	if best >= 0 {
		return []string{places[best].right}
	}
	var parts []string
	for _, p := range places {
		if strings.HasPrefix(p.path, path+"/") && !slices.Contains(parts, p.right) {
			parts = append(parts, p.right)
		}
	}
	return parts
}

// within says whether a path is, or is part of, what a pattern names. Names of branches
// have slashes, so a star stands for one and more parts where the rest fits.
func within(path, pattern string) bool {
	before, after, starred := strings.Cut(pattern, "/*/")
	if !starred {
		return path == pattern || strings.HasPrefix(path, pattern+"/")
	}
	return strings.HasPrefix(path, before+"/") && strings.HasSuffix(path, "/"+after)
}
