// Package fetch is the one grammar of commands that bring packages in: which
// packages a command line fetches by name, how firmly each is pinned, and which
// installs a lock could drive. It reads the words of one command, wherever they
// stand: shell, Dockerfile, MCP client configuration, README.
package fetch

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Packages lists what one command brings in by name. words[0] is the program;
// wrappers that configurations put before it (cmd /c, env K=V) are seen through.
func Packages(words []evidence.Word) []evidence.Fetch { return read(words).fetches }

// Installs lists the lock-driven installs of one command.
func Installs(words []evidence.Word) []evidence.Install { return read(words).installs }

// programs maps a program to the reader of its command lines.
var programs = map[string]func(*reading){
	"npm": npm, "npx": npx, "pnpm": pnpm, "pnpx": npx, "yarn": yarn, "bun": bun, "bunx": npx, "corepack": corepack, "deno": deno,
	"pip": pip, "pip3": pip, "pipx": pipx, "uv": uv, "uvx": uvx, "poetry": poetry, "pdm": pdm, "pipenv": pipenv, "conda": conda, "mamba": conda, "micromamba": conda,
	"python": python, "python3": python, "py": python,
	"go": golang, "cargo": cargo, "cargo-binstall": cargoInstall,
	"gem": gem, "bundle": bundle, "composer": composer,
	"dotnet": dotnet, "dnx": dnx, "nuget": nuget, "msbuild": msbuild, "jbang": jbang,
	"docker": docker, "podman": docker, "nerdctl": docker, "helm": helm,
	"brew": brew, "choco": choco, "cinst": chocoInstall, "winget": winget, "scoop": scoop, "gh": gh,
}

// reading is one command line being read.
type reading struct {
	tool     string
	args     []evidence.Word // behind the program, or behind the subcommand
	fetches  []evidence.Fetch
	installs []evidence.Install
	command  evidence.Word // the program's word: where an install stands
}

func read(words []evidence.Word) *reading {
	words = unwrap(words)
	if len(words) == 0 {
		return &reading{}
	}
	r := &reading{tool: toolName(words[0].Value), args: words[1:], command: words[0]}
	if reader := programs[r.tool]; reader != nil {
		reader(r)
	}
	return r
}

// unwrap sees through cmd /c and env K=V, which client configurations use.
func unwrap(words []evidence.Word) []evidence.Word {
	for len(words) > 1 {
		switch toolName(words[0].Value) {
		case "cmd":
			if flag := strings.ToLower(words[1].Value); flag != "/c" && flag != "/k" && flag != "/d" && flag != "/s" {
				return words
			}
			words = words[1:]
			for len(words) > 0 && strings.HasPrefix(words[0].Value, "/") && len(words[0].Value) == 2 {
				words = words[1:]
			}
		case "env":
			words = words[1:]
			for len(words) > 0 && (strings.Contains(words[0].Value, "=") || strings.HasPrefix(words[0].Value, "-")) {
				words = words[1:]
			}
		default:
			return words
		}
	}
	return words
}

// toolName is the program's base name without .exe, and without the version that
// some interpreters carry: pip3.11, python2.7.
func toolName(program string) string {
	name := path.Base(strings.ReplaceAll(program, `\`, "/"))
	lower := strings.ToLower(name)
	for _, suffix := range []string{".exe", ".cmd", ".bat", ".ps1"} {
		if cut, found := strings.CutSuffix(lower, suffix); found {
			name, lower = cut, cut
		}
	}
	for _, versioned := range []string{"pip", "python"} {
		if rest, found := strings.CutPrefix(lower, versioned); found && strings.Trim(rest, "0123456789.") == "" {
			return versioned
		}
	}
	return name
}

// sub takes the subcommand off the front, skipping the flags before it. valued
// flags take the next word.
func (r *reading) sub(valued ...string) string {
	for i := 0; i < len(r.args); i++ {
		word := r.args[i].Value
		switch {
		case slices.Contains(valued, word):
			i++
		case strings.HasPrefix(word, "-") || strings.HasPrefix(word, "+"):
		default:
			r.args = r.args[i+1:]
			return word
		}
	}
	r.args = nil
	return ""
}

// add notes one fetched package.
func (r *reading) add(ecosystem, name, requirement string, at evidence.Word, pin evidence.Pin, why string) {
	r.fetches = append(r.fetches, evidence.Fetch{
		Tool: r.tool, Ecosystem: ecosystem, Name: name, Requirement: requirement, Pin: pin, Why: why, At: at.At,
	})
}

// install notes one lock-driven install. mend is the command that would be frozen.
func (r *reading) install(frozen evidence.Answer, why, mend string) {
	at := r.command.At
	r.installs = append(r.installs, evidence.Install{Tool: r.tool, Frozen: frozen, Why: why, Mend: mend, At: at})
}
