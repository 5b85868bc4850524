package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// runners start a program that a package, an environment or an image holds:
// the words that they need in front of it, and their flags that take a value.
var runners = []struct {
	words  []string
	valued []string
}{
	{[]string{"npx"}, []string{"-p", "--package", "-c", "-w", "--workspace"}},
	{[]string{"bunx"}, []string{"-p", "--package"}},
	{[]string{"pnpx"}, []string{"-p", "--package"}},
	{[]string{"npm", "exec"}, []string{"-p", "--package", "-w", "--workspace"}},
	{[]string{"npm", "x"}, []string{"-p", "--package"}},
	{[]string{"pnpm", "exec"}, nil},
	{[]string{"pnpm", "dlx"}, []string{"--package"}},
	{[]string{"yarn", "dlx"}, []string{"-p", "--package"}},
	{[]string{"yarn", "exec"}, nil},
	{[]string{"bun", "x"}, []string{"-p", "--package"}},
	{[]string{"uvx"}, uvFlags},
	{[]string{"uv", "tool", "run"}, uvFlags},
	{[]string{"uv", "run"}, uvFlags},
	{[]string{"pipx", "run"}, []string{"--spec", "--python"}},
	{[]string{"poetry", "run"}, nil},
	{[]string{"pdm", "run"}, nil},
	{[]string{"rye", "run"}, nil},
	{[]string{"pipenv", "run"}, nil},
	{[]string{"python", "-m"}, nil},
	{[]string{"python3", "-m"}, nil},
	{[]string{"py", "-m"}, nil},
	{[]string{"go", "tool"}, []string{"-modfile"}},
	{[]string{"go", "run"}, []string{"-modfile", "-C"}},
	{[]string{"bundle", "exec"}, nil},
	{[]string{"dotnet", "tool", "run"}, nil},
	{[]string{"mise", "exec"}, nil},
	{[]string{"mise", "x"}, nil},
	{[]string{"nix", "develop", "-c"}, nil},
	{[]string{"nix", "develop", "--command"}, nil},
	{[]string{"pixi", "run"}, []string{"-e", "--environment"}},
	{[]string{"cargo", "binstall"}, nil},
}

var uvFlags = []string{"--from", "--with", "-w", "--python", "-p", "--group", "--extra", "--package", "--project", "--directory", "--env-file", "--with-requirements", "--index", "--index-url", "--default-index"}

// peel takes runners off the front, so that the program itself comes first,
// without version and path: npx semantic-release@24 and go run
// github.com/goreleaser/goreleaser/v2@v2.1.0 release.
func peel(words []evidence.Word) []evidence.Word {
	for range 4 {
		rest, is := peelOne(words)
		if !is {
			break
		}
		words = rest
	}
	return forward(words)
}

func peelOne(words []evidence.Word) ([]evidence.Word, bool) {
	for _, runner := range runners {
		if !begins(words, runner.words) {
			continue
		}
		rest := words[len(runner.words):]
		for len(rest) > 0 && strings.HasPrefix(rest[0].Value, "-") {
			flag := rest[0].Value
			rest = rest[1:]
			if flag == "--" {
				break
			}
			if slices.Contains(runner.valued, flag) && len(rest) > 0 {
				rest = rest[1:]
			}
		}
		if len(rest) == 0 {
			return nil, false
		}
		program := rest[0]
		program.Value = programOf(program.Value)
		return append([]evidence.Word{program}, rest[1:]...), true
	}
	return nil, false
}

func begins(words []evidence.Word, front []string) bool {
	if len(words) <= len(front) {
		return false
	}
	program := evidence.ProgramName(words[0].Value)
	if strings.HasPrefix(program, "python3.") {
		program = "python3"
	}
	if program != front[0] {
		return false
	}
	for i, want := range front[1:] {
		if words[i+1].Value != want {
			return false
		}
	}
	return true
}

// programOf is the program that a package brings: semantic-release@24,
// @changesets/cli, github.com/goreleaser/goreleaser/v2@latest.
func programOf(name string) string {
	if strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../") {
		return name
	}
	if at := strings.LastIndexByte(name, '@'); at > 0 {
		name = name[:at]
	}
	if known := programs[name]; known != "" {
		return known
	}
	if strings.HasPrefix(name, "github.com/") {
		parts := strings.Split(name, "/")
		for len(parts) > 1 && len(parts[len(parts)-1]) < 4 && strings.HasPrefix(parts[len(parts)-1], "v") {
			parts = parts[:len(parts)-1]
		}
		return parts[len(parts)-1]
	}
	return name
}

var programs = map[string]string{
	"@changesets/cli":         "changeset",
	"@vscode/vsce":            "vsce",
	"@anthropic-ai/mcpb":      "mcpb",
	"@anthropic-ai/dxt":       "dxt",
	"python-semantic-release": "python-semantic-release",
}
