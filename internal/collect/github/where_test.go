package github

import (
	"fmt"
	"testing"
)

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestWhere(t *testing.T) {
	hosted := []string{"GITHUB_REPOSITORY", "acme/tool", "GITHUB_SERVER_URL", "https://github.com", "GITHUB_API_URL", "https://api.github.com"}
	own := []string{"GITHUB_REPOSITORY", "acme/tool", "GITHUB_SERVER_URL", "https://git.example.com", "GITHUB_API_URL", "https://git.example.com/api/v3"}
	resident := []string{"GITHUB_REPOSITORY", "acme/tool", "GITHUB_SERVER_URL", "https://acme.ghe.com"}
	for _, row := range []struct {
		remote string
		env    []string
		want   string // owner/name at API, empty where it does not know
	}{
		{"https://github.com/acme/tool", nil, "acme/tool at https://api.github.com"},
		{"https://github.com/acme/tool.git", nil, "acme/tool at https://api.github.com"},
		{"https://GitHub.com/acme/tool.git/", nil, "acme/tool at https://api.github.com"},
		{"git@github.com:acme/tool.git", nil, "acme/tool at https://api.github.com"},
		{"ssh://git@ssh.github.com:443/acme/tool.git", nil, "acme/tool at https://api.github.com"},
		{"https://user:secret@github.com/acme/tool", nil, "acme/tool at https://api.github.com"},
		{"git@github.com:other/thing.git", hosted, "other/thing at https://api.github.com"},
		{"https://git.example.com/acme/x", own, "acme/x at https://git.example.com/api/v3"},
		{"https://acme.ghe.com/acme/x", resident, "acme/x at https://api.acme.ghe.com"},
		{"https://github.com/acme/tool", own, "acme/tool at https://api.github.com"},
		{"", hosted, "acme/tool at https://api.github.com"},
		{"", own, "acme/tool at https://git.example.com/api/v3"},
		{"git@work:acme/tool.git", hosted, "acme/tool at https://api.github.com"},
		// A host that nobody vouches for is never asked.
		{"https://git.example.com/acme/tool", nil, ""},
		{"https://github.com.evil.example/acme/tool", nil, ""},
		{"https://evil.example/github.com/acme", nil, ""},
		{"https://github.com@evil.example/acme/tool", nil, ""},
		{"https://gitlab.com/acme/tool", nil, ""},
		{"https://github.com/acme", nil, ""},
		{"https://github.com/acme/tool/extra", nil, ""},
		{"https://github.com/acme/..", nil, ""},
		{"https://github.com/acme/a b", nil, ""},
		{"/srv/git/tool", nil, ""},
		{"", []string{"GITHUB_REPOSITORY", "acme/tool"}, ""},
		// An API that is not the server's is not believed.
		{"", []string{"GITHUB_REPOSITORY", "acme/tool", "GITHUB_SERVER_URL", "https://git.example.com", "GITHUB_API_URL", "https://evil.example/api/v3"}, "acme/tool at https://git.example.com/api/v3"},
	} {
		owner, name, api, ok := Where(row.remote, environment(row.env...))
		got := ""
		if ok {
			got = fmt.Sprintf("%s/%s at %s", owner, name, api)
		}
		if got != row.want {
			t.Errorf("%s with %v: %q, want %q", row.remote, row.env, got, row.want)
		}
	}
}

func TestNamed(t *testing.T) {
	for remote, want := range map[string]string{"https://git.example.com/acme/tool.git": "acme/tool", "git@git.example.com:acme/tool": "acme/tool", "https://git.example.com/acme": "", "/srv/acme/tool": "", "": ""} {
		owner, name, ok := Named(remote)
		if got := owner + "/" + name; ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q", remote, got)
		}
	}
}

func TestTokensGoHome(t *testing.T) {
	own := []string{"GITHUB_SERVER_URL", "https://git.example.com", "GITHUB_TOKEN", "ghs_job"}
	for _, row := range []struct {
		api     string
		flagged bool
		env     []string
		want    string
	}{
		{"", false, []string{"GITHUB_TOKEN", "a", "GH_TOKEN", "b"}, "a of GITHUB_TOKEN"},
		{PublicAPI, false, []string{"GH_TOKEN", " b\n"}, "b of GH_TOKEN"},
		{PublicAPI, false, []string{"GITHUB_TOKEN", "a", "SEALVET_TOKEN", "c"}, "c of SEALVET_TOKEN"},
		{"https://git.example.com/api/v3", false, own, "ghs_job of GITHUB_TOKEN"},
		{PublicAPI, false, own, ""},
		{"https://other.example.com/api/v3", false, []string{"GITHUB_TOKEN", "a", "GH_TOKEN", "b"}, ""},
		{"https://other.example.com/api/v3", false, []string{"GITHUB_TOKEN", "a", "SEALVET_TOKEN", "c"}, "c of SEALVET_TOKEN"},
		{"https://other.example.com/api/v3", true, []string{"GH_TOKEN", "b"}, "b of GH_TOKEN"},
		{"https://other.example.com/api/v3", true, own, ""},
		{"https://other.example.com/api/v3", true, append(own, "GH_ENTERPRISE_TOKEN", "e"), "e of GH_ENTERPRISE_TOKEN"},
		{PublicAPI, true, own, ""},
		{PublicAPI, false, []string{"GH_ENTERPRISE_TOKEN", "e"}, ""},
	} {
		value, variable := TokenFor(row.api, row.flagged, environment(row.env...))
		got := ""
		if value != "" {
			got = value + " of " + variable
		}
		if got != row.want {
			t.Errorf("%s with %v: %q, want %q", row.api, row.env, got, row.want)
		}
	}
}

func TestDetectToken(t *testing.T) {
	for value, want := range map[string]Kind{"": Anonymous, "ghp_x": Classic, "gho_x": Classic, "github_pat_x": FineGrained, "ghu_x": FineGrained, "ghs_x": Installation, "0123456789abcdef": Opaque} {
		if got := DetectToken(value); got != want || got.Describe() == "" {
			t.Errorf("%q: %q", value, got)
		}
	}
}

func TestGraphQLIsBesideREST(t *testing.T) {
	for api, want := range map[string]string{"https://api.github.com": "https://api.github.com/graphql", "https://git.example.com/api/v3": "https://git.example.com/api/graphql"} {
		if got := graphQLOf(api); got != want {
			t.Errorf("%s: %s", api, got)
		}
	}
	for _, o := range []Options{{API: "https://a.example", GraphQL: "https://b.example/graphql"}, {API: "https://a.example", GraphQL: "http://a.example/graphql"}, {API: "nonsense"}} {
		if _, err := newClient(o); err == nil {
			t.Errorf("%s and %s", o.API, o.GraphQL)
		}
	}
}

func FuzzRemote(f *testing.F) {
	for _, remote := range []string{"https://github.com/a/b", "git@github.com:a/b", "ssh://git@github.com:22/a/b", "a:b/c", "://", "https://github.com@evil/a/b"} {
		f.Add(remote)
	}
	f.Fuzz(func(t *testing.T, remote string) {
		owner, name, api, ok := Where(remote, environment())
		if ok && (api != PublicAPI || !nameForm.MatchString(owner) || !nameForm.MatchString(name)) {
			t.Fatalf("%q: %q/%q at %q", remote, owner, name, api)
		}
	})
}
