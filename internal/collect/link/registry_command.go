package link

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/registry"
)

// command finds the sources that one command chooses: by variables it sets, by
// options, by the settings it writes. A command that publishes names where the
// package goes, not where packages come from.
func (f registryFinder) command(c evidence.Command, script evidence.Script) {
	anchor := script.Anchor
	for _, assign := range c.Env {
		f.variable(assign.Name, assign.Value.Value, assign.Value.At, anchor)
	}
	if len(c.Words) < 2 {
		return
	}
	words := c.Words[1:]
	switch program := c.Program(); program {
	case "export", "declare", "setx":
		f.assignments(words, anchor)
	case "echo", "printf":
		for _, redirect := range c.Redir {
			if strings.Contains(redirect.Target.Value, "GITHUB_ENV") {
				f.assignments(words, anchor)
			}
		}
	case "go":
		if words[0].Value == "env" {
			f.assignments(words, anchor)
		}
	case "npm", "npx", "pnpm", "pnpx", "yarn", "bun", "bunx":
		if bringsNothing[subcommand(words)] {
			return
		}
		f.options(words, npmOptions, anchor)
		f.written(words, npmKeys, anchor)
	case "pip", "pip3", "pipx", "uv", "uvx", "pdm", "python", "python3", "py":
		if strings.HasPrefix(program, "py") && !(hasWord(words, "-m") && hasWord(words, "pip", "uv")) || hasWord(words, "publish") {
			return
		}
		f.options(words, pipOptions, anchor)
		f.written(words, pipKeys, anchor)
	case "poetry":
		f.address(words, []string{"source", "add"}, registry.Choice{Ecosystem: evidence.PyPI}, anchor)
	case "dotnet", "nuget":
		if !hasWord(words, "push", "delete") {
			f.options(words, nugetOptions, anchor)
		}
		if !f.pushing[machineOf(script)] {
			f.address(words, []string{"nuget", "add", "source"}, registry.Choice{Ecosystem: evidence.NuGet, Extra: true}, anchor)
		}
	case "cargo":
		if !hasWord(words, "publish", "login", "yank", "owner") {
			f.options(words, map[string]registry.Choice{"--index": {Ecosystem: evidence.Cargo}}, anchor)
		}
	case "gem":
		if !hasWord(words, "push") {
			f.options(words, gemOptions, anchor)
		}
	}
}

// bringsNothing are the subcommands of npm and its like that send a package or
// ask about one.
var bringsNothing = map[string]bool{
	"publish": true, "unpublish": true, "deprecate": true, "dist-tag": true, "dist-tags": true, "tag": true, "view": true, "info": true,
	"show": true, "v": true, "search": true, "ping": true, "login": true, "adduser": true, "logout": true, "whoami": true,
	"owner": true, "access": true, "token": true, "profile": true, "team": true, "org": true, "trust": true, "audit": true, "outdated": true,
}

// subcommand is the first word that is no option; yarn puts those of the
// registry behind npm.
func subcommand(words []evidence.Word) string {
	for _, word := range words {
		if !strings.HasPrefix(word.Value, "-") && word.Value != "npm" {
			return word.Value
		}
	}
	return ""
}

// machine is what scripts of one group share.
type machine struct{ path, group string }

func machineOf(script evidence.Script) machine { return machine{script.Path, script.Group} }

// pushing finds the groups that send NuGet packages and fetch none.
func pushing(scripts []evidence.Script) map[machine]bool {
	pushes, fetches := make(map[machine]bool), make(map[machine]bool)
	for _, script := range scripts {
		for _, command := range script.Commands {
			if program := command.Program(); program != "dotnet" && program != "nuget" || len(command.Words) < 2 {
				continue
			}
			switch command.Words[1].Value {
			case "restore", "install", "build", "publish", "pack", "run", "test", "tool", "add", "msbuild":
				fetches[machineOf(script)] = true
			case "nuget", "push":
				if hasWord(command.Words, "push") {
					pushes[machineOf(script)] = true
				}
			}
		}
	}
	for one := range fetches {
		delete(pushes, one)
	}
	return pushes
}

var (
	npmOptions   = map[string]registry.Choice{"--registry": {Ecosystem: evidence.NPM}}
	npmKeys      = map[string]registry.Choice{"registry": {Ecosystem: evidence.NPM}, "npmRegistryServer": {Ecosystem: evidence.NPM}}
	nugetOptions = map[string]registry.Choice{
		"--source": {Ecosystem: evidence.NuGet}, "-s": {Ecosystem: evidence.NuGet}, "-Source": {Ecosystem: evidence.NuGet},
		"--add-source": {Ecosystem: evidence.NuGet, Extra: true},
	}
	gemOptions = map[string]registry.Choice{
		"--source": {Ecosystem: evidence.Gem}, "-s": {Ecosystem: evidence.Gem},
		"--add": {Ecosystem: evidence.Gem, Extra: true}, "-a": {Ecosystem: evidence.Gem, Extra: true},
	}
	pipOptions = map[string]registry.Choice{
		"--index-url": {Ecosystem: evidence.PyPI}, "-i": {Ecosystem: evidence.PyPI}, "--default-index": {Ecosystem: evidence.PyPI},
		"--extra-index-url": {Ecosystem: evidence.PyPI, Extra: true}, "--index": {Ecosystem: evidence.PyPI, Extra: true},
		"--find-links": {Ecosystem: evidence.PyPI, Extra: true}, "-f": {Ecosystem: evidence.PyPI, Extra: true},
		"--trusted-host": {Ecosystem: evidence.PyPI, Plain: true}, "--allow-insecure-host": {Ecosystem: evidence.PyPI, Plain: true},
	}
	pipKeys = map[string]registry.Choice{
		"global.index-url": {Ecosystem: evidence.PyPI}, "global.extra-index-url": {Ecosystem: evidence.PyPI, Extra: true},
		"install.index-url": {Ecosystem: evidence.PyPI}, "global.trusted-host": {Ecosystem: evidence.PyPI, Plain: true},
	}
)

func (f registryFinder) assignments(words []evidence.Word, anchor string) {
	for _, word := range words {
		if name, value, found := strings.Cut(word.Value, "="); found {
			f.variable(name, value, word.At, anchor)
		}
	}
}

// options reads --option value and --option=value.
func (f registryFinder) options(words []evidence.Word, known map[string]registry.Choice, anchor string) {
	for i, word := range words {
		name, value, assigned := strings.Cut(word.Value, "=")
		what, found := known[name]
		if scope, dashed := strings.CutPrefix(name, "--@"); dashed && strings.HasSuffix(scope, ":registry") {
			name = "@" + scope
			what, found = known["--registry"]
		}
		switch {
		case !found:
		case assigned:
			f.add(what, name, value, word.At, anchor)
		case i+1 < len(words):
			f.add(what, name, words[i+1].Value, words[i+1].At, anchor)
		}
	}
}

// written reads `config set key value` and `config set key=value`.
func (f registryFinder) written(words []evidence.Word, keys map[string]registry.Choice, anchor string) {
	setting := false
	for i, word := range words {
		name, value, assigned := strings.Cut(word.Value, "=")
		what, found := keys[name]
		if strings.HasPrefix(name, "@") && strings.HasSuffix(name, ":registry") { // for a scope
			what, found = keys["registry"]
		}
		switch {
		case word.Value == "set":
			setting = true
		case !setting || !found:
		case assigned:
			f.add(what, name, value, word.At, anchor)
		case i+1 < len(words):
			f.add(what, name, words[i+1].Value, words[i+1].At, anchor)
		}
	}
}

// address reads the first address that stands behind a subcommand.
func (f registryFinder) address(words []evidence.Word, subcommand []string, what registry.Choice, anchor string) {
	for i, name := range subcommand {
		if i >= len(words) || words[i].Value != name {
			return
		}
	}
	for _, word := range words[len(subcommand):] {
		if host, _ := evidence.AddressHost(word.Value); host != "" {
			f.add(what, strings.Join(subcommand, " "), word.Value, word.At, anchor)
			return
		}
	}
}

func hasWord(words []evidence.Word, any ...string) bool {
	for _, word := range words {
		for _, one := range any {
			if word.Value == one {
				return true
			}
		}
	}
	return false
}
