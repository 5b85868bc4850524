package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/access"
	"github.com/sealvet/sealvet/internal/githubtest"
)

// insiders is an organisation with a planted name everywhere where only insiders may
// look.
func insiders() githubtest.World {
	bypass := []githubtest.BypassActor{{Type: "Team", ID: 7, Name: "planted-team"}, {Type: "User", ID: 8, Name: "planted-user"}}
	return githubtest.World{
		Organisations: []githubtest.Organisation{{
			Login: "acme",
			Members: []githubtest.Member{
				{Login: "ada", Owner: true}, {Login: "planted-bob", MFA: githubtest.NoMFA}, {Login: "planted-carl", MFA: githubtest.NoMFA}, {Login: "planted-cy", MFA: githubtest.InsecureMFA},
			},
			Outside:  []githubtest.Member{{Login: "planted-guest", MFA: githubtest.NoMFA}},
			Secrets:  []githubtest.Secret{{Name: "PLANTED_SHARED", Updated: long}},
			Hooks:    []githubtest.Hook{{URL: "http://planted.example.com/o"}},
			Runners:  []githubtest.Runner{{Name: "planted-shared"}},
			Rulesets: []githubtest.Ruleset{{ID: 21, Name: "all", Rules: githubtest.Rules("non_fast_forward"), Bypass: bypass}},
		}},
		Repositories: []githubtest.Repository{{
			Owner: "acme", Name: "tool",
			Rulesets:          []githubtest.Ruleset{{ID: 11, Name: "main", Rules: githubtest.Rules("deletion"), Bypass: bypass}},
			Environments:      []githubtest.Environment{{Name: "pypi", Secrets: []githubtest.Secret{{Name: "PLANTED_UPLOAD", Updated: long}}}},
			Secrets:           []githubtest.Secret{{Name: "PLANTED_TOKEN", Updated: long}},
			DependabotSecrets: []githubtest.Secret{{Name: "PLANTED_BOT", Updated: long}},
			DeployKeys:        []githubtest.DeployKey{{Title: "planted key", CanWrite: true, Created: long}, {Title: "planted reader", Created: long}},
			Hooks:             []githubtest.Hook{{URL: "http://planted.example.com/a", Insecure: true}},
			Runners:           []githubtest.Runner{{Name: "planted-box"}},
		}},
	}
}

// long ago is before every policy's patience.
var long = time.Date(2023, 6, 1, 0, 0, 0, 0, time.UTC)

// outside is no CI and holds no token.
func outside(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"CI", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "TF_BUILD", "BUILDKITE", "CIRCLECI", "SEALVET_TOKEN", "GITHUB_TOKEN", "GH_TOKEN",
		"GITHUB_SERVER_URL", "GITHUB_API_URL", "GITHUB_REPOSITORY", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "SEALVET_APP_ID", "SEALVET_APP_KEY", "SEALVET_OFFLINE",
	} {
		t.Setenv(name, "")
	}
}

// said is what one run wrote, and how it ended.
type said struct {
	out, err string
	code     int
}

func sealvet(t *testing.T, args ...string) said {
	t.Helper()
	root := newRoot()
	var out, complaints bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&complaints)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	var code exitCode
	switch {
	case errors.As(err, &code):
		if code.err != nil {
			complain(&complaints, code.err)
		}
	case err != nil:
		code.code = exitUsage
		complain(&complaints, err)
	}
	return said{out.String(), complaints.String(), code.code}
}

// checkedOut is a checkout of acme/tool.
func checkedOut(t *testing.T, remote string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"README.md": "# Tool\n", ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"remote", "add", "origin", remote}, {"add", "."}} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
	}
	return dir
}

// table asks what a token can decide.
func table(t *testing.T, s *githubtest.Server, token string) accessDocument {
	t.Helper()
	t.Setenv("SEALVET_TOKEN", token)
	got := sealvet(t, "access", "acme/tool", "--github-api", s.URL, "--format", "json")
	if got.code != exitMet {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	var d accessDocument
	if err := json.Unmarshal([]byte(got.out), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d accessDocument) check(t *testing.T, id string) accessCheck {
	t.Helper()
	i := slices.IndexFunc(d.Checks, func(c accessCheck) bool { return c.Check == id })
	if i < 0 {
		t.Fatalf("%s is not in the table", id)
	}
	return d.Checks[i]
}

// What the table says is missing is what the host then accepts: a token that gets all
// that is named, and nothing else, decides every check.
func TestWhatIsNamedUnlocksTheRest(t *testing.T) {
	outside(t)
	for _, kind := range []githubtest.Kind{githubtest.FineGrained, githubtest.Installation} {
		t.Run(string(kind), func(t *testing.T) {
			s := githubtest.Serve(t, insiders())
			var have []string
			for range 6 {
				d := table(t, s, s.Token(kind, githubtest.Can(have...)))
				if d.Open == 0 {
					return
				}
				before := len(have)
				for _, right := range d.Rights {
					if !slices.Contains(have, right.Name) {
						have = append(have, right.Name)
					}
				}
				if len(have) == before {
					t.Fatalf("with %v still open: %+v", have, d)
				}
			}
			t.Errorf("%v do not decide all", have)
		})
	}
}

func TestWhatEachTokenDecides(t *testing.T) {
	outside(t)
	s := githubtest.Serve(t, insiders())
	owner := table(t, s, s.Token(githubtest.Classic))
	if owner.Open != 0 || owner.Token.Kind != "classic" || owner.Token.From != "SEALVET_TOKEN" || owner.UnlocksMost != "" {
		t.Errorf("an owner's classic token: %+v", owner)
	}
	guest := table(t, s, s.Token(githubtest.Classic, githubtest.As("planted-guest"), githubtest.Scopes("repo")))
	if c := guest.check(t, "writable-deploy-key"); c.Decides != access.No || !slices.Equal(c.Missing, []string{"administration:read"}) {
		t.Errorf("a guest's token: %+v", c)
	}
	nobody := table(t, s, "")
	if nobody.Token.Kind != "" || nobody.check(t, "member-without-mfa").Decides != access.No {
		t.Errorf("no token: %+v", nobody.Token)
	}
	if c := nobody.check(t, "ruleset-not-enforced"); c.Decides != access.Yes {
		t.Errorf("what everybody is told: %+v", c)
	}
}

func TestWhatAJobDecides(t *testing.T) {
	outside(t)
	s := githubtest.Serve(t, insiders())
	t.Setenv("GITHUB_ACTIONS", "true")
	t.Setenv("GITHUB_SERVER_URL", s.URL)
	t.Setenv("GITHUB_API_URL", s.URL)
	t.Setenv("GITHUB_TOKEN", s.Token(githubtest.Job))
	d := table(t, s, "")
	if d.Token.Kind != "job" || d.Token.From != "GITHUB_TOKEN" || d.Requests > 10 {
		t.Errorf("token %+v, %d requests", d.Token, d.Requests)
	}
	if d.UnlocksMost != "administration:read" {
		t.Errorf("unlocks most: %s", d.UnlocksMost)
	}
	c := d.check(t, "stale-deploy-key")
	if c.Decides != access.No || !slices.Equal(c.Least[access.Job], []string{access.Never}) || len(c.Least[access.Installation]) != 1 {
		t.Errorf("stale-deploy-key: %+v", c)
	}
	text := sealvet(t, "access", "acme/tool", "--github-api", s.URL).out
	for _, want := range []string{
		"asked with the token of a workflow job (from $GITHUB_TOKEN)", "administration:read unlocks most:", "can never have it",
		"GitHub App          repository permission Administration: read",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestAccessOfACheckoutAndOfNothing(t *testing.T) {
	outside(t)
	s := githubtest.Serve(t, insiders())
	t.Setenv("SEALVET_TOKEN", s.Token(githubtest.Classic))
	got := sealvet(t, "access", checkedOut(t, "https://github.com/acme/tool.git"), "--github-api", s.URL)
	if got.code != exitMet || !strings.HasPrefix(got.out, "acme/tool on "+s.URL) {
		t.Errorf("of a checkout: %+v", got)
	}
	if got := sealvet(t, "access", t.TempDir(), "--github-api", s.URL); got.code != exitUsage || !strings.Contains(got.err, "sealvet access owner/name") {
		t.Errorf("of a folder without a remote: %+v", got)
	}
	if got := sealvet(t, "access", "acme/other", "--github-api", s.URL); got.code != exitMet || !strings.Contains(got.out, "acme/other does not exist") {
		t.Errorf("of a repository that is not there: %+v", got)
	}
	if got := sealvet(t, "access", "acme/tool", "--format", "xml"); got.code != exitUsage {
		t.Errorf("of an unknown format: %+v", got)
	}
}
