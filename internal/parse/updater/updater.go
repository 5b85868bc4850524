// Package updater reads the settings of the programs that keep pins fresh:
// Dependabot and Renovate. It knows which ecosystems and folders they watch and
// whether they wait before they take a new release.
package updater

import (
	"path"
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// dependabotFiles and renovateFiles are the only places the two look at.
var (
	dependabotFiles = []string{".github/dependabot.yml", ".github/dependabot.yaml"}
	renovateFiles   = []string{
		"renovate.json", "renovate.jsonc", "renovate.json5",
		".github/renovate.json", ".github/renovate.jsonc", ".github/renovate.json5",
		".gitlab/renovate.json", ".gitlab/renovate.jsonc", ".gitlab/renovate.json5",
		".renovaterc", ".renovaterc.json", ".renovaterc.jsonc", ".renovaterc.json5",
	}
)

// Takes tells whether the file holds the settings of an updater.
func Takes(file string) bool {
	return slices.Contains(dependabotFiles, file) || slices.Contains(renovateFiles, file)
}

// Read reads one such file.
func Read(src *text.Source, out *evidence.Snapshot) error {
	if slices.Contains(dependabotFiles, src.Path()) {
		return readDependabot(src, out)
	}
	return readRenovate(src, out)
}

// The ecosystems that are no package registry of a language.
const (
	githubActions = "github-actions"
	docker        = "docker"
)

// folder is a directory setting as a glob from the root.
func folder(setting string) string {
	if clean := path.Clean("/" + setting); clean != "/" {
		return clean[1:]
	}
	return "."
}
