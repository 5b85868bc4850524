package githubtest

import (
	"strings"
)

// need is what a token must have for a route. Sources: the permission tables of
// GitHub's documentation, and what its API answers.
type need struct {
	// permission of fine-grained, installation and job tokens: "administration:read"; "," is and, ";" is or.
	permission string
	// scopes of classic tokens; any of them.
	scopes []string
	// role of the person: of a repository as in ranks, of an organisation owner or member.
	role string
	// public is answered to everybody for public repositories, and for organisations.
	public bool
	// hidden answers 404 instead of 403 to classic tokens and to nobody.
	hidden bool
}

// route is one operation of the description.
type route struct {
	method, path string
	need         need
	rules        bool // not there for private repositories on the free plan
	person       bool // only for tokens of persons
	serve        func(*call) any
}

func (r route) name() string { return r.method + " " + r.path }

// pattern is the route for net/http. Refs and paths of files have slashes.
func (r route) pattern() string {
	path := r.path
	for _, last := range []string{"/git/ref/{ref}", "/git/matching-refs/{ref}", "/contents/{path}"} {
		if strings.HasSuffix(path, last) {
			path = strings.TrimSuffix(path, "}") + "...}"
		}
	}
	return r.method + " " + path
}

var (
	repoScope = []string{"repo"}
	orgScope  = []string{"admin:org"}

	open_        = need{permission: "metadata:read", scopes: []string{"repo", "public_repo"}, role: "read", public: true}
	contents     = need{permission: "contents:read", scopes: repoScope, role: "read", public: true}
	pulls        = need{permission: "pull_requests:read", scopes: repoScope, role: "read", public: true}
	settings     = need{permission: "administration:read", scopes: repoScope, role: "admin"}
	actionsRead  = need{permission: "actions:read", scopes: repoScope, role: "read", public: true}
	repoSecrets  = need{permission: "secrets:read", scopes: repoScope, role: "write"}
	attestations = need{permission: "attestations:read", scopes: repoScope, role: "read", public: true}
	governance   = need{permission: "organization_administration:read", scopes: orgScope, role: "owner"}
	metadata     = need{permission: "metadata:read", scopes: repoScope, role: "read"}
)

// hidden answers 404 where others answer 403.
func (n need) hide() need { n.hidden = true; return n }

func (n need) can(permission string) need { n.permission = permission; return n }

const (
	repoPath = "/repos/{owner}/{repo}"
	orgPath  = "/orgs/{org}"
)

// routes are what the server answers; schema/operations.txt has the same.
var routes []route

// init, for the handlers lead back to the routes.
func init() {
	routes = concat(accountRoutes(), organisationRoutes(), repositoryRoutes(), historyRoutes(), settingsRoutes(), otherRoutes(), uploadRoutes())
}

func concat(all ...[]route) []route {
	var one []route
	for _, each := range all {
		one = append(one, each...)
	}
	return one
}

func get(path string, n need, serve func(*call) any) route {
	return route{method: "GET", path: path, need: n, serve: serve}
}

// ruled marks a route of protection or rulesets.
func ruled(r route) route { r.rules = true; return r }

func accountRoutes() []route {
	anybody := need{public: true}
	person := func(path string, scopes []string, serve func(*call) any) route {
		return route{method: "GET", path: path, need: need{scopes: scopes, public: true}, person: true, serve: serve}
	}
	return []route{
		get("/app", anybody, (*call).app),
		get("/app/installations", anybody, (*call).installations),
		get(repoPath+"/installation", need{public: true}, (*call).installationOfRepository),
		get(orgPath+"/installation", need{public: true}, (*call).installationOfOrganisation),
		{method: "POST", path: "/app/installations/{installation_id}/access_tokens", need: anybody, serve: (*call).accessToken},
		get("/installation/repositories", anybody, (*call).installationRepositories),
		get("/rate_limit", anybody, (*call).rateLimit),
		person("/user", nil, (*call).me),
		person("/user/orgs", []string{"read:org", "user"}, (*call).myOrganisations),
		person("/user/repos", []string{"repo"}, (*call).myRepositories),
		get("/users/{username}", anybody, (*call).account),
		get("/users/{username}/repos", anybody, (*call).repositoriesOf),
		get("/users/{username}/gpg_keys", anybody, (*call).gpgKeys),
		get("/users/{username}/keys", anybody, (*call).keys),
		get("/users/{username}/ssh_signing_keys", anybody, (*call).signingKeys),
		{method: "POST", path: "/users/{username}/attestations/bulk-list", need: attestations, serve: (*call).bulkAttestations},
	}
}

func organisationRoutes() []route {
	members := need{permission: "members:read", scopes: []string{"read:org"}, role: "member", public: true}
	outside := need{permission: "members:read", scopes: []string{"read:org"}, role: "owner"}
	named := func(permission string, scopes ...string) need {
		return need{permission: permission, scopes: scopes, role: "owner"}
	}
	// The documents ask for write where one only reads.
	rulesets := named("organization_administration:write", "admin:org").hide()
	return []route{
		get(orgPath, need{public: true, scopes: []string{"read:org"}, permission: "metadata:read"}, (*call).organisation),
		get(orgPath+"/repos", need{public: true, scopes: repoScope, permission: "metadata:read"}, (*call).organisationRepositories),
		get(orgPath+"/members", members, (*call).members),
		get(orgPath+"/outside_collaborators", outside, (*call).outside),
		get(orgPath+"/installations", governance, (*call).organisationInstallations),
		get(orgPath+"/personal-access-tokens", named("personal_access_tokens:read"), (*call).personalTokens),
		get(orgPath+"/hooks", named("organization_hooks:read", "admin:org_hook").hide(), (*call).organisationHooks),
		get(orgPath+"/rulesets", rulesets, (*call).organisationRulesets),
		get(orgPath+"/rulesets/{ruleset_id}", rulesets, (*call).organisationRuleset),
		get(orgPath+"/settings/immutable-releases", governance, (*call).organisationImmutable),
		get(orgPath+"/actions/secrets", named("organization_secrets:read", "admin:org"), (*call).organisationSecrets),
		get(orgPath+"/dependabot/secrets", named("organization_dependabot_secrets:read", "admin:org"), (*call).organisationDependabotSecrets),
		get(orgPath+"/actions/permissions", governance, (*call).organisationActions),
		get(orgPath+"/actions/permissions/selected-actions", governance, (*call).selectedActions),
		get(orgPath+"/actions/permissions/workflow", governance, (*call).workflowToken),
		get(orgPath+"/actions/permissions/fork-pr-contributor-approval", governance, (*call).forkApproval),
		get(orgPath+"/actions/permissions/fork-pr-workflows-private-repos", governance, (*call).forkWorkflows),
		get(orgPath+"/actions/permissions/artifact-and-log-retention", governance, (*call).retention),
		get(orgPath+"/actions/permissions/self-hosted-runners", governance.can("organization_self_hosted_runners:read"), (*call).runnerPolicy),
		get(orgPath+"/actions/oidc/customization/sub", named("organization_administration:read", "read:org"), (*call).organisationSubject),
		get(orgPath+"/actions/runner-groups", governance.can("organization_self_hosted_runners:read"), (*call).runnerGroups),
		get(orgPath+"/actions/runners", governance.can("organization_self_hosted_runners:read"), (*call).organisationRunners),
		{method: "POST", path: orgPath + "/attestations/bulk-list", need: need{permission: "attestations:read", scopes: repoScope}, serve: (*call).bulkAttestations},
	}
}

func repositoryRoutes() []route {
	pushing := need{permission: "administration:write", scopes: repoScope, role: "admin", hidden: true}
	return []route{
		get(repoPath, open_, (*call).repository),
		get(repoPath+"/branches", contents, (*call).branches),
		get(repoPath+"/branches/{branch}", contents, (*call).branch),
		ruled(get(repoPath+"/branches/{branch}/protection", settings.hide(), (*call).protection)),
		ruled(get(repoPath+"/branches/{branch}/protection/required_signatures", settings.hide(), (*call).requiredSignatures)),
		ruled(get(repoPath+"/rules/branches/{branch}", open_, (*call).branchRules)),
		ruled(get(repoPath+"/rulesets", open_, (*call).rulesets)),
		ruled(get(repoPath+"/rulesets/{ruleset_id}", open_, (*call).ruleset)),
		ruled(get(repoPath+"/rulesets/rule-suites", pushing, (*call).ruleSuites)),
		get(repoPath+"/immutable-releases", settings.hide(), (*call).immutableReleases),
		get(repoPath+"/activity", contents, (*call).activity),
		get(repoPath+"/collaborators", need{permission: "metadata:read", scopes: repoScope, role: "write"}, (*call).collaborators),
		get(repoPath+"/collaborators/{username}/permission", metadata, (*call).collaboratorRole),
		get(repoPath+"/codeowners/errors", contents, (*call).ownerErrors),
		get(repoPath+"/contents/{path}", contents, (*call).content),
	}
}

func historyRoutes() []route {
	return []route{
		get(repoPath+"/commits", contents, (*call).commits),
		get(repoPath+"/commits/{ref}", contents, (*call).commit),
		get(repoPath+"/commits/{commit_sha}/pulls", pulls, (*call).pullsOfCommit),
		get(repoPath+"/commits/{commit_sha}/branches-where-head", contents, (*call).branchesOfHead),
		get(repoPath+"/compare/{basehead}", contents, (*call).compare),
		get(repoPath+"/pulls", pulls, (*call).pulls),
		get(repoPath+"/pulls/{pull_number}", pulls, (*call).pull),
		get(repoPath+"/pulls/{pull_number}/commits", pulls, (*call).pullCommits),
		get(repoPath+"/pulls/{pull_number}/reviews", pulls, (*call).reviews),
		get(repoPath+"/tags", open_, (*call).tags),
		get(repoPath+"/git/ref/{ref}", contents, (*call).ref),
		get(repoPath+"/git/matching-refs/{ref}", contents, (*call).matchingRefs),
		get(repoPath+"/git/tags/{tag_sha}", contents, (*call).tagObject),
		get(repoPath+"/git/commits/{commit_sha}", contents, (*call).gitCommit),
		get(repoPath+"/releases", contents, (*call).releases),
		get(repoPath+"/releases/latest", contents, (*call).latestRelease),
		get(repoPath+"/releases/tags/{tag}", contents, (*call).releaseOfTag),
		get(repoPath+"/attestations/{subject_digest}", attestations, (*call).attestations),
	}
}

func settingsRoutes() []route {
	hooks := need{permission: "repository_hooks:read", scopes: []string{"admin:repo_hook", "read:repo_hook", "repo"}, role: "admin", hidden: true}
	return []route{
		get(repoPath+"/environments", actionsRead, (*call).environments),
		get(repoPath+"/environments/{environment_name}", actionsRead, (*call).environment),
		get(repoPath+"/environments/{environment_name}/deployment-branch-policies", actionsRead, (*call).branchPolicies),
		get(repoPath+"/environments/{environment_name}/secrets", repoSecrets.can("environments:read"), (*call).environmentSecrets),
		get(repoPath+"/actions/secrets", repoSecrets, (*call).secrets),
		get(repoPath+"/actions/organization-secrets", repoSecrets, (*call).sharedSecrets),
		get(repoPath+"/dependabot/secrets", repoSecrets.can("dependabot_secrets:read"), (*call).dependabotSecrets),
		get(repoPath+"/keys", settings.hide(), (*call).deployKeys),
		get(repoPath+"/hooks", hooks, (*call).hooks),
		get(repoPath+"/actions/permissions", settings, (*call).actions),
		get(repoPath+"/actions/permissions/selected-actions", settings, (*call).selectedActions),
		get(repoPath+"/actions/permissions/workflow", settings, (*call).workflowToken),
		get(repoPath+"/actions/permissions/fork-pr-contributor-approval", settings, (*call).forkApproval),
		get(repoPath+"/actions/permissions/fork-pr-workflows-private-repos", settings, (*call).forkWorkflows),
		get(repoPath+"/actions/permissions/artifact-and-log-retention", settings, (*call).retention),
		get(repoPath+"/actions/permissions/access", settings, (*call).accessLevel),
		get(repoPath+"/actions/oidc/customization/sub", need{permission: "actions:read", scopes: repoScope, role: "read"}, (*call).subject),
		get(repoPath+"/actions/runners", settings, (*call).runners),
		get(repoPath+"/vulnerability-alerts", settings.hide(), (*call).vulnerabilityAlerts),
		get(repoPath+"/automated-security-fixes", settings.hide(), (*call).securityFixes),
		get(repoPath+"/private-vulnerability-reporting", open_, (*call).privateReports),
	}
}
