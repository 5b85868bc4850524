package githubtest_test

import (
	"net/http"
	"strings"
	"testing"

	gh "github.com/sealvet/sealvet/internal/githubtest"
)

// The rows are those of how refusal shows: each kind of token, and what it is told.
func TestRefusals(t *testing.T) {
	world := full()
	world.Organisations[0].SAML = true
	world.Organisations = append(world.Organisations, gh.Organisation{Login: "poor", Plan: "free", Members: []gh.Member{{Login: "eve", Owner: true}}})
	world.Repositories = append(world.Repositories, gh.Repository{Owner: "poor", Name: "hidden", Visibility: "private", Rulesets: []gh.Ruleset{{Rules: gh.Rules("deletion")}}})
	s := gh.Serve(t, world)
	owner, member := s.Token(gh.Classic), s.Token(gh.Classic, gh.As("bob"))
	few := s.Token(gh.Classic, gh.Scopes("public_repo"))
	fine, mightyFine := s.Token(gh.FineGrained), s.Token(gh.FineGrained, gh.Can("administration:read", "secrets:read"))
	fineMember := s.Token(gh.FineGrained, gh.As("bob"), gh.Can("administration:read"))
	app, job := s.Token(gh.Installation), s.Token(gh.Job)
	appAdmin := s.Token(gh.Installation, gh.Can("administration:read", "members:read", "organization_administration:read"))
	shut := s.Token(gh.Classic, gh.Unauthorised("acme"))
	eve := s.Token(gh.Classic, gh.As("eve"))
	const (
		integration = "Resource not accessible by integration"
		personal    = "Resource not accessible by personal access token"
		tool        = "/repos/acme/tool"
		protection  = tool + "/branches/main/protection"
	)
	for _, row := range []struct {
		name, token, path string
		status            int
		says              string // in the body
		header, value     string
	}{
		{"app lacks a permission", app, protection, 403, integration, "X-Accepted-GitHub-Permissions", "administration=read"},
		{"job lacks a permission", job, tool + "/actions/secrets", 403, integration, "X-Accepted-GitHub-Permissions", "secrets=read"},
		{"fine-grained lacks a permission", fine, tool + "/hooks", 403, personal, "X-Accepted-GitHub-Permissions", "repository_hooks=read"},
		{"fine-grained of a member, who is no admin", fineMember, protection, 403, personal, "", ""},
		{"fine-grained has it", mightyFine, protection, 200, "required_pull_request_reviews", "", ""},
		{"app has it", appAdmin, protection, 200, "enforce_admins", "", ""},
		{"app, environment secrets", app, tool + "/environments/pypi/secrets", 403, integration, "X-Accepted-GitHub-Permissions", "environments=read"},
		{"fine-grained, secrets of the owner", fine, "/orgs/acme/actions/secrets", 403, personal, "X-Accepted-GitHub-Permissions", "organization_secrets=read"},
		{"rulesets of the owner want write", appAdmin, "/orgs/acme/rulesets", 403, integration, "X-Accepted-GitHub-Permissions", "organization_administration=write"},
		{"job, the owner's settings", job, "/orgs/acme/actions/permissions", 403, integration, "", ""},
		{"classic of a member, protection is hidden", member, protection, 404, "Not Found", "X-OAuth-Scopes", "repo"},
		{"classic of a member, settings", member, tool + "/actions/permissions", 403, "Must have admin rights", "X-Accepted-OAuth-Scopes", "repo"},
		{"classic with few scopes", few, tool + "/hooks", 404, "Not Found", "X-Accepted-OAuth-Scopes", "admin:repo_hook"},
		{"no classic protection", owner, "/repos/acme/tool/branches/release%2F1.0/protection", 404, "Branch not protected", "", ""},
		{"private is hidden from nobody", "", "/repos/acme/hidden", 404, "Not Found", "", ""},
		{"private is hidden from jobs of others", job, "/repos/acme/hidden", 404, "Not Found", "", ""},
		{"private is hidden from a few scopes", few, "/repos/acme/hidden", 404, "Not Found", "", ""},
		{"nobody asks for settings", "", tool + "/actions/permissions", 401, "Requires authentication", "", ""},
		{"nobody reads rules", "", tool + "/rules/branches/main", 200, "non_fast_forward", "", ""},
		{"nobody reads environments", "", tool + "/environments", 200, "required_reviewers", "", ""},
		{"a wrong token", "ghp_wrong", tool, 401, "Bad credentials", "", ""},
		{"2FA filter of a member", member, "/orgs/acme/members?filter=2fa_disabled", 422, "Validation Failed", "", ""},
		{"2FA filter of an owner", owner, "/orgs/acme/members?filter=2fa_disabled", 200, `"login":"bob"`, "", ""},
		{"insecure 2FA", owner, "/orgs/acme/members?filter=2fa_insecure", 200, `"login":"cy"`, "", ""},
		{"2FA filter of an app", appAdmin, "/orgs/acme/outside_collaborators?filter=2fa_disabled", 200, `"login":"guest"`, "", ""},
		{"outside collaborators for a member", member, "/orgs/acme/outside_collaborators", 403, "admin rights", "", ""},
		{"an empty repository", owner, "/repos/acme/empty/commits", 409, "empty", "", ""},
		{"single sign-on", shut, tool, 403, "SAML", "X-GitHub-SSO", "required; url="},
		{"single sign-on, a short list", shut, "/user/repos", 200, "[]", "X-GitHub-SSO", "partial-results; organizations="},
		{"the plan has no rules", eve, "/repos/poor/hidden/rulesets", 403, "Upgrade to GitHub Pro or make this repository public", "", ""},
		{"the plan has no protection", eve, "/repos/poor/hidden/branches/main/protection", 403, "Upgrade to GitHub Pro", "", ""},
		{"immutable releases are off, or hidden", member, tool + "/immutable-releases", 404, "Not Found", "", ""},
		{"personal tokens are for apps", owner, "/orgs/acme/personal-access-tokens", 403, "", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			answer, body := ask(t, s, row.token, row.path)
			if answer.StatusCode != row.status || !strings.Contains(body, row.says) || !strings.HasPrefix(answer.Header.Get(row.header), row.value) {
				t.Errorf("%s: %s, %s: %q\n%.400s", row.path, answer.Status, row.header, answer.Header.Get(row.header), body)
			}
		})
	}
}

// Keys that are absent where the token may not see them.
func TestAbsentKeys(t *testing.T) {
	s := gh.Serve(t, full())
	owner, job := s.Token(gh.Classic), s.Token(gh.Job)
	reader := s.Token(gh.FineGrained, gh.Can("administration:read"))
	writer := s.Token(gh.FineGrained, gh.Can("administration:write"))
	for _, row := range []struct {
		token, path, key string
		there            bool
	}{
		{owner, "/repos/acme/tool/rulesets/11", `"bypass_actors":[{`, true},
		{owner, "/repos/acme/tool/rulesets/12", `"bypass_actors":[]`, true},
		{writer, "/repos/acme/tool/rulesets/11", `"bypass_actors":[{`, true},
		{reader, "/repos/acme/tool/rulesets/11", "bypass_actors", false},
		{writer, "/repos/acme/tool/rulesets/21", "bypass_actors", false}, // of the organisation
		{job, "/repos/acme/tool/rulesets/11", "bypass_actors", false},
		{"", "/repos/acme/tool/rulesets/11", "bypass_actors", false},
		{owner, "/repos/acme/tool/rulesets", "bypass_actors", false}, // never in the list
		{owner, "/repos/acme/tool", "security_and_analysis", true},
		{reader, "/repos/acme/tool", "security_and_analysis", true},
		{job, "/repos/acme/tool", "security_and_analysis", false},
		{owner, "/orgs/acme", `"two_factor_requirement_enabled":true`, true},
		{job, "/orgs/acme", "two_factor_requirement_enabled", false},
		{"", "/orgs/acme", "two_factor_requirement_enabled", false},
	} {
		answer, body := ask(t, s, row.token, row.path)
		if answer.StatusCode != http.StatusOK || strings.Contains(body, row.key) != row.there {
			t.Errorf("%s for %.12s: %s, wanted %s: %v\n%.300s", row.path, row.token, answer.Status, row.key, row.there, body)
		}
	}
}

func TestEffectiveRulesOfABranch(t *testing.T) {
	s := gh.Serve(t, full())
	_, main := ask(t, s, "", "/repos/acme/tool/rules/branches/main")
	for _, want := range []string{`"pull_request"`, `"required_status_checks"`, `"deletion"`, `"ruleset_source":"acme"`, `"ruleset_id":21`} {
		if !strings.Contains(main, want) {
			t.Errorf("no %s in %s", want, main)
		}
	}
	if strings.Contains(main, "required_signatures") {
		t.Errorf("a rule that is only evaluated is in force: %s", main)
	}
	if _, other := ask(t, s, "", "/repos/acme/tool/rules/branches/not-there"); other != "[]" {
		t.Errorf("another branch: %s", other)
	}
}

// A client has to bear rules that nobody described yet.
func TestUnknownRules(t *testing.T) {
	s := gh.Serve(t, gh.World{Repositories: []gh.Repository{{Owner: "acme", Name: "tool", Rulesets: []gh.Ruleset{{Rules: gh.Rules("rule_of_tomorrow"), Bypass: []gh.BypassActor{{Type: "EnterpriseOwner"}}}}}}})
	if _, body := ask(t, s, "", "/repos/acme/tool/rules/branches/main"); !strings.Contains(body, "rule_of_tomorrow") {
		t.Error(body)
	}
}
