// Package gomod reads what a Go module requires (go.mod) and the hashes that
// hold it (go.sum).
//
// It knows the grammar of both. The lines that choose a compiler are for
// internal/parse/toolchain.
package gomod

import (
	"errors"
	"path"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesManifest takes every go.mod.
func TakesManifest(file string) bool { return path.Base(file) == "go.mod" }

// ReadManifest reads the requirements of a go.mod, each as its replacement
// where it has one.
func ReadManifest(src *text.Source, out *evidence.Snapshot) error {
	file, err := modfile.Parse(src.Path(), src.Data(), nil)
	problem := problems(src, err)
	if err != nil {
		// The lax reader passes over what it does not know, replacements among it.
		if file, err = modfile.ParseLax(src.Path(), src.Data(), nil); err != nil {
			return problem
		}
	}
	m := evidence.Manifest{
		Path: src.Path(), Ecosystem: evidence.Golang, Tool: "go", At: evidence.Location{Path: src.Path()},
	}
	if file.Module != nil {
		m.Name = file.Module.Mod.Path
		m.At = place(src, file.Module.Syntax)
	}
	for _, required := range file.Require {
		m.Dependencies = append(m.Dependencies, dependency(src, file, required))
	}
	if len(m.Dependencies) == 0 {
		m.LockOptional = "it requires no other module"
	}
	out.Manifests = append(out.Manifests, m)
	return problem
}

func dependency(src *text.Source, file *modfile.File, required *modfile.Require) evidence.Dependency {
	d := evidence.Dependency{
		Name: required.Mod.Path, Requirement: required.Mod.Version, Group: groupOf(file, required),
		Anchor: "require/" + required.Mod.Path, At: place(src, required.Syntax),
	}
	if other := replacementOf(file, required.Mod); other != nil {
		d.At = place(src, other.Syntax)
		if other.New.Version == "" {
			d.Requirement, d.Class = other.New.Path, evidence.PathClass
			return d
		}
		d.Name, d.Requirement = other.New.Path, other.New.Version
	}
	d.Class = requirement.Classify(evidence.Golang, d.Requirement)
	return d
}

func groupOf(file *modfile.File, required *modfile.Require) string {
	for _, tool := range file.Tool {
		if tool.Path == required.Mod.Path || strings.HasPrefix(tool.Path, required.Mod.Path+"/") {
			return "tool"
		}
	}
	if required.Indirect {
		return "indirect"
	}
	return "require"
}

// replacementOf prefers the line that names the version to the one for all.
func replacementOf(file *modfile.File, mod module.Version) (found *modfile.Replace) {
	for _, one := range file.Replace {
		switch {
		case one.Old == mod:
			return one
		case one.Old.Path == mod.Path && one.Old.Version == "":
			found = one
		}
	}
	return found
}

// place is where a line stands, without a comment behind it.
func place(src *text.Source, line *modfile.Line) evidence.Location {
	return src.Location(line.Start.Byte, line.End.Byte)
}

func problems(src *text.Source, err error) error {
	var list modfile.ErrorList
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &list):
		return &text.Error{At: evidence.Location{Path: src.Path()}, Msg: err.Error()}
	}
	var all []error
	for _, one := range list {
		at := src.Offset(one.Pos.Line, one.Pos.LineRune)
		all = append(all, src.Errorf(at, at, "%v", one.Err))
	}
	return errors.Join(all...)
}
