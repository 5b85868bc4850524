package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const policyCommit = "0123456789abcdef0123456789abcdef01234567"

// servePolicies plays GitHub: acme and other have each a private repository of
// policies, which the token may read; open has a public one.
func servePolicies(t *testing.T) (api string) {
	t.Helper()
	files := map[string]string{
		"/repos/acme/policies/contents/.sealvet.yml":     "extends: mcp/base.yml\nfail-at: medium\n",
		"/repos/acme/policies/contents/mcp/base.yml":     "allow-loosening: [waivers]\ndeny: [mallory]\n",
		"/repos/other/policies/contents/.sealvet.yml":    "fail-at: low\n",
		"/repos/open/policies/contents/strict/slsa.yaml": "profile: [strict, slsa]\n",
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		private := !strings.HasPrefix(r.URL.Path, "/repos/open/")
		file, known := files[r.URL.Path]
		switch {
		case private && r.Header.Get("Authorization") != "Bearer ghp_secret":
			w.WriteHeader(http.StatusNotFound)
		case strings.HasSuffix(r.URL.Path, "/policies/commits/v2"):
			_, _ = w.Write([]byte(policyCommit))
		case known && r.URL.Query().Get("ref") == policyCommit:
			_, _ = w.Write([]byte(file))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestPoliciesOfAnotherRepository(t *testing.T) {
	outside(t)
	api := servePolicies(t)
	root := checkedOut(t, "https://github.com/acme/tool.git")
	for _, c := range []struct {
		name, own, org, token string
		code                  int
		out, err              string
	}{
		{name: "extended, with what that extends", own: "extends: acme/policies@v2\nfail-at: high\n", token: "ghp_secret",
			out: "# from acme/policies/mcp/base.yml@" + policyCommit + " (commit " + policyCommit + ")\n# from acme/policies/.sealvet.yml@v2 (commit " + policyCommit + ")\n# from .sealvet.yml\nfail-at: medium "},
		{name: "enforced", org: "acme/policies@v2", own: "fail-at: never\n", token: "ghp_secret", out: "# refused at .sealvet.yml:1: fail-at: never loosens what acme/policies/"},
		{name: "enforced, of another owner", org: "other/policies@v2", token: "ghp_secret", out: "fail-at: low "},
		{name: "extended, of another owner, open", own: "extends: open/policies/strict/slsa.yaml@v2\n", token: "ghp_secret", out: "  - strict "},
		{name: "extended, of another owner, private", own: "extends: other/policies@v2\n", token: "ghp_secret", code: exitUnfinished, err: "that anybody may read"},
		{name: "without a token", own: "extends: acme/policies@v2\n", code: exitUnfinished, err: "needs a token with contents:read"},
		{name: "no such ref", org: "acme/policies@v9", token: "ghp_secret", code: exitUnfinished, err: "there is no such repository, ref or file"},
		{name: "no ref", org: "acme/policies", token: "ghp_secret", code: exitUnfinished, err: "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("SEALVET_TOKEN", c.token)
			if err := os.WriteFile(filepath.Join(root, ".sealvet.yml"), []byte(c.own), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"policy", "show", "--github-api", api, root}
			if c.org != "" {
				args = append(args, "--org-policy", c.org)
			}
			got := sealvet(t, args...)
			if got.code != c.code || !strings.Contains(got.out, c.out) || !strings.Contains(got.err, c.err) {
				t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
			}
			if strings.Contains(got.out+got.err, "ghp_secret") {
				t.Error("the token is told")
			}
		})
	}
}

// A snapshot brings the policies along, so that judge needs no network.
func TestJudgeKnowsWhatThePolicyExtends(t *testing.T) {
	outside(t)
	t.Setenv("SEALVET_TOKEN", "ghp_secret")
	root := checkedOut(t, "https://github.com/acme/tool.git")
	if err := os.WriteFile(filepath.Join(root, ".sealvet.yml"), []byte("extends: acme/policies@v2\nfail-at: never\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(t.TempDir(), "saved.json")
	api := servePolicies(t)
	if got := sealvet(t, "collect", "--github-api", api, "--npm-registry", api, "--mcp-registry", api, "-o", saved, root); got.code == exitUsage {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	got := sealvet(t, "judge", "--force", saved)
	for _, want := range []string{
		"The policy rests on acme/policies/.sealvet.yml@v2, which is commit " + policyCommit + ".",
		".sealvet.yml:2:1: fail-at: never loosens what acme/policies/",
	} {
		if !strings.Contains(got.err, want) {
			t.Errorf("exit %d, %q is not in\n%s", got.code, want, got.err)
		}
	}
}

// The hosts that the organisation names may be asked; those that a repository adds may
// not.
func TestTheOrganisationNamesHosts(t *testing.T) {
	outside(t)
	org := filepath.Join(t.TempDir(), "org.yml")
	if err := os.WriteFile(org, []byte("provenance: {registries: [npm.acme.example]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := newScan()
	if err := cmd.ParseFlags([]string{"--org-policy", org}); err != nil {
		t.Fatal(err)
	}
	rules, far := ruling{orgPolicy: org}, reach{}
	if err := rules.readPolicies(cmd, &far); err != nil || !slices.Equal(far.allow, []string{"npm.acme.example"}) {
		t.Errorf("%v, %v", far.allow, err)
	}
}
