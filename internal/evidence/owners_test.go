package evidence

import "testing"

func TestMatcher(t *testing.T) {
	for _, test := range []struct {
		host     OwnersHost
		pattern  string
		yes, not []string
	}{
		{GitHub, "*", []string{"a", "a/b/c", ".github/workflows/ci.yml"}, nil},
		{GitHub, "*.js", []string{"a.js", "a/b.js"}, []string{"a.jsx"}},
		{GitHub, "/build/logs/", []string{"build/logs/a", "build/logs/b/c"}, []string{"x/build/logs/a", "build/logs"}},
		{GitHub, "docs/*", []string{"docs/a.md"}, []string{"docs/b/a.md", "x/docs/a.md"}},
		{GitHub, "apps/", []string{"apps/a", "x/apps/a/b"}, []string{"apps"}},
		{GitHub, "/docs", []string{"docs", "docs/a"}, []string{"x/docs/a", "docs2"}},
		{GitHub, "**/logs", []string{"logs/a", "x/logs/a", "x/y/logs"}, []string{"xlogs"}},
		{GitHub, "/apps/**/*.json", []string{"apps/a.json", "apps/x/y/a.json"}, []string{"a.json"}},
		{GitHub, ".github/**", []string{".github/workflows/ci.yml"}, []string{".github"}},
		{GitHub, "a?c", []string{"abc", "x/abc/d"}, []string{"ac", "abbc"}},
		{GitHub, "ü.md", []string{"ü.md"}, []string{"u.md"}},
		{GitLab, "*", []string{"a", "a/b", ".gitlab-ci.yml"}, nil},
		{GitLab, "README.md", []string{"README.md", "a/README.md"}, []string{"README.md/a"}},
		{GitLab, "/docs/", []string{"docs/a", "docs/b/c"}, []string{"x/docs/a"}},
		{GitLab, "docs/", []string{"docs/a", "x/docs/b/c"}, nil},
		{GitLab, "/docs", []string{"docs"}, []string{"docs/a"}},
		{GitLab, "/docs/*", []string{"docs/a"}, []string{"docs/b/c"}},
		{GitLab, "/docs/**/*.md", []string{"docs/a.md", "docs/b/c/a.md"}, []string{"a.md"}},
		{GitLab, "docs/a.md", []string{"docs/a.md", "x/docs/a.md"}, nil},
	} {
		match := OwnerRule{Pattern: test.pattern}.Matcher(test.host)
		if match == nil {
			t.Errorf("%s: %q does not compile", test.host, test.pattern)
			continue
		}
		for _, path := range test.yes {
			if !match.MatchString(path) {
				t.Errorf("%s: %q does not match %s", test.host, test.pattern, path)
			}
		}
		for _, path := range test.not {
			if match.MatchString(path) {
				t.Errorf("%s: %q matches %s", test.host, test.pattern, path)
			}
		}
	}
}
