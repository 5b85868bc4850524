package github

import (
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

func TestAJobTokenAsksForNoMoreThanTenThings(t *testing.T) {
	s := githubtest.Serve(t, full())
	o := options(s, s.Token(githubtest.Job))
	o.Environments = []string{"pypi"}
	o.Branches = []WantedBranch{{"release/*", "release"}, {"release/1.0", "publishes"}}
	host := one(t, o)
	if n := s.Requests(); n > 10 || host.Cost.Requests != n {
		t.Errorf("%d requests, counted %d:", n, host.Cost.Requests)
		for _, a := range s.Asked() {
			t.Log(a)
		}
	}
	for _, a := range s.Asked() {
		if a.Status >= 400 {
			t.Errorf("a request for nothing: %s", a)
		}
	}
	main := host.Branches[0]
	if *main.Approvals != 2 || main.LastPush != evidence.Unknown || main.ForcePushBlocked != evidence.Yes || main.BypassSeen != evidence.Unknown || main.Protected != evidence.Yes {
		t.Errorf("main: %s", shown(t, main))
	}
	for _, want := range []struct{ what, unlock string }{
		{"branches/main/lastPush", "administration:read"}, {"branches/main/bypass", "administration:write and organization_administration:write"}, {"rulesets/11/bypass", "administration:write"},
		{"secrets/repository", "secrets:read"}, {"secrets/organisation", "secrets:read"}, {"secrets/environment/pypi", "environments:read"}, {"secrets/dependabot", "dependabot_secrets:read"},
		{"deployKeys", "administration:read"}, {"webhooks/repository", "repository_hooks:read"}, {"webhooks/organisation", "organization_hooks:read"},
		{"actions/shaPinning", "administration:read"}, {"runners/repository", "administration:read"}, {"runners/organisation", "organization_self_hosted_runners:read"},
		{"organisation/mfaRequired", "organization_administration:read"}, {"organisation/withoutMfa", "members:read"}, {"organisation/insecureMfa", "members:read"}, {"organisation/owners", "members:read"},
		{"security/secretScanning", "administration:read"}, {"security/immutableRelease", "administration:read"}, {"security/alerts", "administration:read"},
	} {
		if why := host.Why(want.what); why.Unlock != want.unlock || !strings.Contains(why.Reason, "job") && want.what != "organisation/owners" {
			t.Errorf("%s: %+v", want.what, why)
		}
	}
	tags := slices.IndexFunc(host.Rulesets, func(r evidence.Ruleset) bool { return r.Target == "tag" })
	if tags < 0 || !slices.Equal(host.Rulesets[tags].Rules, []string{"deletion", "update"}) || !slices.Equal(host.Rulesets[tags].Include, []string{"refs/tags/v*"}) {
		t.Errorf("rulesets: %s", shown(t, host.Rulesets))
	}
	if len(host.Environments) != 2 || *host.Environments[1].Reviewers != 2 || len(host.OwnerProblems) != 1 || host.Security.Policy != evidence.Yes || host.Security.PrivateReports != evidence.Yes {
		t.Errorf("what it may see: %s", shown(t, host))
	}
}

// What no token shows is never a yes or a no.
func TestNoTokenIsToldPublicThings(t *testing.T) {
	s := githubtest.Serve(t, full())
	host := one(t, options(s, ""))
	if s.Queries() != 0 {
		t.Error("GraphQL was asked without a token")
	}
	if *host.Branches[0].Approvals != 2 || len(host.Rulesets) != 4 || len(host.Rulesets[1].Include) != 1 || len(host.Environments) != 2 || len(host.OwnerProblems) != 1 {
		t.Errorf("%s", shown(t, host))
	}
	nothingPrivileged(t, host)
}

// nothingPrivileged fails for an answer that only administrators get.
func nothingPrivileged(t *testing.T, host *evidence.Host) {
	t.Helper()
	o, a, b := host.Organisation, host.Actions, host.Branches[0]
	for name, answer := range map[string]evidence.Answer{
		"mfa": o.MFARequired, "without": o.WithoutMFASeen, "outside": o.OutsideSeen, "insecure": o.InsecureSeen, "deploy keys": o.DeployKeysAllowed, "groups": o.PublicRunnerGroups, "org immutable": o.ImmutableReleases,
		"pinning": a.SHAPinning, "token": a.TokenWrites, "approve": a.MayApprove, "enabled": a.Enabled, "bypass": b.BypassSeen, "stale": b.DismissStale, "linear": b.Linear,
		"immutable": host.Security.ImmutableRelease,
	} {
		if answer != evidence.Unknown {
			t.Errorf("%s reads %s", name, answer)
		}
	}
	if len(host.Secrets)+len(host.DeployKeys)+len(host.Webhooks)+len(host.Runners) > 0 || o.Owners != nil || a.LogDays != nil {
		t.Errorf("lists: %s", shown(t, host))
	}
}

// Tokens of each kind without the role or the permissions: nothing is taken for an
// answer, and each refusal names what it takes.
func TestTokensThatMayNot(t *testing.T) {
	for _, row := range []struct {
		name string
		kind githubtest.Kind
		with []githubtest.TokenOption
		why  string // of the deploy keys
	}{
		{"classic of a member", githubtest.Classic, []githubtest.TokenOption{githubtest.As("bob")}, "does not administer"},
		{"classic of a stranger", githubtest.Classic, []githubtest.TokenOption{githubtest.As("mallory")}, "does not administer"},
		{"classic with few scopes", githubtest.Classic, []githubtest.TokenOption{githubtest.Scopes("public_repo")}, "lacks scope repo"},
		{"fine-grained of an owner without permissions", githubtest.FineGrained, nil, "lacks administration:read"},
		{"fine-grained of a member with permissions", githubtest.FineGrained, []githubtest.TokenOption{githubtest.As("bob"), githubtest.Can("administration:read", "secrets:read", "members:read")}, "does not administer"},
		{"an app without permissions", githubtest.Installation, nil, "lacks administration:read"},
		{"a job", githubtest.Job, nil, "can never see"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := githubtest.Serve(t, full())
			host := one(t, options(s, s.Token(row.kind, row.with...)))
			nothingPrivileged(t, host)
			if why := host.Why("deployKeys"); !strings.Contains(why.Reason, row.why) || why.Unlock != "administration:read" {
				t.Errorf("deploy keys: %+v", why)
			}
			for _, u := range host.Unseen {
				if u.Reason == "" || u.Unlock == "" && !strings.HasPrefix(u.What, "branches/release") {
					t.Errorf("no reason or no way: %+v", u)
				}
			}
		})
	}
}

func TestAnAppAsksForTokensOfItsInstallation(t *testing.T) {
	s := githubtest.Serve(t, full())
	key := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(s.AppKey())})
	o := options(s, "")
	o.App = App{ID: "7", Key: key}
	host := one(t, o)
	main := host.Branches[0]
	if main.LastPush != evidence.Yes || main.Linear != evidence.No || main.BypassSeen != evidence.Unknown || len(host.DeployKeys) != 1 || host.Security.ImmutableRelease != evidence.Yes {
		t.Errorf("with administration:read: %s", shown(t, main))
	}
	if why := host.Why("secrets/repository"); why.Unlock != "secrets:read" || !strings.Contains(why.Reason, "installation") {
		t.Errorf("%+v", why)
	}
	for _, a := range s.Asked() {
		if a.Status == http.StatusForbidden {
			t.Errorf("asked for what the installation lacks: %s", a)
		}
	}
	if n := s.Count("POST /app/installations/{installation_id}/access_tokens"); n != 1 {
		t.Errorf("%d tokens", n)
	}

	// A clock that runs away: the token is always about to end.
	s.ResetCounters()
	now := time.Now()
	o.Now = func() time.Time { return now.Add(57 * time.Minute) }
	if _, err := collect(t, o); err == nil || !strings.Contains(err.Error(), "app 7") {
		t.Errorf("a JWT of the future: %v", err)
	}

	for name, app := range map[string]App{"no key": {ID: "7", Key: []byte("x")}, "no such app": {ID: "8", Key: key}} {
		o := options(s, "")
		o.App = app
		seen, err := collect(t, o)
		if err == nil || len(seen.Gaps) != 1 || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: %v, gaps %v", name, err, seen.Gaps)
		}
	}
}

func TestATokenOfAnInstallationIsMadeAnew(t *testing.T) {
	s := githubtest.Serve(t, full())
	key := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(s.AppKey())})
	s.Fault(githubtest.Fault{Route: "GET /repos/{owner}/{repo}/keys", Kind: githubtest.Unauthorized})
	o := options(s, "")
	o.App = App{ID: "7", Key: key}
	host := one(t, o)
	if len(host.DeployKeys) != 1 || s.Count("POST /app/installations/{installation_id}/access_tokens") != 2 {
		t.Errorf("after a 401: %s", shown(t, host.DeployKeys))
	}
}

func TestARepositoryThatIsNotShownIsAGap(t *testing.T) {
	world := full()
	world.Organisations[0].SAML = true
	world.Repositories = append(world.Repositories, githubtest.Repository{Owner: "acme", Name: "hidden", Visibility: "private"})
	s := githubtest.Serve(t, world)
	for _, row := range []struct{ name, token, repository, reason string }{
		{"private, no token", "", "hidden", "no token was given"},
		{"private, a job of another", s.Token(githubtest.Job), "hidden", "may not see it"},
		{"not there", s.Token(githubtest.Classic), "nowhere", "does not exist"},
		{"single sign-on", s.Token(githubtest.Classic, githubtest.Unauthorised("acme")), "tool", "single sign-on"},
	} {
		o := options(s, row.token)
		o.Name = row.repository
		seen, err := collect(t, o)
		if err != nil || len(seen.Hosts) != 0 || len(seen.Gaps) != 1 || seen.Gaps[0].Kind != evidence.Hosts || !strings.Contains(seen.Gaps[0].Reason, row.reason) || seen.Gaps[0].Unlock == "" {
			t.Errorf("%s: %v, %d hosts, gaps %+v", row.name, err, len(seen.Hosts), seen.Gaps)
		}
	}
	o := options(s, s.Token(githubtest.Classic))
	o.Name = "old-tool"
	if host := one(t, o); host.Name != "acme/tool" {
		t.Errorf("renamed: %s", host.Name)
	}
	for _, name := range []string{"", "..", "a b", "x/../y"} {
		o.Name = name
		if seen, err := collect(t, o); err != nil || len(seen.Gaps) != 1 {
			t.Errorf("%q: %v, %v", name, err, seen.Gaps)
		}
	}
}

func TestAPlanWithoutRules(t *testing.T) {
	s := githubtest.Serve(t, githubtest.World{
		Organisations: []githubtest.Organisation{{Login: "acme", Plan: "free", Members: []githubtest.Member{{Login: "ada", Owner: true}}}},
		Repositories:  []githubtest.Repository{{Owner: "acme", Name: "tool", Visibility: "private"}},
	})
	host := one(t, options(s, s.Token(githubtest.Classic)))
	if why := host.Why("branches/main/approvals"); !strings.Contains(why.Reason, "plan") {
		t.Errorf("%+v: %s", why, shown(t, host.Branches))
	}
}

func TestAPersonsRepository(t *testing.T) {
	s := githubtest.Serve(t, githubtest.World{Repositories: []githubtest.Repository{{Owner: "acme", Name: "tool"}}})
	host := one(t, options(s, s.Token(githubtest.Classic)))
	if host.Personal != evidence.Yes || host.Organisation != nil || host.Branches[0].Protected != evidence.No || *host.Branches[0].Approvals != 0 {
		t.Errorf("%s", shown(t, host))
	}
	for _, u := range host.Unseen {
		if strings.HasPrefix(u.What, "organisation") || strings.HasSuffix(u.What, "/organisation") {
			t.Errorf("there is no organisation: %+v", u)
		}
	}
}
