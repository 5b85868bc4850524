// Package pnpm reads pnpm-workspace.yaml and pnpm-lock.yaml of every version
// since 5.
package pnpm

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/npm"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesWorkspace takes pnpm-workspace.yaml.
func TakesWorkspace(file string) bool {
	return path.Base(file) == "pnpm-workspace.yaml" && own(file)
}

// TakesLock takes pnpm-lock.yaml.
func TakesLock(file string) bool { return path.Base(file) == "pnpm-lock.yaml" && own(file) }

func own(file string) bool { return !strings.Contains("/"+file, "/node_modules/") }

// ReadWorkspace reads the members of a workspace, and the catalogs and
// overrides that hold for all of them.
func ReadWorkspace(src *text.Source, out *evidence.Snapshot) error {
	documents, err := doc.YAML(src)
	if len(documents) == 0 {
		return err
	}
	root := documents[0]
	m := evidence.Manifest{
		Path:         src.Path(),
		Ecosystem:    evidence.NPM,
		Tool:         "pnpm",
		Private:      true,
		LockOptional: "it only names versions for the packages of its workspace, and their lock holds those",
		Dependencies: npm.Catalogs(root, ""),
		At:           evidence.Location{Path: src.Path()},
	}
	for _, pattern := range root.Get("packages").Strings() {
		m.Workspace = append(m.Workspace, pattern.Value)
	}
	m.Dependencies = append(m.Dependencies, npm.Dependencies(root.Get("overrides"), "overrides", "overrides")...)
	out.Manifests = append(out.Manifests, m)
	return err
}
