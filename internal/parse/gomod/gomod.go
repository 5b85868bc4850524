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
	r := newResolver(src, file)
	for _, required := range file.Require {
		m.Dependencies = append(m.Dependencies, r.dependency(required))
	}
	if len(m.Dependencies) == 0 {
		m.LockOptional = "it requires no other module"
	}
	out.Manifests = append(out.Manifests, m)
	return problem
}

// deepest is how many folders a package may lie below its module.
const deepest = 50

// resolver answers what the other lines of a go.mod say of a requirement.
type resolver struct {
	src      *text.Source
	replaced map[module.Version]*modfile.Replace // no version: every version
	tools    map[string]bool                     // every folder above a tool's package, and its own
}

func newResolver(src *text.Source, file *modfile.File) resolver {
	r := resolver{src, make(map[module.Version]*modfile.Replace), make(map[string]bool)}
	for _, one := range file.Replace {
		r.replaced[one.Old] = one
	}
	for _, tool := range file.Tool {
		folder := tool.Path
		for range deepest {
			r.tools[folder] = true
			slash := strings.LastIndexByte(folder, '/')
			if slash < 0 {
				break
			}
			folder = folder[:slash]
		}
	}
	return r
}

func (r resolver) dependency(required *modfile.Require) evidence.Dependency {
	d := evidence.Dependency{
		Name: required.Mod.Path, Requirement: required.Mod.Version, Group: r.group(required),
		Anchor: "require/" + required.Mod.Path, At: place(r.src, required.Syntax),
	}
	other := r.replaced[required.Mod]
	if other == nil {
		other = r.replaced[module.Version{Path: required.Mod.Path}]
	}
	if other != nil {
		d.At = place(r.src, other.Syntax)
		if other.New.Version == "" {
			d.Requirement, d.Class = other.New.Path, evidence.PathClass
			return d
		}
		d.Name, d.Requirement = other.New.Path, other.New.Version
	}
	d.Class = requirement.Classify(evidence.Golang, d.Requirement)
	return d
}

func (r resolver) group(required *modfile.Require) string {
	switch {
	case r.tools[required.Mod.Path]:
		return "tool"
	case required.Indirect:
		return "indirect"
	}
	return "require"
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
