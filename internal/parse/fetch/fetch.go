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

// Relocks says whether one command writes a lock anew, and of which tool: what
// is installed from it afterwards is what nobody reviewed.
func Relocks(words []evidence.Word) (tool string, relocks bool) {
	r := read(words)
	return r.tool, r.relocks
}

// programs maps a program to the reader of its command lines. It is filled at
// start because some readers look up the program that their command runs.
var programs map[string]func(*reading)

func init() {
	programs = map[string]func(*reading){
		"npm": npm, "npx": npx, "pnpm": pnpm, "pnpx": npx, "yarn": yarn, "yarnpkg": yarn, "bun": bun, "bunx": npx, "corepack": corepack, "deno": deno, "dx": denoRun,
		"pip": pip, "pipx": pipx, "uv": uv, "uvx": uvx, "poetry": poetry, "pdm": pdm, "pipenv": pipenv, "rye": rye, "hatch": rye,
		"conda": conda, "mamba": conda, "micromamba": conda, "python": python, "pypy": python, "py": python,
		"go": golang, "cargo": cargo, "cross": cargo, "cargo-binstall": cargoBinstall,
		"gem": gem, "bundle": bundle, "bundler": bundle, "composer": composer,
		"dotnet": dotnet, "dnx": dnx, "nuget": nuget, "msbuild": msbuild, "jbang": jbang,
		"docker": docker, "podman": docker, "nerdctl": docker, "helm": helm,
		"brew": brew, "choco": choco, "cinst": chocoInstall, "winget": winget, "scoop": scoop, "gh": gh,
		"install-module": psModule, "install-script": psModule, "install-psresource": psModule, "install-package": psModule,
	}
}

// reading is one command line being read.
type reading struct {
	tool     string
	args     []evidence.Word // behind the program, or behind the subcommand with the flags before it
	valued   []string        // flags before a subcommand that take the next word
	dir      string          // where the tool's own flag sends it
	depth    int             // of commands that run commands
	fetches  []evidence.Fetch
	installs []evidence.Install
	relocks  bool          // it writes a lock anew
	command  evidence.Word // the program's word: where an install stands
}

// deepest bounds how far commands that run commands are followed.
const deepest = 4

func read(words []evidence.Word) *reading {
	r := new(reading)
	r.read(words)
	return r
}

func (r *reading) read(words []evidence.Word) {
	words = unwrap(words)
	if len(words) == 0 {
		return
	}
	r.tool, r.args, r.command, r.valued = toolName(words[0].Value), words[1:], words[0], nil
	reader := programs[r.tool]
	if reader == nil {
		reader = programs[strings.ToLower(r.tool)] // as PowerShell takes its commands
	}
	if reader == nil && symbolic(r.tool) {
		reader = python // $PYTHON -m pip is worth a look; nothing else has -m
	}
	if reader != nil {
		reader(r)
	}
}

// inner reads the command that this one runs: poetry run pip install x.
func (r *reading) inner(words []evidence.Word) {
	if r.depth++; r.depth <= deepest {
		r.read(words)
	}
}

// wrapped reads what is run by a tool that has flags of its own before it.
func (r *reading) wrapped(valued string) {
	r.inner(grammar{valued: valued, first: true}.split(r.args).words)
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
			if len(words) == 1 && strings.ContainsAny(words[0].Value, " \t") {
				words = fields(words[0]) // cmd /c "npx -y x"
			}
		case "env":
			a := grammar{valued: "-u --unset -C --chdir", first: true}.split(words[1:])
			words = a.words
			for len(words) > 0 && strings.Contains(words[0].Value, "=") {
				words = words[1:]
			}
		default:
			return words
		}
	}
	return words
}

// fields makes words of one that holds a whole command line.
func fields(line evidence.Word) []evidence.Word {
	var words []evidence.Word
	for field := range strings.FieldsSeq(line.Value) {
		word := line
		word.Value = strings.Trim(field, `"'`)
		words = append(words, word)
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
	for _, versioned := range []string{"pip", "python", "pypy"} {
		if rest, found := strings.CutPrefix(lower, versioned); found && strings.Trim(rest, "0123456789.") == "" {
			return versioned
		}
	}
	return name
}

// sub takes the subcommand off the front; the flags before it stay. valued
// flags take the next word.
func (r *reading) sub(valued ...string) string {
	r.valued = append(r.valued, valued...)
	var before []evidence.Word
	for i := 0; i < len(r.args); i++ {
		word := r.args[i]
		switch {
		case slices.Contains(r.valued, word.Value) && i+1 < len(r.args):
			before = append(before, word, r.args[i+1])
			i++
		case word.Value == "--" || strings.HasPrefix(word.Value, "+"):
			// npm -- install; cargo +nightly
		case strings.HasPrefix(word.Value, "-"):
			before = append(before, word)
		default:
			r.args = append(before, r.args[i+1:]...)
			return word.Value
		}
	}
	r.args = before
	return ""
}

// into notes the folder that a flag of the tool names.
func (r *reading) into(a arguments, flags ...string) {
	if dir := a.value(flags...).Value; dir != "" {
		r.dir = dir
	}
}

// add notes one fetched package.
func (r *reading) add(ecosystem, name, requirement string, at evidence.Word, pin evidence.Pin, why string) {
	switch {
	case name == "":
		return // a variable that is empty
	case pin == evidence.PinFloating && requirement == "" && symbolic(name) && ecosystem != "brew":
		pin, why = evidence.PinUnknown, "the package comes from "+name // with its version, perhaps
	}
	r.fetches = append(r.fetches, evidence.Fetch{
		Tool: r.tool, Ecosystem: ecosystem, Name: name, Requirement: requirement, Dir: r.dir, Pin: pin, Why: why, At: at.At,
	})
}

// install notes one lock-driven install. mend is the command that would be
// frozen; among words may be a variable that holds the flag for it.
func (r *reading) install(frozen evidence.Answer, why, mend string, words ...evidence.Word) {
	for _, word := range words {
		if frozen == evidence.No && strings.HasPrefix(word.Value, "$") {
			frozen, why = evidence.Unknown, "whether it is frozen depends on "+word.Value
		}
	}
	r.installs = append(r.installs, evidence.Install{Tool: r.tool, Dir: r.dir, Frozen: frozen, Why: why, Mend: mend, At: r.command.At})
}
