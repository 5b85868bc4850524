package installscript

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func TestRead(t *testing.T) {
	for _, test := range []struct{ path, file, want string }{
		{".npmrc", "registry=https://example.com\nignore-scripts=true\n", ".npmrc:2:16 npm ignore-scripts no"},
		{"web/.npmrc", "ignore-scripts = false", "web/.npmrc:1:18 npm ignore-scripts yes"},
		{".yarnrc", "--install.ignore-scripts true", ".yarnrc:1:1 yarn ignore-scripts no"},
		{".yarnrc.yml", "enableScripts: false", ".yarnrc.yml:1:16 yarn enableScripts no"},
		{"pnpm-workspace.yaml", "onlyBuiltDependencies:\n  - esbuild\n", "pnpm-workspace.yaml:2:3 pnpm onlyBuiltDependencies unknown esbuild"},
		{"pnpm-workspace.yaml", "allowBuilds: {esbuild: true, sharp: false}", "pnpm-workspace.yaml:1:14 pnpm allowBuilds unknown esbuild"},
		{"pnpm-workspace.yaml", "dangerouslyAllowAllBuilds: true", "pnpm-workspace.yaml:1:28 pnpm dangerouslyAllowAllBuilds yes"},
		{"package.json", `{"pnpm": {"onlyBuiltDependencies": []}}`, "package.json:1:36 pnpm onlyBuiltDependencies unknown"},
		{"package.json", `{"trustedDependencies": ["a"]}`, "package.json:1:25 bun trustedDependencies unknown a"},
		{"package.json", `{"allowScripts": {"esbuild@0.25.0": true, "core-js": false}}`, "package.json:1:18 npm allowScripts unknown esbuild@0.25.0"},
		{".npmrc", "strict-allow-scripts=true\ndangerously-allow-all-scripts=true", ".npmrc:1:22 npm strict-allow-scripts no\n.npmrc:2:31 npm dangerously-allow-all-scripts yes"},
		{"package.json", `{"pnpm": 3, "trustedDependencies": {}}`, ""},
	} {
		var out evidence.Snapshot
		if err := Read(text.NewSource(test.path, []byte(test.file)), &out); err != nil {
			t.Errorf("%s: %v", test.path, err)
		}
		var got []string
		for _, p := range out.ScriptPolicies {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", p.At, p.Tool, p.Setting, p.Runs, strings.Join(p.Allowed, ","))))
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s %q: %q, want %q", test.path, test.file, got, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for name := range readers {
		f.Add(name, []byte("ignore-scripts=true\nenableScripts: false\nallowBuilds: {a: true}"))
		f.Add(name, []byte(`{"pnpm": {"onlyBuiltDependencies": ["a"]}, "trustedDependencies": ["b"]}`))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if !Takes(name) {
			return
		}
		var out evidence.Snapshot
		_ = Read(text.NewSource(name, data), &out)
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 1
		for _, p := range out.ScriptPolicies {
			if p.At.Line < 1 || p.At.Line > lines {
				t.Errorf("%s lies outside of the file", p.At)
			}
		}
	})
}
