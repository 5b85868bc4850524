package reproduce

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/collect/checkout"
)

// find lays files down and gives the recipes of the folder at the top.
func find(t *testing.T, files map[string]string) []Recipe {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		target := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	work, err := checkout.Tracked(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := checkout.Collect(t.Context(), root, checkout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	recipes, err := Find(root, work, seen, ".")
	if err != nil {
		t.Fatal(err)
	}
	return recipes
}

func TestRecipes(t *testing.T) {
	const mod = "module example.com/x\n\ngo 1.21\n"
	for _, test := range []struct {
		name  string
		files map[string]string
		want  string // steps of each recipe
	}{
		{"locked npm", map[string]string{"package.json": `{"name": "x", "dependencies": {"a": "1"}, "scripts": {"build": "tsc"}}`, "package-lock.json": "{}"}, "npm ci --ignore-scripts, npm run build, npm pack"},
		{"pnpm", map[string]string{"package.json": `{"name": "x"}`, "pnpm-lock.yaml": ""}, "pnpm install --frozen-lockfile --ignore-scripts, pnpm pack"},
		{"private npm", map[string]string{"package.json": `{"name": "x", "private": true}`}, ""},
		{"go", map[string]string{"go.mod": mod}, "go build of each program"},
		{"go of a Makefile with -trimpath", map[string]string{"go.mod": mod, "Makefile": "build:\n\tgo build -trimpath ./cmd/x\n"}, "go build -trimpath of each program"},
		{"go of goreleaser with -trimpath", map[string]string{"go.mod": mod, ".goreleaser.yaml": "builds:\n  - flags: [-trimpath]\n"}, "go build -trimpath of each program"},
		{"vendored go", map[string]string{"go.mod": mod + "require example.com/y v1.0.0\n", "vendor/modules.txt": ""}, "go build of each program"},
		{"crate", map[string]string{"Cargo.toml": "[package]\nname = \"x\"\n"}, "cargo package --offline --no-verify"},
		{"workspace of crates", map[string]string{"Cargo.toml": "[workspace]\n"}, ""},
		{"settings of Python tools", map[string]string{"pyproject.toml": "[tool.ruff]\n"}, ""},
		{"bundle", map[string]string{"manifest.json": `{"manifest_version": "0.3", "name": "x", "server": {}}`}, "mcpb pack"},
		{"manifest of a browser", map[string]string{"manifest.json": `{"manifest_version": 3, "name": "x"}`}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var steps []string
			for _, recipe := range find(t, test.files) {
				steps = append(steps, strings.Join(recipe.Steps, ", "))
			}
			if got := strings.Join(steps, " | "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A fetch with a network must run nothing that the repository says.
func TestFetchesRunNoCode(t *testing.T) {
	for _, recipe := range find(t, map[string]string{
		"package.json": `{"name": "x"}`, "package-lock.json": "{}",
		"Cargo.toml": "[package]\nname = \"x\"\n[dependencies]\na = \"1\"\n",
	}) {
		for _, guard := range map[string][]string{"npm": {"--ignore-scripts", "--allow-git=none", "--git=git", "--node-options="}, "cargo": {"-name .cargo", "-name rust-toolchain.toml"}}[recipe.Name] {
			if !strings.Contains(recipe.fetch, guard) {
				t.Errorf("the fetch of %s lacks %s: %s", recipe.Name, guard, recipe.fetch)
			}
		}
	}
}

func TestWithoutCredentials(t *testing.T) {
	for given, want := range map[string]string{
		"https://user:token@go.example.com,direct":                     "https://go.example.com,direct",
		"https://registry.example.com/":                                "https://registry.example.com/",
		"https://a:b@x.example.com/simple https://c@y.example.com|off": "https://x.example.com/simple https://y.example.com|off",
		"http://proxy.example.com:8080":                                "http://proxy.example.com:8080",
	} {
		if got := withoutCredentials(given); got != want {
			t.Errorf("%s becomes %s, not %s", given, got, want)
		}
	}
}

func TestLinkerFlagsOfARelease(t *testing.T) {
	for template, want := range map[string]string{
		"-s -w":                          `'-s -w'`,
		"-X main.v={{.Version}}":         `'-X main.v='0.0.0''`,
		"-X main.d={{ .Date }} -w":       `'-X main.d='"$(date -u +%Y-%m-%dT%H:%M:%SZ)"' -w'`,
		"-X main.k={{ .Env.KEY }}":       `'-X main.k='''`,
		"-X 'main.n=a b'":                `'-X '\''main.n=a b'\'''`,
		"-X main.broken={{.Version":      `'-X main.broken=''.Version'`,
		"$(touch x) `touch y` \"$HOME\"": "'$(touch x) `touch y` \"$HOME\"'",
	} {
		if got := stamped(template); got != want {
			t.Errorf("%s\n  got  %s\n  want %s", template, got, want)
		}
	}
}
