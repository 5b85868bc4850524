package provenance

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	commit = "0123456789abcdef0123456789abcdef01234567"
	digest = "e76b1b12c1a056e133c4cf1de75e3d43f2cadd5dbed1eed0ce3420a4bd7646fd"
)

// release is what a release workflow's certificate and statement say.
func release() evidence.Claims {
	workflow := "https://github.com/acme/weather/.github/workflows/release.yml@refs/tags/v1.2.0"
	return evidence.Claims{
		PredicateType: PredicateSLSA1,
		Subjects:      []evidence.ClaimedSubject{{Name: "weather.tgz", Digests: []evidence.Digest{{Algorithm: "sha256", Value: digest}}}},
		Issuer:        IssuerGitHub, Identity: workflow, Source: "https://github.com/acme/weather", Commit: commit, Ref: "refs/tags/v1.2.0",
		Workflow: workflow, Signer: workflow, Runner: "github-hosted", Certificate: "aa",
		Builder: workflow, ClaimedSource: "git+https://github.com/Acme/weather@refs/tags/v1.2.0", ClaimedCommit: commit, ClaimedRef: "refs/tags/v1.2.0",
	}
}

func TestCheck(t *testing.T) {
	builder := "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml"
	called := func(c *evidence.Claims) {
		c.Signer, c.Identity, c.Builder = builder+"@refs/tags/v2.1.0", builder+"@refs/tags/v2.1.0", builder+"@refs/tags/v2.1.0"
	}
	tests := []struct {
		name   string
		change func(*evidence.Claims)
		expect Expect
		want   evidence.ProofClass
	}{
		{"nothing expected", nil, Expect{}, OK},
		{"source", nil, Expect{Source: "git+https://github.com/ACME/weather.git"}, OK},
		{"source by owner and name", nil, Expect{Source: "acme/weather"}, OK},
		{"another source", nil, Expect{Source: "github.com/acme/weather2"}, SourceMismatch},
		{"another host", nil, Expect{Source: "gitlab.com/acme/weather"}, SourceMismatch},
		{"full ref", nil, Expect{Ref: "refs/tags/v1.2.0"}, OK},
		{"bare tag", nil, Expect{Ref: "v1.2.0"}, OK},
		{"a branch of that name", nil, Expect{Ref: "refs/heads/v1.2.0"}, SourceMismatch},
		{"bare branch", func(c *evidence.Claims) { c.Ref, c.ClaimedRef = "refs/heads/main", "" }, Expect{Ref: "main"}, OK},
		{"commit", nil, Expect{Commit: commit}, OK},
		{"another commit", nil, Expect{Commit: "89abcdef0123456789abcdef0123456789abcdef"}, SourceMismatch},
		{"the certificate tells no commit", func(c *evidence.Claims) { c.Commit = "" }, Expect{Commit: commit}, SourceMismatch},

		{"workflow by path", nil, Expect{Workflow: ".github/workflows/release.yml"}, OK},
		{"workflow by address", nil, Expect{Workflow: "https://github.com/acme/weather/.github/workflows/release.yml"}, OK},
		{"workflow at its ref", nil, Expect{Workflow: "https://github.com/acme/weather/.github/workflows/release.yml@refs/tags/v1.2.0"}, OK},
		{"workflow at another ref", nil, Expect{Workflow: "https://github.com/acme/weather/.github/workflows/release.yml@refs/heads/main"}, IdentityMismatch},
		{"another workflow", nil, Expect{Workflow: ".github/workflows/ci.yml"}, IdentityMismatch},
		{"called builder by the caller's path", called, Expect{Workflow: ".github/workflows/release.yml"}, OK},
		{"called builder by address", called, Expect{Workflow: builder}, OK},
		{"the caller by address, where a builder signed", called, Expect{Workflow: "https://github.com/acme/weather/.github/workflows/release.yml"}, IdentityMismatch},
		{"issuer", nil, Expect{Issuer: IssuerGitHub + "/"}, OK},
		{"another issuer", nil, Expect{Issuer: "https://gitlab.com"}, IdentityMismatch},
		{"identity", nil, Expect{Identity: release().Identity}, OK},
		{"part of the identity", nil, Expect{Identity: "https://github.com/acme/weather"}, IdentityMismatch},

		{"statement of another repository", func(c *evidence.Claims) { c.ClaimedSource = "https://github.com/acme/other" }, Expect{}, SourceMismatch},
		{"statement of another commit", func(c *evidence.Claims) { c.ClaimedCommit = "ff" }, Expect{}, SourceMismatch},
		{"statement of another ref", func(c *evidence.Claims) { c.ClaimedRef = "refs/heads/main" }, Expect{}, SourceMismatch},
		{"statement of another repository by whom the caller names", func(c *evidence.Claims) { c.ClaimedSource = "https://github.com/acme/other" }, Expect{Identity: release().Identity}, OK},
		{"the certificate wins", func(c *evidence.Claims) { c.Source = "https://github.com/mallory/weather" }, Expect{Source: "acme/weather", Identity: release().Identity}, SourceMismatch},
		{"builder that did not sign", func(c *evidence.Claims) { c.Builder = builder + "@refs/tags/v2.1.0" }, Expect{}, BuilderUntrusted},
		{"own runner that passes for a hosted one", func(c *evidence.Claims) {
			c.Runner, c.Builder = "self-hosted", "https://github.com/actions/runner/github-hosted"
		}, Expect{}, BuilderUntrusted},
		{"platform as builder", func(c *evidence.Claims) { c.Builder = "https://github.com/actions/runner/github-hosted" }, Expect{}, OK},

		{"denied by source", nil, Expect{Deny: []string{"github.com/acme/weather"}}, Denied},
		{"denied by address", nil, Expect{Deny: []string{"https://github.com/Acme/weather.git"}}, Denied},
		{"denied by pattern", nil, Expect{Deny: []string{"https://github.com/acme/*"}}, Denied},
		{"denied by workflow without ref", nil, Expect{Deny: []string{"https://github.com/acme/weather/.github/workflows/release.yml"}}, Denied},
		{"another is denied", nil, Expect{Deny: []string{"github.com/acme/other", ""}}, OK},

		{"a key where an identity is expected", bareKey, Expect{Issuer: IssuerGitHub}, IdentityMismatch},
		{"a key that speaks of the source", bareKey, Expect{Source: "acme/weather", Commit: commit}, OK},
		{"a key that speaks of another source", bareKey, Expect{Source: "acme/other"}, SourceMismatch},
		{"a key that is denied", bareKey, Expect{Deny: []string{"SHA256:abc"}}, Denied},
		{"GitHub's word of a release", releaseWord, Expect{Source: "acme/weather", Ref: "v1.2.0"}, OK},
		{"a host that looks like GitHub's", func(c *evidence.Claims) { releaseWord(c); c.Identity = "https://evil.invalid/.releases.github.com" }, Expect{Source: "acme/weather"}, SourceMismatch},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			claims := release()
			if test.change != nil {
				test.change(&claims)
			}
			subject := Subject{Digests: []evidence.Digest{{Algorithm: "sha256", Value: digest}}}
			class, detail := Check(claims, subject, test.expect)
			if class != test.want {
				t.Errorf("%s (%s), want %s", class, detail, test.want)
			}
			if (class == OK) != (detail == "") {
				t.Errorf("%s with the detail %q", class, detail)
			}
		})
	}
}

func bareKey(c *evidence.Claims) {
	c.Issuer, c.Identity, c.Source, c.Commit, c.Ref, c.Workflow, c.Signer, c.Runner, c.Certificate = "", "", "", "", "", "", "", "", ""
	c.Key = "SHA256:abc"
}

func releaseWord(c *evidence.Claims) {
	bareKey(c)
	c.Key, c.Identity, c.Certificate, c.Builder = "", "https://dotcom.releases.github.com", "aa", ""
}

func TestUncovered(t *testing.T) {
	of := func(pairs ...string) (digests []evidence.Digest) {
		for i := 0; i < len(pairs); i += 2 {
			digests = append(digests, evidence.Digest{Algorithm: pairs[i], Value: pairs[i+1]})
		}
		return digests
	}
	tests := []struct {
		name             string
		claimed, actual  []evidence.Digest
		claims, artifact string
		covered          bool
	}{
		{"same", of("sha256", "aa"), of("sha256", "AA"), "", "", true},
		{"one of two", of("sha256", "aa"), of("sha256", "aa", "sha512", "bb"), "", "", true},
		{"one of two differs", of("sha256", "aa", "sha512", "cc"), of("sha256", "aa", "sha512", "bb"), "", "", false},
		{"nothing in common", of("sha512", "bb"), of("sha256", "aa"), "", "", false},
		{"nothing claimed", nil, of("sha256", "aa"), "", "", false},
		{"nothing known", of("sha256", "aa"), nil, "", "", true},
		{"only a weak digest in common", of("sha1", "aa"), of("sha1", "aa", "sha256", "bb"), "", "", false},
		{"md5", of("md5", "aa"), of("md5", "aa"), "", "", false},
		{"a commit by its other name", of("sha1", "aa"), of("gitCommit", "aa"), "", "", true},
		{"empty values", of("sha256", ""), of("sha256", ""), "", "", false},
		{"package", of("sha512", "aa"), of("sha512", "aa"), "pkg:npm/%40a/b@1.0.0", "pkg:npm/@a/b@1.0.0", true},
		{"another version", of("sha512", "aa"), of("sha512", "aa"), "pkg:npm/%40a/b@1.0.0", "pkg:npm/@a/b@1.0.1", false},
		{"names of files are for people", of("sha256", "aa"), of("sha256", "aa"), "a.tgz", "b.tgz", true},
	}
	for _, test := range tests {
		subjects := []evidence.ClaimedSubject{{Name: "other", Digests: of("sha256", "ff")}, {Name: test.claims, Digests: test.claimed}}
		artifact := Subject{Name: test.artifact, Digests: test.actual}
		if detail := Uncovered(subjects, artifact); (detail == "") != test.covered {
			t.Errorf("%s: %q", test.name, detail)
		}
		if test.actual != nil && (Covering(subjects, artifact) == 1) != test.covered {
			t.Errorf("%s: index %d", test.name, Covering(subjects, artifact))
		}
	}
}
