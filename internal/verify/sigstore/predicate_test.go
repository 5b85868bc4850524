package sigstore

import "testing"

func TestOrigin(t *testing.T) {
	const sha = "0123456789abcdef0123456789abcdef01234567"
	tests := []struct {
		name, kind, predicate string
		want                  origin
	}{
		{"GitHub workflow", "https://slsa.dev/provenance/v1", `{"buildDefinition":{"buildType":"t","externalParameters":{"workflow":{"ref":"refs/tags/v1","repository":"https://github.com/a/b","path":"p"}},
			"resolvedDependencies":[{"uri":"pkg:docker/golang@1","digest":{"sha256":"ff"}},{"uri":"git+https://github.com/x/y@refs/heads/main","digest":{"gitCommit":"ff"}},{"uri":"git+https://github.com/a/b@refs/tags/v1","digest":{"gitCommit":"` + sha + `"}}]},"runDetails":{"builder":{"id":"w"}}}`,
			origin{builder: "w", buildType: "t", source: "https://github.com/a/b", commit: sha, ref: "refs/tags/v1"}},
		{"container-based builder", "https://slsa.dev/provenance/v1", `{"buildDefinition":{"externalParameters":{"source":{"uri":"git+https://github.com/a/b@refs/tags/v2","digest":{"sha1":"` + sha + `"}}}}}`,
			origin{source: "git+https://github.com/a/b@refs/tags/v2", commit: sha, ref: "refs/tags/v2"}},
		{"delegator", "https://slsa.dev/provenance/v1", `{"buildDefinition":{"externalParameters":{"inputs":{}},"resolvedDependencies":[{"uri":"git+https://github.com/a/b@refs/tags/v3","digest":{"gitCommit":"` + sha + `"}}]}}`,
			origin{source: "git+https://github.com/a/b@refs/tags/v3", commit: sha, ref: "refs/tags/v3"}},
		{"BuildKit", "https://slsa.dev/provenance/v1", `{"buildDefinition":{"externalParameters":{"configSource":{"uri":"https://github.com/a/b.git#refs/heads/main","digest":{"sha1":"` + sha + `"}}}}}`,
			origin{source: "https://github.com/a/b.git#refs/heads/main", commit: sha}},
		{"BuildKit of a folder", "https://slsa.dev/provenance/v0.2", `{"builder":{"id":""},"invocation":{"configSource":{}},"materials":[{"uri":"pkg:docker/docker.io/library/golang@1.26","digest":{"sha256":"ff"}}]}`, origin{}},
		{"revision that writes 1.1", "https://slsa.dev/provenance/v1.1", `{"buildDefinition":{"externalParameters":{"source":"https://github.com/a/b"}}}`, origin{source: "https://github.com/a/b"}},
		{"npm of old", "https://slsa.dev/provenance/v0.2", `{"builder":{"id":"r"},"buildType":"t","invocation":{"configSource":{"uri":"git+https://github.com/a/b@refs/heads/main","digest":{"sha1":"` + sha + `"}}}}`,
			origin{builder: "r", buildType: "t", source: "git+https://github.com/a/b@refs/heads/main", commit: sha, ref: "refs/heads/main"}},
		{"materials only", "https://slsa.dev/provenance/v0.2", `{"materials":[{"uri":"pkg:github/a/b@v1","digest":{"sha1":"` + sha + `"}}]}`, origin{source: "https://github.com/a/b", commit: sha}},
		{"the first version", "https://slsa.dev/provenance/v0.1", `{"builder":{"id":"r"},"recipe":{"type":"t","definedInMaterial":1},"materials":[{"uri":"https://x"},{"uri":"git+https://github.com/a/b","digest":{"sha1":"` + sha + `"}}]}`,
			origin{builder: "r", buildType: "t", source: "git+https://github.com/a/b", commit: sha}},
		{"an index that is none", "https://slsa.dev/provenance/v0.1", `{"recipe":{"definedInMaterial":-1},"materials":[]}`, origin{}},
		{"words where objects should be", "https://slsa.dev/provenance/v1", `{"buildDefinition":"x","runDetails":[1]}`, origin{}},
		{"release", "https://in-toto.io/attestation/release/v0.2", `{"purl":"pkg:github/a/b@v1%2B2"}`, origin{source: "https://github.com/a/b", ref: "refs/tags/v1+2"}},
		{"bill of materials", "https://spdx.dev/Document/v2.3", `{"buildDefinition":{"externalParameters":{"source":"https://github.com/a/b"}}}`, origin{}},
	}
	for _, test := range tests {
		if got := (statement{predicateType: test.kind, predicate: []byte(test.predicate)}).origin(); got != test.want {
			t.Errorf("%s:\n%+v, want\n%+v", test.name, got, test.want)
		}
	}
}
