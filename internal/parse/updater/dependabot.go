package updater

import (
	"strconv"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// dependabotNames translates Dependabot's names where they are not ours.
var dependabotNames = map[string]string{
	"npm": evidence.NPM, "bun": evidence.NPM, "deno": evidence.NPM,
	"pip": evidence.PyPI, "uv": evidence.PyPI, "poetry": evidence.PyPI, "pipenv": evidence.PyPI,
	"gomod": evidence.Golang, "cargo": evidence.Cargo,
	"nuget": evidence.NuGet, "maven": evidence.Maven, "gradle": evidence.Maven,
	"bundler": evidence.Gem, "composer": evidence.Composer,
	"docker": docker, "docker-compose": docker, "github-actions": githubActions,
}

func readDependabot(src *text.Source, out *evidence.Snapshot) error {
	documents, err := doc.YAML(src)
	if len(documents) == 0 {
		return err
	}
	for _, node := range documents[0].Get("updates").List() {
		if one, works := dependabot(src, node); works {
			out.Updaters = append(out.Updaters, one)
		}
	}
	return err
}

// dependabot reads one entry. It works unless a limit of no pull requests turns
// version updates off.
func dependabot(src *text.Source, node *doc.Node) (one evidence.Updater, works bool) {
	one = evidence.Updater{Path: src.Path(), Tool: "dependabot", Cooldown: cooldown(node.Get("cooldown")), At: node.At()}
	ecosystem := node.Get("package-ecosystem")
	for _, name := range ecosystem.Strings() {
		one.At = name.At()
		if ours, found := dependabotNames[name.Value]; found {
			one.Ecosystems = append(one.Ecosystems, ours)
		} else {
			one.Ecosystems = append(one.Ecosystems, name.Value)
		}
	}
	for _, setting := range []string{"directory", "directories"} {
		for _, dir := range node.Get(setting).Strings() {
			one.Directory = append(one.Directory, folder(dir.Value))
		}
	}
	return one, len(one.Ecosystems) > 0 && node.Get("open-pull-requests-limit").String() != "0"
}

// cooldown says whether an entry waits: for every release by default, or for
// major, minor and patch releases each.
func cooldown(node *doc.Node) evidence.Answer {
	days := func(setting string) bool {
		n, err := strconv.Atoi(node.Get(setting).String())
		return err == nil && n > 0
	}
	return evidence.Known(days("default-days") ||
		days("semver-major-days") && days("semver-minor-days") && days("semver-patch-days"))
}
