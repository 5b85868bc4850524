package provenance

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestLevel(t *testing.T) {
	of := func(file, ref string) func(*evidence.Claims) {
		return func(c *evidence.Claims) { c.Signer = generator + file + "@" + ref }
	}
	delegated := func(builder string) func(*evidence.Claims) {
		return func(c *evidence.Claims) {
			c.Signer, c.Builder = generator+"delegator_generic_slsa3.yml@refs/tags/v2.1.0", builder
		}
	}
	shared := "https://github.com/acme/builders/.github/workflows/build.yml@refs/tags/v1.0.0"
	reusable := func(c *evidence.Claims) { c.Signer = shared }
	trusting := func(issuer, signer string, level int) Expect {
		return Expect{Builders: []Builder{{Issuer: issuer, Signer: signer, Level: level}}}
	}
	gitlab := func(runner string) func(*evidence.Claims) {
		return func(c *evidence.Claims) {
			c.Issuer, c.Runner, c.Source, c.ClaimedSource = IssuerGitLab, runner, "https://gitlab.com/acme/weather", ""
		}
	}
	tests := []struct {
		name   string
		change func(*evidence.Claims)
		expect Expect
		want   int
	}{
		{"hosted workflow", nil, Expect{}, 2},
		{"self-hosted", func(c *evidence.Claims) { c.Runner = "self-hosted" }, Expect{}, 1},
		{"runner not told", func(c *evidence.Claims) { c.Runner = "" }, Expect{}, 1},
		{"generator", of("generator_generic_slsa3.yml", "refs/tags/v2.1.0"), Expect{}, 3},
		{"generator of old, runner not told", func(c *evidence.Claims) { of("builder_go_slsa3.yml", "refs/tags/v1.2.2")(c); c.Runner = "" }, Expect{}, 3},
		{"release candidate", of("builder_go_slsa3.yml", "refs/tags/v2.1.0-rc.1"), Expect{}, 3},
		{"generator on a branch", of("builder_go_slsa3.yml", "refs/heads/main"), Expect{}, 2},
		{"generator by commit, which a fork may hold too", of("builder_go_slsa3.yml", commit), Expect{}, 2},
		{"another workflow of the generator", of("e2e.yml", "refs/tags/v2.1.0"), Expect{}, 2},
		{"a folder that looks like the generator", func(c *evidence.Claims) {
			c.Signer = "https://github.com/mallory/slsa-github-generator/.github/workflows/builder_go_slsa3.yml@refs/tags/v2.1.0"
		}, Expect{}, 2},
		{"generator, other issuer", func(c *evidence.Claims) {
			of("builder_go_slsa3.yml", "refs/tags/v2.1.0")(c)
			c.Issuer = "https://issuer.invalid"
		}, Expect{}, 1},
		{"delegator for its own builder", delegated(generator + "builder_maven_slsa3.yml@refs/tags/v2.1.0"), Expect{}, 3},
		{"delegator for a stranger's", delegated(shared), Expect{}, 2},
		{"delegator for a listed one", delegated(shared), trusting(IssuerGitHub, "https://github.com/acme/builders/*", 3), 3},

		{"reusable workflow", reusable, Expect{}, 2},
		{"reusable workflow, listed", reusable, trusting(IssuerGitHub, "https://github.com/acme/builders/.github/workflows/build.yml", 3), 3},
		{"listed under another issuer", reusable, trusting(IssuerGitLab, "https://github.com/acme/builders/*", 3), 2},
		{"listed lower", reusable, trusting("", "https://github.com/acme/builders/*", 1), 1},
		{"listed, but self-hosted", func(c *evidence.Claims) { reusable(c); c.Runner = "self-hosted" }, trusting("", "*", 3), 1},
		{"speaks of another's build", func(c *evidence.Claims) { c.ClaimedSource = "https://github.com/acme/other" }, Expect{}, 1},

		{"enterprise issuer", func(c *evidence.Claims) { c.Issuer = IssuerGitHub + "/acme" }, Expect{}, 2},
		{"an issuer that begins alike", func(c *evidence.Claims) { c.Issuer = IssuerGitHub + ".evil.invalid" }, Expect{}, 1},
		{"GitLab", gitlab("gitlab-hosted"), Expect{}, 2},
		{"GitLab, own runner", gitlab("self-hosted"), Expect{}, 1},
		{"key", bareKey, Expect{}, 1},
		{"publication on PyPI", func(c *evidence.Claims) { c.PredicateType = PredicatePyPIPublish }, Expect{}, 2},
		{"provenance of a later revision", func(c *evidence.Claims) { c.PredicateType = PredicateSLSA1 + ".1" }, Expect{}, 2},
		{"bill of materials", func(c *evidence.Claims) { c.PredicateType = "https://spdx.dev/Document/v2.3" }, Expect{}, 0},
		{"bare signature", func(c *evidence.Claims) { c.PredicateType = "" }, trusting("", "*", 3), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			claims := release()
			if test.change != nil {
				test.change(&claims)
			}
			if got := Level(claims, test.expect); got != test.want {
				t.Errorf("level %d, want %d", got, test.want)
			}
		})
	}
	for builder, want := range map[string]int{"https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3": 3, "https://cloudbuild.invalid": 1} {
		if got := CloudBuildLevel(builder); got != want {
			t.Errorf("%s: level %d, want %d", builder, got, want)
		}
	}
}
