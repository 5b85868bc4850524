package githubtest_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	gh "github.com/sealvet/sealvet/internal/githubtest"
)

type answered struct {
	Data   map[string]any   `json:"data"`
	Errors []map[string]any `json:"errors"`
}

// at follows names and positions into a value.
func at(value any, path ...any) any {
	for _, step := range path {
		switch one := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[one]
		case int:
			list, _ := value.([]any)
			if one >= len(list) {
				return nil
			}
			value = list[one]
		}
	}
	return value
}

func query(t *testing.T, s *gh.Server, token, text string, variables map[string]any) answered {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"query": text, "variables": variables})
	answer, raw := send(t, s, http.MethodPost, token, "/graphql", string(body))
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", answer.Status, raw)
	}
	var all answered
	if err := json.Unmarshal([]byte(raw), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func stored(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name + ".graphql")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// The three queries are those that were measured against GitHub's schema: their
// prices are known.
func TestQueriesOfAnOwner(t *testing.T) {
	s := gh.Serve(t, full())
	token := s.Token(gh.Classic)

	index := query(t, s, token, stored(t, "index"), map[string]any{"login": "acme"})
	if index.Errors != nil || at(index.Data, "organization", "repositories", "totalCount") != 3.0 || at(index.Data, "organization", "requiresTwoFactorAuthentication") != true {
		t.Fatalf("index: %v", index)
	}
	var ids []any
	for i := range 3 {
		ids = append(ids, at(index.Data, "organization", "repositories", "nodes", i, "id"))
	}

	settings := query(t, s, token, stored(t, "settings"), map[string]any{"ids": ids[2:]})
	tool := at(settings.Data, "nodes", 0)
	if settings.Errors != nil || at(settings.Data, "rateLimit", "cost") != 1.0 || at(tool, "defaultBranchRef", "branchProtectionRule", "requireLastPushApproval") != true {
		t.Fatalf("settings: %v", settings)
	}
	if n := at(tool, "rulesets", "totalCount"); n != 4.0 {
		t.Errorf("%v rulesets", n)
	}
	if n := at(tool, "rulesets", "nodes", 0, "bypassActors", "totalCount"); n != 2.0 {
		t.Errorf("%v bypass actors", n)
	}
	twenty := query(t, s, token, stored(t, "settings"), map[string]any{"ids": []any{ids[2], ids[2], ids[2], ids[2], ids[2], ids[2], ids[2], ids[2], ids[2], ids[2]}})
	if cost := at(twenty.Data, "rateLimit", "cost"); cost != 9.0 {
		t.Errorf("ten repositories cost %v points, not the 9.2 that were measured", cost)
	}

	history := query(t, s, token, stored(t, "history"), map[string]any{"owner": "acme", "name": "tool"})
	commits := at(history.Data, "repository", "defaultBranchRef", "target", "history", "nodes")
	if history.Errors != nil || at(commits, 0, "signature", "wasSignedByGitHub") != true || at(commits, 0, "associatedPullRequests", "nodes", 0, "reviews", "nodes", 0, "author", "login") != "bob" {
		t.Fatalf("history: %v", history)
	}
	if at(commits, 1, "authors", "nodes", 2, "user") != nil || at(commits, 1, "signature", "keyFingerprint") != "abc" {
		t.Errorf("the pushed commit: %v", at(commits, 1))
	}
	if cost := at(history.Data, "rateLimit", "cost"); cost != 2.0 {
		t.Errorf("the history costs %v points, not 1.5", cost)
	}
	if s.Queries() != 4 || s.Points() != 1+1+9+2 {
		t.Errorf("%d queries, %d points", s.Queries(), s.Points())
	}
}

func TestQueriesOfAJob(t *testing.T) {
	s := gh.Serve(t, full())
	token := s.Token(gh.Job)
	const settings = `{ repository(owner:"acme",name:"tool"){ viewerPermission hasVulnerabilityAlertsEnabled
		defaultBranchRef{ branchProtectionRule{ pattern } rules(first:10){ nodes{ type } } refUpdateRule{ requiredApprovingReviewCount } }
		rulesets(first:10){ nodes{ bypassActors(first:10){ totalCount } } } } organization(login:"acme"){ requiresTwoFactorAuthentication } }`
	got := query(t, s, token, settings, nil)
	if len(got.Errors) != 1 || got.Errors[0]["type"] != "FORBIDDEN" || at(got.Errors[0], "path", 2) != "branchProtectionRule" || got.Errors[0]["message"] != "Resource not accessible by integration" {
		t.Errorf("errors: %v", got.Errors)
	}
	repository := at(got.Data, "repository")
	switch {
	case at(repository, "defaultBranchRef", "branchProtectionRule") != nil, at(repository, "rulesets", "nodes", 0, "bypassActors") != nil:
		t.Errorf("shown: %v", repository)
	case at(repository, "defaultBranchRef", "rules", "nodes", 0, "type") != "PULL_REQUEST", at(repository, "defaultBranchRef", "refUpdateRule", "requiredApprovingReviewCount") != 1.0:
		t.Errorf("not shown: %v", repository)
	case at(got.Data, "organization", "requiresTwoFactorAuthentication") != nil:
		t.Errorf("MFA shown: %v", got.Data)
	}
	// What cannot be null takes with it what it is in.
	keys := query(t, s, token, `{ repository(owner:"acme",name:"tool"){ name deployKeys(first:5){ totalCount } } }`, nil)
	if len(keys.Errors) != 1 || at(keys.Data, "repository") != nil {
		t.Errorf("deploy keys: %v", keys)
	}
	hidden := query(t, s, token, `{ repository(owner:"acme",name:"hidden"){ name } }`, nil)
	if len(hidden.Errors) != 1 || hidden.Errors[0]["type"] != "NOT_FOUND" {
		t.Errorf("hidden: %v", hidden)
	}
}

func TestPinsInOneBatch(t *testing.T) {
	world := full()
	stray := gh.SHA("of a fork")
	s := gh.Serve(t, world)
	got := query(t, s, s.Token(gh.Job), `query($stray:GitObjectID!,$text:String!){
		a: repository(owner:"actions",name:"checkout"){ object(oid:$stray){ __typename oid } defaultBranchRef{ compare(headRef:$text){ status } target{ oid } }
			refs(refPrefix:"refs/tags/",first:100){ nodes{ name target{ oid ... on Tag { target { oid } } } } } }
		b: repository(owner:"actions",name:"checkout"){ object(expression:"v4"){ oid } none: object(oid:"0000000000000000000000000000000000000000"){ oid } }
		c: repository(owner:"no",name:"such"){ name } }`, map[string]any{"stray": stray, "text": stray})
	tip := at(got.Data, "a", "defaultBranchRef", "target", "oid")
	switch {
	case at(got.Data, "a", "object", "oid") != stray, at(got.Data, "a", "defaultBranchRef", "compare", "status") != "DIVERGED":
		t.Errorf("the commit of a fork: %v", got)
	case at(got.Data, "a", "refs", "nodes", 0, "target", "oid") != tip, at(got.Data, "a", "refs", "nodes", 1, "target", "target", "oid") != tip, at(got.Data, "b", "object", "oid") != tip:
		t.Errorf("tags: %v", got.Data)
	case at(got.Data, "b", "none") != nil, at(got.Data, "c") != nil, len(got.Errors) != 1:
		t.Errorf("what is not there: %v", got)
	}
}

func TestPagesOfGraphQL(t *testing.T) {
	tool := gh.Repository{Owner: "acme", Name: "tool"}
	for range 70 {
		tool.Push(gh.Commit{})
	}
	s := gh.Serve(t, gh.World{Repositories: []gh.Repository{tool}})
	token := s.Token(gh.Classic)
	seen, after := 0, any(nil)
	for {
		got := query(t, s, token, stored(t, "history"), map[string]any{"owner": "acme", "name": "tool", "after": after})
		history := at(got.Data, "repository", "defaultBranchRef", "target", "history")
		nodes, _ := at(history, "nodes").([]any)
		seen += len(nodes)
		if at(history, "pageInfo", "hasNextPage") != true {
			break
		}
		after = at(history, "pageInfo", "endCursor")
	}
	if seen != 70 || s.Queries() != 3 {
		t.Errorf("%d commits in %d queries", seen, s.Queries())
	}
}

func TestFieldsOfAnOlderServer(t *testing.T) {
	s := gh.Serve(t, full())
	s.Without("Release.immutable")
	token := s.Token(gh.Classic)
	const text = `{ repository(owner:"acme",name:"tool"){ releases(first:1){ nodes{ tagName immutable } } } }`
	got := query(t, s, token, text, nil)
	if got.Data != nil || len(got.Errors) != 1 || at(got.Errors[0], "extensions", "code") != "undefinedField" {
		t.Errorf("got %v", got)
	}
	probe := query(t, s, token, `{ __type(name:"Release"){ fields{ name } } }`, nil)
	raw, _ := json.Marshal(probe.Data)
	if strings.Contains(string(raw), `"immutable"`) || !strings.Contains(string(raw), `"tagName"`) {
		t.Errorf("probe: %s", raw)
	}
}

// Who asks: apps have bots that are users.
func TestViewers(t *testing.T) {
	s := gh.Serve(t, full())
	for login, token := range map[string]string{
		"ada": s.Token(gh.Classic), "bob": s.Token(gh.FineGrained, gh.As("bob")), "github-actions[bot]": s.Token(gh.Job), "app-7[bot]": s.Token(gh.Installation),
	} {
		if got := query(t, s, token, `{ viewer { __typename login } }`, nil); at(got.Data, "viewer", "login") != login || at(got.Data, "viewer", "__typename") != "User" {
			t.Errorf("%s: %v", login, got)
		}
	}
}

func TestSingleSignOnInGraphQL(t *testing.T) {
	world := full()
	world.Organisations[0].SAML = true
	s := gh.Serve(t, world)
	token := s.Token(gh.Classic, gh.Unauthorised("acme"))
	got := query(t, s, token, `{ repository(owner:"acme",name:"tool"){ name } other: repository(owner:"actions",name:"checkout"){ name } organization(login:"acme"){ login } }`, nil)
	if len(got.Errors) != 2 || at(got.Errors[0], "extensions", "saml_failure") != true || at(got.Data, "repository") != nil || at(got.Data, "other", "name") != "checkout" {
		t.Errorf("got %v", got)
	}
}

// The number of the pull request that brought a commit need not be the first that
// GitHub names.
func TestPullRequestsOfACommit(t *testing.T) {
	tool := gh.Repository{Owner: "acme", Name: "tool", PullRequests: []gh.PullRequest{{Number: 1, Author: "eve", Fork: true, Unmerged: true, BaseOf: "eve/tool"}}}
	tool.Merge(gh.PullRequest{Author: "ada"})
	tool.Commits[0].Others = []int{1}
	s := gh.Serve(t, gh.World{Repositories: []gh.Repository{tool}})
	got := query(t, s, s.Token(gh.Classic), stored(t, "history"), map[string]any{"owner": "acme", "name": "tool"})
	first := at(got.Data, "repository", "defaultBranchRef", "target", "history", "nodes", 0, "associatedPullRequests", "nodes", 0)
	if at(first, "number") != 1.0 || at(first, "baseRepository", "nameWithOwner") != "eve/tool" || at(first, "merged") != false {
		t.Errorf("the first: %v", first)
	}
}
