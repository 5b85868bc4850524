package composer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const (
	manifest = `{"name": "acme/weather",
"require": {"php": ">=8.2", "ext-json": "*", "acme/sdk": "^1.2", "acme/any": "*"},
"require-dev": {"acme/tool": "dev-main", "acme/held": "dev-main#0123456789abcdef0123456789abcdef01234567"}}
`
	lockFile = `{"packages": [
{"name": "acme/sdk", "version": "v1.2.3", "dist": {"type": "zip", "url": "https://api.github.com/repos/acme/sdk/zipball/0123456789abcdef0123456789abcdef01234567", "reference": "0123456789abcdef0123456789abcdef01234567", "shasum": ""}},
{"name": "acme/any", "version": "2.0", "dist": {"type": "zip", "url": "https://files.example.com/any.zip", "shasum": ""}}],
"packages-dev": [{"name": "acme/here", "version": "dev-main", "dist": {"type": "path", "url": "../here"}}]}
`
)

func TestManifest(t *testing.T) {
	out := parsetest.Read(t, ReadManifest, "composer.json", manifest)
	want := `2:59-63 require acme/sdk "^1.2" range
2:79-80 require acme/any "*" unbounded
3:31-39 require-dev acme/tool "dev-main" git
3:56-105 require-dev acme/held "dev-main#0123456789abcdef0123456789abcdef01234567" git commit 0123456
`
	if diff := cmp.Diff(want, parsetest.Dependencies(out.Manifests[0])); diff != "" {
		t.Error(diff)
	}
}

func TestLock(t *testing.T) {
	out := parsetest.Read(t, ReadLock, "composer.lock", lockFile)
	want := `2:11-19 acme/sdk v1.2.3 git:0123456789abcdef0123456789abcdef01234567 https://api.github.com/repos/acme/sdk/zipball/0123456789abcdef0123456789abcdef01234567 0123456789abcdef0123456789abcdef01234567
3:11-19 acme/any 2.0  https://files.example.com/any.zip unhashed 1
4:28-37 acme/here dev-main  path ../here
`
	if diff := cmp.Diff(want, parsetest.Entries(out.Lockfiles[0])); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	parsetest.Fuzz(f, func(src *text.Source, out *evidence.Snapshot) error {
		if TakesLock(src.Path()) {
			return ReadLock(src, out)
		}
		return ReadManifest(src, out)
	}, map[string]string{"composer.json": manifest, "composer.lock": lockFile})
}
