package vet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestParseName(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, file := range []string{"weather.tgz", "npm:odd", filepath.Join("dist", "a:b")} {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	hex := strings.Repeat("ab", 32)
	sha := strings.Repeat("0a", 20)
	for text, want := range map[string]Name{
		"weather.tgz":                         {Kind: File, Name: "weather.tgz"},
		"dist/a:b":                            {Kind: File, Name: "dist/a:b"},
		"file:anything":                       {Kind: File, Name: "anything"},
		"npm:odd":                             {Kind: NPM, Name: "odd"},
		"npm:@acme/weather@1.2.0":             {Kind: NPM, Name: "@acme/weather", Version: "1.2.0"},
		"npm:@acme/weather":                   {Kind: NPM, Name: "@acme/weather"},
		"pypi:weather@1.2.0":                  {Kind: PyPI, Name: "weather", Version: "1.2.0"},
		"github:acme/weather@v1.2.0":          {Kind: Release, Name: "acme/weather", Version: "v1.2.0"},
		"go:example.com/weather@v1.2.0":       {Kind: Module, Name: "example.com/weather", Version: "v1.2.0"},
		"git:v1.2.0":                          {Kind: Git, Name: "v1.2.0"},
		sha:                                   {Kind: Git, Name: sha},
		"oci:example.com/a/b:1@sha256:" + hex: {Kind: OCI, Name: "example.com/a/b:1@sha256:" + hex},
		"sha256:" + strings.ToUpper(hex):      {Kind: Bare, Name: "sha256:" + strings.ToUpper(hex), Digest: evidence.Digest{Algorithm: "sha256", Value: hex}},
		"digest:gce_image_id:8970":            {Kind: Bare, Name: "digest:gce_image_id:8970", Digest: evidence.Digest{Algorithm: "gce_image_id", Value: "8970"}},
		"digest:gitCommit:" + sha:             {Kind: Bare, Name: "digest:gitCommit:" + sha, Digest: evidence.Digest{Algorithm: "gitCommit", Value: sha}},
		"pkg:npm/%40acme/weather@1.2.0":       {Kind: NPM, Name: "@acme/weather", Version: "1.2.0"},
		"pkg:pypi/weather@1.2.0":              {Kind: PyPI, Name: "weather", Version: "1.2.0"},
		"pkg:github/acme/weather@v1":          {Kind: Release, Name: "acme/weather", Version: "v1"},
		"pkg:oci/weather@sha256:" + hex + "?repository_url=example.com/acme/weather": {Kind: OCI, Name: "example.com/acme/weather@sha256:" + hex},
	} {
		want.Text = text
		if want.Kind == Bare {
			want.Name = text
		}
		got, err := ParseName(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if want.Kind == Bare {
			got.Name = text
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestParseNameRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	for text, want := range map[string]string{
		"":                     "empty",
		"npm:":                 "nothing after the colon",
		"missing.tgz":          "there is no file missing.tgz",
		"sha256:abcd":          "64 hexadecimal digits",
		"digest:sha256":        "digest:ALGORITHM:VALUE",
		"github:acme":          "github:owner/name@tag",
		"pkg:maven/a/b@1":      "packages of type maven are not known",
		"pkg:npm":              "no package URL",
		"http://example.com/x": "there is no file",
	} {
		if _, err := ParseName(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
