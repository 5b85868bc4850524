package github

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

// How refusal shows, row by row: what is noted, and that nothing else is lost.
func TestHowRefusalShows(t *testing.T) {
	for _, row := range []struct {
		name, what, reason, unlock string
		kind                       githubtest.Kind
		with                       []githubtest.TokenOption
		seen                       func(*evidence.Host) bool // of the same host, what is seen all the same
	}{
		{"403, an app lacks a permission", "deployKeys", "the token lacks administration:read", "administration:read", githubtest.Installation, []githubtest.TokenOption{githubtest.Can("secrets:read")}, func(h *evidence.Host) bool { return len(h.Secrets) == 2 }},
		{"403, a fine-grained token lacks a permission", "webhooks/repository", "the token lacks repository_hooks:read", "repository_hooks:read", githubtest.FineGrained, []githubtest.TokenOption{githubtest.Can("administration:read")}, func(h *evidence.Host) bool { return len(h.DeployKeys) == 1 && *h.Branches[0].Approvals == 2 }},
		{"absent bypass list", "rulesets/11/bypass", "only those who may change the ruleset", "administration:write", githubtest.FineGrained, []githubtest.TokenOption{githubtest.Can("administration:read")}, func(h *evidence.Host) bool { return h.Branches[0].BypassSeen == evidence.Unknown }},
		{"bypass lists of one's own rulesets", "branches/main/bypass", "ruleset of acme", "organization_administration:write", githubtest.FineGrained, []githubtest.TokenOption{githubtest.Can("administration:write")}, func(h *evidence.Host) bool {
			return h.Rulesets[0].BypassSeen == evidence.Yes && len(h.Rulesets[0].Bypass) == 1
		}},
		{"422, no owner", "organisation/withoutMfa", "only owners", "members:read", githubtest.Classic, []githubtest.TokenOption{githubtest.As("bob")}, func(h *evidence.Host) bool { return h.Organisation.Owners == nil }},
		{"absent key, no owner", "organisation/mfaRequired", "only owners", "organization_administration:read", githubtest.Classic, []githubtest.TokenOption{githubtest.As("bob")}, func(h *evidence.Host) bool { return h.Organisation.MFARequired == evidence.Unknown }},
		{"scopes", "organisation/withoutMfa", "scope admin:org or read:org", "members:read", githubtest.Classic, []githubtest.TokenOption{githubtest.Scopes("repo")}, func(h *evidence.Host) bool { return len(h.Secrets) == 4 && h.Branches[0].Linear == evidence.No }},
		{"app, organisation", "webhooks/organisation", "organization_hooks:read", "organization_hooks:read", githubtest.Installation, []githubtest.TokenOption{githubtest.Can("members:read", "organization_administration:read")}, func(h *evidence.Host) bool {
			return h.Organisation.WithoutMFASeen == evidence.Yes && *h.Organisation.Owners == 1
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := githubtest.Serve(t, full())
			host := one(t, options(s, s.Token(row.kind, row.with...)))
			if why := host.Why(row.what); !strings.Contains(why.Reason, row.reason) || why.Unlock != row.unlock {
				t.Errorf("%+v", why)
			}
			if !row.seen(host) {
				t.Errorf("%s", shown(t, host))
			}
		})
	}
}

// 404 is "off" to those who surely may know, and unknown to the others.
func TestImmutableReleasesAreOffOrHidden(t *testing.T) {
	world := full()
	world.Organisations[0].ImmutableReleases = "none"
	s := githubtest.Serve(t, world)
	for name, row := range map[string]struct {
		token string
		want  evidence.Answer
	}{
		"owner":          {s.Token(githubtest.Classic), evidence.No},
		"fine-grained":   {s.Token(githubtest.FineGrained, githubtest.Can("administration:read")), evidence.No},
		"member":         {s.Token(githubtest.Classic, githubtest.As("bob")), evidence.Unknown},
		"no permissions": {s.Token(githubtest.FineGrained), evidence.Unknown},
		"nobody":         {"", evidence.Unknown},
	} {
		if got := one(t, options(s, row.token)).Security.ImmutableRelease; got != row.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestAnEmptyRepository(t *testing.T) {
	s := githubtest.Serve(t, githubtest.World{
		Organisations: []githubtest.Organisation{{Login: "acme", Members: []githubtest.Member{{Login: "ada", Owner: true}}}},
		Repositories:  []githubtest.Repository{{Owner: "acme", Name: "tool", Empty: true, Rulesets: []githubtest.Ruleset{{Rules: githubtest.Rules("deletion")}}}},
	})
	for _, token := range []string{s.Token(githubtest.Classic), s.Token(githubtest.Job), ""} {
		host := one(t, options(s, token))
		if len(host.Branches) != 1 || host.Branches[0].DeletionBlocked != evidence.Yes || host.Branches[0].Linear != evidence.Unknown || !strings.Contains(host.Why("branches/main/linear").Reason, "no commit") {
			t.Errorf("%s", shown(t, host.Branches))
		}
	}
}

func TestABranchThatIsNotThere(t *testing.T) {
	s := githubtest.Serve(t, full())
	for _, token := range []string{s.Token(githubtest.Classic), ""} {
		o := options(s, token)
		o.Branches = []WantedBranch{{"stable", "release"}, {"main", "publishes"}, {"", "release"}, {"[", "release"}}
		host := one(t, o)
		if len(host.Branches) != 1 || host.Branches[0].Role != "default" || !strings.Contains(host.Why("branches/stable/approvals").Reason, "no branch") {
			t.Errorf("%s", shown(t, host.Branches))
		}
	}
}

func TestPatternsOfBranches(t *testing.T) {
	world := full()
	world.Repositories[0].Branches = []githubtest.Branch{{Name: "release/1.0"}, {Name: "release/old/0.9"}, {Name: "v2"}, {Name: "topic"}}
	s := githubtest.Serve(t, world)
	for pattern, want := range map[string]string{"release/*": "main release/1.0", "release/**": "main release/1.0 release/old/0.9", "{v2,topic}": "main topic v2", "**": "main release/1.0 release/old/0.9 topic v2", "x*": "main"} {
		o := options(s, s.Token(githubtest.Classic))
		o.Branches = []WantedBranch{{pattern, "release"}}
		var names []string
		for _, b := range one(t, o).Branches {
			names = append(names, b.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s", pattern, got)
		}
	}
}

// recorded answers some paths with fixed words, all others with 404.
func recorded(t *testing.T, answers map[string]string, header http.Header) Options {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, is := answers[r.URL.Path]
		for name, values := range header {
			w.Header()[name] = values
		}
		if !is {
			w.WriteHeader(http.StatusNotFound)
			body = `{"message":"Not Found"}`
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	o := filled(server.URL, "ghp_x")
	o.Owner, o.Name = "acme", "tool"
	return o
}

const recordedRepository = `{"node_id":"R_1","full_name":"acme/tool","owner":{"login":"acme","type":"Organization"},"default_branch":"main","visibility":"public","archived":false,"permissions":{"admin":true,"push":true}}`

// A list that single sign-on shortens comes with 200 and without a word in its body.
func TestAListThatSingleSignOnShortens(t *testing.T) {
	o := recorded(t, map[string]string{"/repos/acme/tool": recordedRepository, "/repos/acme/tool/keys": "[]", "/orgs/acme/members": "[]"},
		http.Header{"X-Github-Sso": {"partial-results; organizations=21955855,20582480"}})
	host := one(t, o)
	if why := host.Why("deployKeys"); why.What != "deployKeys" || !strings.Contains(why.Reason, "single sign-on") {
		t.Errorf("%+v", why)
	}
	if host.Organisation.WithoutMFASeen != evidence.Unknown || host.Organisation.Owners != nil {
		t.Errorf("%s", shown(t, host.Organisation))
	}
}

// A field that GraphQL refuses is null, and told by its path: the rest counts.
func TestAFieldThatGraphQLRefuses(t *testing.T) {
	o := recorded(t, map[string]string{"/repos/acme/tool": recordedRepository, "/graphql": `{"data":{"rateLimit":{"cost":3},"nodes":[{"__typename":"Repository","isSecurityPolicyEnabled":true,"codeowners":null,"rulesets":null,"defaultBranchRef":null}]},
		"errors":[{"type":"FORBIDDEN","path":["nodes",0,"rulesets"],"message":"Resource not accessible by personal access token"},{"type":"FORBIDDEN","path":["nodes",0,"codeowners"],"message":"no"}]}`}, nil)
	host := one(t, o)
	if host.Security.Policy != evidence.Yes || host.Cost.Points%3 != 0 || host.Cost.Points == 0 {
		t.Errorf("%s", shown(t, host))
	}
	for _, what := range []string{"rulesets", "ownerProblems"} {
		if why := host.Why(what); why.What != what || !strings.Contains(why.Reason, "refused") {
			t.Errorf("%+v", why)
		}
	}
}

// Every 404 of a repository that is seen is unknown, unless its words say otherwise.
func TestEverythingIs404(t *testing.T) {
	host := one(t, recorded(t, map[string]string{"/repos/acme/tool": recordedRepository}, nil))
	nothingPrivileged(t, host)
	if host.Branches[0].Protected != evidence.Unknown || host.Branches[0].Approvals != nil {
		t.Errorf("%s", shown(t, host.Branches))
	}
	for _, what := range []string{"branches/main", "rulesets", "environments", "deployKeys", "secrets/repository", "webhooks/repository", "runners/repository", "actions/allowed", "security/privateReports"} {
		if !slices.ContainsFunc(host.Unseen, func(u evidence.Unseen) bool { return u.What == what && u.Unlock != "" }) {
			t.Errorf("%s is not noted", what)
		}
	}
}

func TestWordsOfTheHostAreBounded(t *testing.T) {
	said := short("a\x1b[31m\u202e" + strings.Repeat("é", 500))
	if strings.ContainsAny(said, "\x1b\u202e") || len([]rune(said)) > 170 {
		t.Errorf("%q", said)
	}
	if got := permissions(strings.Repeat("a=read,", 200)); len(got) > 1000 {
		t.Errorf("%d", len(got))
	}
	var no *refusal
	if err := error(&refusal{Reason: "r", Unlock: "u"}); !errors.As(err, &no) || err.Error() != "r; it takes u" {
		t.Error(err)
	}
}

func TestActionsThatAreOff(t *testing.T) {
	world := full()
	world.Repositories[0].Actions = githubtest.Actions{Disabled: true}
	s := githubtest.Serve(t, world)
	host := one(t, options(s, s.Token(githubtest.Classic)))
	a := host.Actions
	if a.Enabled != evidence.No || a.Allowed != "" || a.SHAPinning != evidence.Unknown || a.TokenWrites != evidence.No || !strings.Contains(host.Why("actions/shaPinning").Reason, "off") {
		t.Errorf("%s", shown(t, a))
	}
}

// What the organisation demands of all its repositories counts too.
func TestTheStricterPolicyOfTheOrganisation(t *testing.T) {
	world := full()
	world.Organisations[0].Actions = githubtest.Actions{Allowed: "selected", Patterns: []string{"acme/*"}, VerifiedAllowed: true, SHAPinning: true}
	world.Repositories[0].Actions = githubtest.Actions{}
	s := githubtest.Serve(t, world)
	a := one(t, options(s, s.Token(githubtest.Classic))).Actions
	if a.Allowed != "selected" || !slices.Equal(a.AllowedPatterns, []string{"acme/*"}) || a.VerifiedAllowed != evidence.Yes || a.SHAPinning != evidence.Yes {
		t.Errorf("%s", shown(t, a))
	}
}
