package trace_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

func TestProducts(t *testing.T) {
	seen := collect(t, map[string]string{
		"package.json":         `{"name": "@acme/weather", "version": "1.2.0"}`,
		"lib/package.json":     `{"name": "@acme/secret", "version": "1.0.0", "publishConfig": {"registry": "https://npm.acme.example"}}`,
		"web/package.json":     `{"name": "web", "private": true}`,
		"pyproject.toml":       "[project]\nname = \"Weather_MCP\"\nversion = \"1.2.0\"\n",
		"tools/pyproject.toml": "[project]\nname = \"tools\"\nversion = \"0.1.0\"\n",
		"server.json": `{"name": "io.github.acme/weather", "version": "1.2.0", "packages": [
			{"registryType": "npm", "identifier": "@acme/weather", "version": "1.2.0"},
			{"registryType": "oci", "identifier": "ghcr.io/acme/weather:1.2.0"},
			{"registryType": "mcpb", "identifier": "https://github.com/acme/weather/releases/download/v1.2.0/weather.mcpb", "fileSha256": "aa"}]}`,
		".github/workflows/release.yml": `
on: {push: {tags: ["v*"]}}
env: {IMAGE: "ghcr.io/${{ github.repository }}-tools"}
jobs:
  release:
    runs-on: ubuntu-24.04
    permissions: {contents: write, packages: write}
    steps:
      - run: twine upload dist/*
      - run: gh release upload v1 dist/weather.tgz
      - uses: docker/build-push-action@0123456789abcdef0123456789abcdef01234567
        with: {push: true, tags: "${{ env.IMAGE }}:latest"}
      - uses: docker/build-push-action@0123456789abcdef0123456789abcdef01234567
        with: {push: true, tags: "${{ inputs.where }}/x:latest"}
`,
	})
	seen.Target.Name, seen.Target.Remote = "Acme/Weather", "https://github.com/Acme/Weather.git"
	var got []string
	for _, p := range trace.Products(seen) {
		line := p.String() + " " + p.Version
		if p.Sure {
			line += " sure"
		}
		if p.Hidden+p.Unnamed != "" {
			line += " (" + p.Hidden + p.Unnamed + ")"
		}
		got = append(got, strings.ReplaceAll(line, "  ", " "))
	}
	want := []string{
		"github-release:acme/weather sure",
		"mcp:io.github.acme/weather 1.2.0 sure",
		"mcpb:https://github.com/acme/weather/releases/download/v1.2.0/weather.mcpb sure",
		"npm:@acme/secret 1.0.0 (lib/package.json publishes to npm.acme.example)",
		"npm:@acme/weather 1.2.0 sure",
		"oci:docker/build-push-action@0123456789abcdef0123456789abcdef01234567 sure (only the run knows which image it pushes)",
		"oci:ghcr.io/acme/weather 1.2.0 sure",
		"oci:ghcr.io/acme/weather-tools sure",
		"pypi:tools 0.1.0",
		"pypi:weather-mcp 1.2.0 sure",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// collect reads files as a checkout.
func collect(t *testing.T, files map[string]string) *evidence.Snapshot {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	seen, err := checkout.Collect(t.Context(), root, checkout.Options{Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}
