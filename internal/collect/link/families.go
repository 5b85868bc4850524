package link

import (
	"path"
	"strings"
)

// Families name the manifests that a lock can be for.
const (
	node       = "package.json"
	workspace  = "pnpm-workspace.yaml"
	pyproject  = "pyproject.toml"
	gradle     = "build.gradle"
	gradleTree = "build.gradle below"
	nuget      = "project file"
)

// lockFamilies says, by the name of a lock, whose lock it is.
var lockFamilies = map[string][]string{
	"package-lock.json":           {node},
	"npm-shrinkwrap.json":         {node},
	"yarn.lock":                   {node},
	"pnpm-lock.yaml":              {node, workspace},
	"bun.lock":                    {node},
	"bun.lockb":                   {node},
	"deno.lock":                   {node},
	"uv.lock":                     {pyproject},
	"poetry.lock":                 {pyproject},
	"pdm.lock":                    {pyproject},
	"pylock.toml":                 {pyproject},
	"Pipfile.lock":                {"Pipfile"},
	"Cargo.lock":                  {"Cargo.toml"},
	"go.sum":                      {"go.mod"},
	"go.work.sum":                 {"go.work"},
	"packages.lock.json":          {nuget},
	"gradle.lockfile":             {gradle},
	"buildscript-gradle.lockfile": {gradle},
	"verification-metadata.xml":   {gradleTree},
	"Gemfile.lock":                {"Gemfile"},
	"gems.locked":                 {"gems.rb"},
	"composer.lock":               {"composer.json"},
}

func families(file string) []string {
	base := path.Base(file)
	switch known := lockFamilies[base]; {
	case known != nil:
		return known
	case strings.HasPrefix(base, "pylock.") && strings.HasSuffix(base, ".toml"):
		return []string{pyproject}
	case base == "requirements.txt":
		return []string{base + " compiled", pyproject}
	case strings.HasSuffix(base, ".txt"): // requirements-dev.txt, requirements/dev.txt
		return []string{base + " compiled"}
	case strings.HasSuffix(base, ".lock"): // uv lock --script
		return []string{strings.TrimSuffix(base, ".lock")}
	}
	return nil
}

// familyOf says which locks beside a manifest are its.
func familyOf(file string) string {
	base := path.Base(file)
	switch base {
	case "package.json", "pnpm-workspace.yaml", "Pipfile", "Cargo.toml", "go.mod", "go.work", "Gemfile", "gems.rb", "composer.json":
		return base
	case "pyproject.toml", "setup.py", "setup.cfg":
		return pyproject
	case "build.gradle", "build.gradle.kts":
		return gradle
	}
	switch ext := path.Ext(base); ext {
	case ".csproj", ".fsproj", ".vbproj":
		return nuget
	case ".in":
		return strings.TrimSuffix(base, ext) + ".txt compiled"
	case ".txt":
		return "requirements" // nothing beside it: it is a lock itself or has none
	case ".gemspec":
		return "Gemfile"
	case ".py":
		return base
	}
	return ""
}

// workspaceFamily is the family of the members of a workspace root.
func workspaceFamily(file string) string {
	if path.Base(file) == workspace {
		return node
	}
	return familyOf(file)
}
