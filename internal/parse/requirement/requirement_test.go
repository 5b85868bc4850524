package requirement

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestClassify(t *testing.T) {
	const sha = "0123456789abcdef0123456789abcdef01234567"
	for _, c := range []struct {
		ecosystem, requirement string
		want                   evidence.Class
	}{
		{evidence.NPM, "1.2.3", evidence.Exact},
		{evidence.NPM, "=1.2.3", evidence.Exact},
		{evidence.NPM, "v1.2.3-rc.1", evidence.Exact},
		{evidence.NPM, "1.2", evidence.Range},
		{evidence.NPM, "^1.2.3", evidence.Range},
		{evidence.NPM, ">=1 <3", evidence.Range},
		{evidence.NPM, ">=1.0.0", evidence.Range},
		{evidence.NPM, "1.2.3 || 2.0.0", evidence.Range},
		{evidence.NPM, "", evidence.Unbounded},
		{evidence.NPM, "*", evidence.Unbounded},
		{evidence.NPM, "x", evidence.Unbounded},
		{evidence.NPM, ">=0", evidence.Unbounded},
		{evidence.NPM, "latest", evidence.Unbounded},
		{evidence.NPM, "next", evidence.Unbounded},
		{evidence.NPM, "npm:left-pad@^1", evidence.Range},
		{evidence.NPM, "npm:@acme/pad@1.3.0", evidence.Exact},
		{evidence.NPM, "npm:left-pad", evidence.Unbounded},
		{evidence.NPM, "npm:@acme/pad", evidence.Unbounded},
		{evidence.NPM, "npm:^1.2", evidence.Range},
		{evidence.NPM, "jsr:@std/path@1", evidence.Range},
		{evidence.NPM, "patch:left-pad@npm%3A1.3.0#~/.yarn/patches/left-pad.patch", evidence.Exact},
		{evidence.NPM, "workspace:^", evidence.PathClass},
		{evidence.NPM, "file:../shared", evidence.PathClass},
		{evidence.NPM, "link:../shared", evidence.PathClass},
		{evidence.NPM, "portal:../shared", evidence.PathClass},
		{evidence.NPM, "./local.tgz", evidence.PathClass},
		{evidence.NPM, "catalog:", ""},
		{evidence.NPM, "git+ssh://git@example.com/acme/tool.git#v1", evidence.Git},
		{evidence.NPM, "git@example.com:acme/tool", evidence.Git},
		{evidence.NPM, "acme/tool", evidence.Git},
		{evidence.NPM, "acme/tool#" + sha, evidence.Git},
		{evidence.NPM, "github:acme/tool", evidence.Git},
		{evidence.NPM, "https://example.com/acme/tool.git#main", evidence.Git},
		{evidence.NPM, "https://example.com/tool-1.0.0.tgz", evidence.URL},
		{evidence.NPM, "^1.2.3.4.5", ""},

		{evidence.PyPI, "", evidence.Unbounded},
		{evidence.PyPI, "*", evidence.Unbounded},
		{evidence.PyPI, "==1.2.3", evidence.Exact},
		{evidence.PyPI, "===2004d", evidence.Exact},
		{evidence.PyPI, "==1.*", evidence.Range},
		{evidence.PyPI, "~=1.4", evidence.Range},
		{evidence.PyPI, "!=1.0", evidence.Range},
		{evidence.PyPI, "(>=1.0)", evidence.Range},
		{evidence.PyPI, "==1.0 ; python_version < '3'", evidence.Exact},
		{evidence.PyPI, "^1.2", evidence.Range},
		{evidence.PyPI, "~1.2", evidence.Range},
		{evidence.PyPI, "1.2.3", evidence.Exact},
		{evidence.PyPI, "^1.0 || ^2.0", evidence.Range},
		{evidence.PyPI, "@ git+https://example.com/acme/tool@" + sha, evidence.Git},
		{evidence.PyPI, "@ https://example.com/tool-1.0.whl", evidence.URL},
		{evidence.PyPI, "@ file:///tool", evidence.PathClass},
		{evidence.PyPI, "git+https://example.com/acme/tool", evidence.Git},

		{evidence.Cargo, "1.2.3", evidence.Range},
		{evidence.Cargo, "=1.2.3", evidence.Exact},
		{evidence.Cargo, "=1.2", evidence.Range},
		{evidence.Cargo, "*", evidence.Unbounded},
		{evidence.Golang, "v1.2.3", evidence.Exact},
		{evidence.Golang, "v2.0.0+incompatible", evidence.Exact},
		{evidence.Golang, "v0.0.0-20260727054525-2946ae4a6141", evidence.Exact},
		{evidence.Golang, "v1.2", evidence.Range},
		{evidence.Golang, "latest", evidence.Unbounded},
		{evidence.NuGet, "1.2.3", evidence.Range},
		{evidence.NuGet, "[1.2.3]", evidence.Exact},
		{evidence.NuGet, "1.*", evidence.Range},
		{evidence.NuGet, "*", evidence.Unbounded},
		{evidence.Maven, "1.2.3", evidence.Exact},
		{evidence.Maven, "[1.2.3]", evidence.Exact},
		{evidence.Maven, "[1,2)", evidence.Range},
		{evidence.Maven, "LATEST", evidence.Unbounded},
		{evidence.Maven, "1.0-SNAPSHOT", evidence.Unbounded},
		{evidence.Maven, "1.2.+", evidence.Range},
		{evidence.Maven, "latest.release", evidence.Unbounded},
		{evidence.Maven, "${revision}", ""},
		{evidence.Gem, "1.2.3", evidence.Exact},
		{evidence.Gem, "~> 1.2", evidence.Range},
		{evidence.Gem, ">= 0", evidence.Unbounded},
		{evidence.Composer, "1.2.3", evidence.Exact},
		{evidence.Composer, "^1.2|^2.0", evidence.Range},
		{evidence.Composer, "~1.2", evidence.Range},
		{evidence.Composer, "*", evidence.Unbounded},
		{evidence.Composer, "dev-main", evidence.Git},
		{evidence.Composer, "1.x-dev", evidence.Git},
		{"hex", "1.0", ""},
	} {
		if got := Classify(c.ecosystem, c.requirement); got != c.want {
			t.Errorf("Classify(%s, %q) = %q, want %q", c.ecosystem, c.requirement, got, c.want)
		}
	}
}

func TestSatisfies(t *testing.T) {
	for _, c := range []struct {
		ecosystem, requirement, version string
		want                            evidence.Answer
	}{
		{evidence.NPM, "^1.2.3", "1.9.0", evidence.Yes},
		{evidence.NPM, "^1.2.3", "2.0.0", evidence.No},
		{evidence.NPM, "*", "1.0.0-beta.1", evidence.Yes},
		{evidence.NPM, "latest", "9.0.0", evidence.Yes},
		{evidence.NPM, "npm:left-pad@^1", "1.3.0", evidence.Yes},
		{evidence.NPM, "npm:left-pad@^1", "2.3.0", evidence.No},
		{evidence.NPM, "workspace:*", "1.0.0", evidence.Unknown},
		{evidence.NPM, "acme/tool", "1.0.0", evidence.Unknown},
		{evidence.NPM, "^1", "not a version", evidence.Unknown},
		{evidence.NPM, "^1", "", evidence.Unknown},
		{evidence.PyPI, "~=1.4.2", "1.4.9", evidence.Yes},
		{evidence.PyPI, "~=1.4.2", "1.5.0", evidence.No},
		{evidence.PyPI, "==1.2.3", "1.2.3+cpu", evidence.Yes},
		{evidence.PyPI, "==1.2.3+cpu", "1.2.3+cuda", evidence.No},
		{evidence.PyPI, "===1.2", "1.2.0", evidence.No},
		{evidence.PyPI, "==1.2", "1.2.0", evidence.Yes},
		{evidence.PyPI, "^1.2", "1.9", evidence.Yes},
		{evidence.PyPI, "^0.2.3", "0.3.0", evidence.No},
		{evidence.PyPI, "^0.2.3", "0.2.9", evidence.Yes},
		{evidence.PyPI, "~1.2", "1.3", evidence.No},
		{evidence.PyPI, "^1.0 || ^3.0", "3.1", evidence.Yes},
		{evidence.PyPI, "^1.0 || ^3.0", "2.1", evidence.No},
		{evidence.Cargo, "1.2.3", "1.9.0", evidence.Yes},
		{evidence.Cargo, "0.3", "0.4.0", evidence.No},
		{evidence.Golang, "v1.2.3", "v1.2.3", evidence.Yes},
		{evidence.Golang, "v1.2.3", "v1.2.4", evidence.No},
		{evidence.NuGet, "1.2.3", "2.0.0", evidence.Yes},
		{evidence.NuGet, "1.2.3", "1.0.0", evidence.No},
		{evidence.NuGet, "[1.2.3]", "1.2.3.0", evidence.Yes},
		{evidence.Maven, "1.2.3", "1.2.3", evidence.Yes},
		{evidence.Maven, "1.2.3", "1.2.4", evidence.Unknown},
		{evidence.Maven, "[1,2)", "2.0", evidence.No},
		{evidence.Maven, "1.2.+", "1.2.7", evidence.Yes},
		{evidence.Gem, "~> 1.2", "1.9.9", evidence.Yes},
		{evidence.Gem, "~> 1.2", "2.0", evidence.No},
		{evidence.Composer, "~1.2", "v1.9.0", evidence.Yes},
		{evidence.Composer, "~0.2", "0.9.0", evidence.Yes},
		{evidence.Composer, "^1.2,<1.5", "1.6.0", evidence.No},
		{evidence.Composer, "dev-main", "dev-main", evidence.Unknown},
	} {
		if got := Satisfies(c.ecosystem, c.requirement, c.version); got != c.want {
			t.Errorf("Satisfies(%s, %q, %q) = %s, want %s", c.ecosystem, c.requirement, c.version, got, c.want)
		}
	}
}

func TestCommit(t *testing.T) {
	const sha = "0123456789abcdef0123456789abcdef01234567"
	for requirement, want := range map[string]string{
		"acme/tool#" + sha:                                  sha,
		"git+https://example.com/acme/tool@" + sha:          sha,
		"git+https://example.com/acme/tool#commit=" + sha:   sha,
		"git+https://example.com/acme/tool?rev=" + sha:      sha,
		"git+https://example.com/acme/tool?rev=main#" + sha: sha,
		"acme/tool#v1":                  "",
		"acme/tool#0123456":             "",
		"git@example.com:acme/tool.git": "",
	} {
		if got := Commit(requirement); got != want {
			t.Errorf("Commit(%q) = %q, want %q", requirement, got, want)
		}
	}
}

func TestSame(t *testing.T) {
	for _, c := range []struct {
		ecosystem, a, b string
		want            bool
	}{
		{evidence.NPM, "^1.2", "npm:^1.2", true},
		{evidence.NPM, "^1.2", "^1.2.0", false}, // npm compares the text
		{evidence.NPM, "npm:a@^1", "npm:b@^1", false},
		{evidence.PyPI, ">=1, <2", "<2,>=1", true},
		{evidence.PyPI, "(>=1.0)", ">=1", true},
		{evidence.PyPI, "*", "", true},
		{evidence.PyPI, ">=1 ; python_version > '3'", ">=1", true},
		{evidence.PyPI, ">=1", ">=2", false},
		{evidence.NuGet, "1.2.3", "[1.2.3, )", true},
		{evidence.Golang, "v1.2.3", "v1.2.4", false},
	} {
		if got := Same(c.ecosystem, c.a, c.b); got != c.want {
			t.Errorf("Same(%s, %q, %q) = %t", c.ecosystem, c.a, c.b, got)
		}
	}
}

func FuzzRequirement(f *testing.F) {
	for _, seed := range []string{"^1.2.3", "npm:@a/b@1", "patch:a@npm%3A1#b", "==1.*,!=1.3", "^1 || ~2", "[1,2)", "~> 1.2", "@", "npm:", "patch:", "#", "1 - 2", "\x00"} {
		f.Add(seed, "1.2.3")
	}
	all := []string{evidence.NPM, evidence.PyPI, evidence.Cargo, evidence.Golang, evidence.NuGet, evidence.Maven, evidence.Gem, evidence.Composer}
	f.Fuzz(func(t *testing.T, requirement, version string) {
		for _, ecosystem := range all {
			class := Classify(ecosystem, requirement)
			if !Same(ecosystem, requirement, requirement) {
				t.Errorf("%s %q is not the same as itself", ecosystem, requirement)
			}
			if answer := Satisfies(ecosystem, requirement, version); class == "" && answer != evidence.Unknown {
				t.Errorf("%s %q is unreadable, yet %q satisfies it: %s", ecosystem, requirement, version, answer)
			}
		}
		Commit(requirement)
	})
}
