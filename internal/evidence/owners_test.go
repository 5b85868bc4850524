package evidence

import "testing"

func TestMatcher(t *testing.T) {
	for _, test := range []struct {
		host     OwnersHost
		pattern  string
		yes, not []string
	}{
		{OwnersGitHub, "*", []string{"a", "a/b/c", ".github/workflows/ci.yml"}, nil},
		{OwnersGitHub, "*.js", []string{"a.js", "a/b.js"}, []string{"a.jsx"}},
		{OwnersGitHub, "/build/logs/", []string{"build/logs/a", "build/logs/b/c"}, []string{"x/build/logs/a", "build/logs"}},
		{OwnersGitHub, "docs/*", []string{"docs/a.md"}, []string{"docs/b/a.md", "x/docs/a.md"}},
		{OwnersGitHub, "apps/", []string{"apps/a", "x/apps/a/b"}, []string{"apps"}},
		{OwnersGitHub, "/docs", []string{"docs", "docs/a"}, []string{"x/docs/a", "docs2"}},
		{OwnersGitHub, "**/logs", []string{"logs/a", "x/logs/a", "x/y/logs"}, []string{"xlogs"}},
		{OwnersGitHub, "/apps/**/*.json", []string{"apps/a.json", "apps/x/y/a.json"}, []string{"a.json"}},
		{OwnersGitHub, ".github/**", []string{".github/workflows/ci.yml"}, []string{".github"}},
		{OwnersGitHub, "a?c", []string{"abc", "x/abc/d"}, []string{"ac", "abbc"}},
		{OwnersGitHub, "ü.md", []string{"ü.md"}, []string{"u.md"}},
		{OwnersGitLab, "*", []string{"a", "a/b", ".gitlab-ci.yml"}, nil},
		{OwnersGitLab, "README.md", []string{"README.md", "a/README.md"}, []string{"README.md/a"}},
		{OwnersGitLab, "/docs/", []string{"docs/a", "docs/b/c"}, []string{"x/docs/a"}},
		{OwnersGitLab, "docs/", []string{"docs/a", "x/docs/b/c"}, nil},
		{OwnersGitLab, "/docs", []string{"docs"}, []string{"docs/a"}},
		{OwnersGitLab, "/docs/*", []string{"docs/a"}, []string{"docs/b/c"}},
		{OwnersGitLab, "/docs/**/*.md", []string{"docs/a.md", "docs/b/c/a.md"}, []string{"a.md"}},
		{OwnersGitLab, "docs/a.md", []string{"docs/a.md", "x/docs/a.md"}, nil},
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
