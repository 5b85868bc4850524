package githubtest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	gh "github.com/sealvet/sealvet/internal/githubtest"
)

// ask gets a path.
func ask(t *testing.T, s *gh.Server, token, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	return send(t, s, http.MethodGet, token, path, "", headers...)
}

func send(t *testing.T, s *gh.Server, method, token, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(raw)
}

// parts fill the paths of operations.
var parts = strings.NewReplacer(
	"commits/{ref}", "commits/main", "tarball/{ref}", "tarball/main", "{workflow_id}", "ci.yml", "{team_slug}", "core",
	"{owner}", "acme", "{repo}", "tool", "{org}", "acme", "{username}", "ada", "{branch}", "main", "{environment_name}", "pypi", "{ref}", "tags/v1.0.0",
	"{basehead}", "main...v1.0.0", "{path}", ".github/CODEOWNERS", "{pull_number}", "1", "{tag}", "v1.0.0", "{subject_digest}", "sha256:abc", "{ruleset_id}", "11",
	"{commit_sha}", "main",
)

// missing are routes that the full world answers 404 or the like, with the reason.
var missing = map[string]int{
	"GET /app":                                                                      401, // wants a JWT
	"GET /app/installations":                                                        401,
	"GET /repos/{owner}/{repo}/installation":                                        401,
	"GET /orgs/{org}/installation":                                                  401,
	"GET /repos/{owner}/{repo}/license":                                             404, // it has none
	"GET /repos/{owner}/{repo}/tarball/{ref}":                                       302,
	"GET /installation/repositories":                                                403, // of an installation
	"GET /orgs/{org}/rulesets/{ruleset_id}":                                         404,
	"GET /orgs/{org}/personal-access-tokens":                                        403, // for apps
	"GET /repos/{owner}/{repo}/actions/permissions/access":                          422, // of private repositories
	"GET /repos/{owner}/{repo}/actions/permissions/fork-pr-workflows-private-repos": 404,
	"GET /repos/{owner}/{repo}/git/tags/{tag_sha}":                                  404,
	"GET /repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head":            200,
	"GET /repos/{owner}/{repo}/vulnerability-alerts":                                204,
	"GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}":                     404, // nobody uploaded it
}

// The server itself fails this test for a reply that is not as GitHub describes it.
func TestEveryRouteAnswersAsDescribed(t *testing.T) {
	s := gh.Serve(t, full())
	owner := s.Token(gh.Classic)
	for _, operation := range operations(t) {
		method, path, _ := strings.Cut(operation, " ")
		if method == http.MethodPost {
			continue // have tests of their own
		}
		want, is := missing[operation]
		if !is {
			want = http.StatusOK
		}
		answer, body := ask(t, s, owner, parts.Replace(path))
		if answer.StatusCode != want {
			t.Errorf("%s: %s %.300s", operation, answer.Status, body)
		}
	}
	// Whatever a token is answered, it is as described.
	for _, token := range []string{"", s.Token(gh.Job), s.Token(gh.Installation), s.Token(gh.FineGrained, gh.Can("administration:write", "secrets:read", "members:read")), s.Token(gh.Classic, gh.As("bob"))} {
		for _, operation := range operations(t) {
			if path, is := strings.CutPrefix(operation, "GET "); is {
				if answer, _ := ask(t, s, token, parts.Replace(path)); answer.StatusCode >= http.StatusInternalServerError {
					t.Errorf("%s: %s", operation, answer.Status)
				}
			}
		}
	}
	sha := gh.SHA("acme/tooltagv1.0.0")
	for _, path := range []string{
		"/repos/acme/tool/git/tags/" + sha, "/repos/acme/hidden/actions/permissions/access", "/orgs/acme/rulesets/21", "/repos/acme/tool/rulesets/21",
		"/repos/acme/hidden/actions/permissions/fork-pr-workflows-private-repos", "/repos/acme/tool/branches/release%2F1.0", "/repos/acme/tool/rules/branches/release%2F1.0",
		"/repos/acme/tool/git/ref/heads/release/1.0", "/repos/acme/tool/rulesets/12", "/repos/acme/tool/environments/open", "/users/acme", "/repos/actions/checkout/tags",
	} {
		if answer, body := ask(t, s, owner, path); answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %.300s", path, answer.Status, body)
		}
	}
}
