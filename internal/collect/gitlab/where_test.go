package gitlab

import "testing"

func TestWhereTheProjectIs(t *testing.T) {
	ci := map[string]string{"CI_SERVER_URL": "https://git.example.com", "CI_API_V4_URL": "https://git.example.com/api/v4", "CI_PROJECT_PATH": "acme/sub/tool"}
	below := map[string]string{"CI_SERVER_URL": "https://example.com/gitlab", "CI_API_V4_URL": "https://example.com/gitlab/api/v4"}
	for _, test := range []struct {
		remote        string
		env           map[string]string
		project, base string
		ok            bool
	}{
		{"https://gitlab.com/acme/tool.git", nil, "acme/tool", PublicAPI, true},
		{"git@gitlab.com:acme/sub/tool.git", nil, "acme/sub/tool", PublicAPI, true},
		{"ssh://git@altssh.gitlab.com:443/acme/tool.git", nil, "acme/tool", PublicAPI, true},
		{"https://user:secret@gitlab.com/acme/tool", nil, "acme/tool", PublicAPI, true},
		{"https://evil.example/acme/tool", nil, "", "", false},
		{"https://evil.example/acme/tool", ci, "acme/sub/tool", "https://git.example.com/api/v4", true},
		{"git@git.example.com:acme/other.git", ci, "acme/other", "https://git.example.com/api/v4", true},
		{"https://example.com/gitlab/acme/tool.git", below, "acme/tool", "https://example.com/gitlab/api/v4", true},
		{"", ci, "acme/sub/tool", "https://git.example.com/api/v4", true},
		{"", map[string]string{"CI_SERVER_URL": "https://git.example.com", "CI_API_V4_URL": "https://evil.example/api/v4", "CI_PROJECT_PATH": "acme/tool"}, "acme/tool", "https://git.example.com/api/v4", true},
		{"/srv/git/tool", nil, "", "", false},
		{"https://gitlab.com/tool", nil, "", "", false},
		{"https://gitlab.com/acme/../../admin", nil, "", "", false},
	} {
		project, base, ok := Where(test.remote, func(name string) string { return test.env[name] })
		if project != test.project || base != test.base || ok != test.ok {
			t.Errorf("%q in %v: %q %q %v", test.remote, test.env, project, base, ok)
		}
	}
}

func TestWhichTokenGoesWhere(t *testing.T) {
	const own = "https://git.example.com/api/v4"
	ci := map[string]string{"CI_SERVER_URL": "https://git.example.com", "GITLAB_TOKEN": "g", "CI_JOB_TOKEN": "j"}
	for _, test := range []struct {
		base            string
		flagged         bool
		env             map[string]string
		value, variable string
		job             bool
	}{
		{PublicAPI, false, map[string]string{"GITLAB_TOKEN": "g"}, "g", "GITLAB_TOKEN", false},
		{"", false, map[string]string{"GITLAB_TOKEN": " g\n"}, "g", "GITLAB_TOKEN", false},
		{own, false, ci, "g", "GITLAB_TOKEN", false},
		{own, false, map[string]string{"CI_SERVER_URL": "https://git.example.com", "CI_JOB_TOKEN": "j"}, "j", "CI_JOB_TOKEN", true},
		{PublicAPI, false, ci, "", "", false},
		{"https://evil.example/api/v4", false, ci, "", "", false},
		{"https://evil.example/api/v4", false, map[string]string{"GITLAB_TOKEN": "g"}, "", "", false},
		{PublicAPI, false, map[string]string{"CI_JOB_TOKEN": "j"}, "", "", false},
		{"https://other.example/api/v4", false, map[string]string{"SEALVET_TOKEN": "s", "GITLAB_TOKEN": "g"}, "s", "SEALVET_TOKEN", false},
		{"https://other.example/api/v4", true, map[string]string{"GITLAB_TOKEN": "g"}, "g", "GITLAB_TOKEN", false},
		{"https://other.example/api/v4", true, ci, "", "", false},
	} {
		value, variable, job := TokenFor(test.base, test.flagged, func(name string) string { return test.env[name] })
		if value != test.value || variable != test.variable || job != test.job {
			t.Errorf("%s in %v: %q %q %v", test.base, test.env, value, variable, job)
		}
	}
}

func TestPatternsOfBranches(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"main", "main", true}, {"main", "main2", false}, {"*", "a/b", true}, {"release/*", "release/1/2", true}, {"*-stable", "1-stable", true},
		{"a*b*c", "a1b2c", true}, {"a*b*c", "acb", false}, {"ab*bc", "abc", false}, {"**", "x", true}, {"", "x", false},
	} {
		if got := fits(test.pattern, test.name); got != test.want {
			t.Errorf("%q fits %q: %v", test.pattern, test.name, got)
		}
	}
}

func TestTheProjectOfAnyRemote(t *testing.T) {
	for _, test := range []struct{ remote, base, project string }{
		{"https://git.example.com/acme/sub/tool.git", "https://git.example.com/api/v4", "acme/sub/tool"},
		{"https://example.com/gitlab/acme/tool", "https://example.com/gitlab/api/v4/", "acme/tool"},
		{"git@git.example.com:acme/tool.git", "", "acme/tool"},
		{"/srv/tool", "", ""},
	} {
		if project, ok := Named(test.remote, test.base); ok != (test.project != "") || ok && project != test.project {
			t.Errorf("%s: %q %v", test.remote, project, ok)
		}
	}
}
