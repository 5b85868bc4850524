package updater

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// renovateManagers translates Renovate's managers; those it lacks are of no
// ecosystem that sealvet judges.
var renovateManagers = map[string]string{
	"npm": evidence.NPM, "bun": evidence.NPM, "deno": evidence.NPM,
	"pep621": evidence.PyPI, "pip_requirements": evidence.PyPI, "pip-compile": evidence.PyPI, "pip_setup": evidence.PyPI,
	"poetry": evidence.PyPI, "pipenv": evidence.PyPI, "setup-cfg": evidence.PyPI,
	"gomod": evidence.Golang, "cargo": evidence.Cargo,
	"nuget": evidence.NuGet, "maven": evidence.Maven, "gradle": evidence.Maven, "gradle-wrapper": evidence.Maven,
	"bundler": evidence.Gem, "composer": evidence.Composer,
	"dockerfile": docker, "docker-compose": docker, "github-actions": githubActions,
}

func readRenovate(src *text.Source, out *evidence.Snapshot) error {
	root, err := settings(src)
	if root == nil {
		return err
	}
	if enabled, set := root.Get("enabled").Bool(); set && !enabled {
		return err
	}
	out.Updaters = append(out.Updaters, evidence.Updater{
		Path:       src.Path(),
		Tool:       "renovate",
		Ecosystems: ecosystems(root),
		Cooldown:   releaseAge(root),
		At:         src.Location(0, src.Len()),
	})
	return err
}

// settings is the tree of the file. Only that of strict JSON has true places;
// JSON5 is rewritten first, and of the settings only the file's place is kept.
func settings(src *text.Source) (*doc.Node, error) {
	if path.Ext(src.Path()) != ".json5" {
		return doc.JSON(src)
	}
	root, err := doc.JSON(text.NewSource(src.Path(), plainJSON(src.Data())))
	if err != nil {
		return root, src.Errorf(0, 0, "is not read as JSON5: %v", err)
	}
	return root, nil
}

// ecosystems are all, unless the settings name the managers that may run.
func ecosystems(root *doc.Node) []string {
	managers := root.Get("enabledManagers").Strings()
	if len(managers) == 0 {
		return []string{"*"}
	}
	var all []string
	for _, manager := range managers {
		if ours, found := renovateManagers[manager.Value]; found {
			all = append(all, ours)
		} else {
			all = append(all, manager.Value)
		}
	}
	return all
}

// releaseAge says whether Renovate waits: by the settings themselves, by one of
// its own presets, or perhaps by a preset that stands elsewhere.
func releaseAge(root *doc.Node) evidence.Answer {
	if waits(root) {
		return evidence.Yes
	}
	for _, rule := range root.Get("packageRules").List() {
		if waits(rule) {
			return evidence.Yes
		}
	}
	answer := evidence.No
	for _, preset := range root.Get("extends").Strings() {
		switch presetWaits(preset) {
		case evidence.Yes:
			return evidence.Yes
		case evidence.Unknown:
			answer = evidence.Unknown
		case evidence.No: // says nothing about it
		}
	}
	return answer
}

// waits tells whether a part of the settings asks for an age that is not nothing:
// "3 days", and not "0 days" or null.
func waits(settings *doc.Node) bool {
	for _, name := range []string{"minimumReleaseAge", "stabilityDays"} {
		amount, _, _ := strings.Cut(strings.TrimSpace(settings.Get(name).String()), " ")
		if strings.Trim(amount, "0") != "" {
			return true
		}
	}
	return false
}

// presetWaits knows Renovate's own presets. One of another repository or
// package can say anything.
func presetWaits(preset text.Text) evidence.Answer {
	name := preset.Value
	switch {
	case name == "config:best-practices", name == "security:minimumReleaseAgeNpm", strings.HasPrefix(name, "npm:unpublishSafe"):
		return evidence.Yes
	case strings.Contains(name, ">"), strings.HasPrefix(name, "@"), strings.HasPrefix(name, "http"), !strings.Contains(name, ":"):
		return evidence.Unknown
	}
	return evidence.No
}
