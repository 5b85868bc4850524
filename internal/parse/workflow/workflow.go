// Package workflow reads what a code host runs: workflows and actions, in the
// dialect that GitHub, Gitea and Forgejo share.
//
// It knows their syntax, follows anchors, and leaves expressions as written.
// What a ref, an image or a command means is for others to know: commands go
// to package shell, image references to package image.
package workflow

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// folders are the places that code hosts run workflows from. Elsewhere in the
// tree a workflow is a template or a fixture, which nobody runs.
var folders = []string{".github/workflows", ".gitea/workflows", ".forgejo/workflows"}

// Takes tells whether the file is a workflow, generated ones (*.lock.yml) included.
func Takes(file string) bool {
	return slices.Contains(folders, path.Dir(file)) && isYAML(file)
}

func isYAML(file string) bool {
	return strings.HasSuffix(file, ".yml") || strings.HasSuffix(file, ".yaml")
}

// Read reads one workflow: the workflow itself, its scripts, its images and
// the toolchains that its steps set up.
func Read(src *text.Source, out *evidence.Snapshot) error {
	root, err := document(src)
	if root == nil {
		return err
	}
	r := reader{src: src, out: out}
	r.problem(err)
	if root.Kind != doc.Map {
		r.wrong(root, "is no workflow: the file is not a mapping")
		return r.err()
	}
	out.Workflows = append(out.Workflows, r.workflow(root))
	return r.err()
}

// document is the one document of a file; nil where it holds nothing.
func document(src *text.Source) (*doc.Node, error) {
	documents, err := doc.YAML(src)
	if len(documents) == 0 || documents[0].Kind == doc.Null {
		return nil, err
	}
	if len(documents) > 1 {
		err = errors.Join(err, &text.Error{At: documents[1].At(), Msg: "is a second document; only the first one is read"})
	}
	return documents[0], err
}

// A hostile file can be long, and aliases can make a small one long. No file that
// a person wrote comes near these limits.
const (
	maxJobs      = 1000
	maxSteps     = 5000    // of all jobs
	maxCommands  = 4 << 20 // bytes of all scripts
	maxConstants = 1000
	maxMatrix    = 1000 // values of a job's matrix
)

// reader collects what one file holds and what could not be read of it.
type reader struct {
	src      *text.Source
	out      *evidence.Snapshot
	problems []error
	read     int // steps so far
	commands int // bytes of scripts so far
	kept     map[place]bool
}

func (r *reader) err() error { return errors.Join(r.problems...) }

func (r *reader) problem(err error) {
	if err != nil {
		r.problems = append(r.problems, err)
	}
}

// place is what a place was read for.
type place struct {
	what string
	at   evidence.Location
}

// once tells the first time that a place is read for something from the later
// ones: aliases can bring a place up in many jobs.
func (r *reader) once(what string, at evidence.Location) bool {
	key := place{what, at}
	if r.kept[key] {
		return false
	}
	if r.kept == nil {
		r.kept = make(map[place]bool)
	}
	r.kept[key] = true
	return true
}

// wrong notes a value that has not the shape it must have.
func (r *reader) wrong(n *doc.Node, what string) {
	r.problem(&text.Error{At: n.At(), Msg: what})
}

func (r *reader) workflow(root *doc.Node) evidence.Workflow {
	run := root.Get("defaults", "run")
	w := evidence.Workflow{
		Path:        r.src.Path(),
		Name:        root.Get("name").String(),
		Triggers:    r.triggers(root),
		Permissions: permissions(root),
		Env:         variables(root.Get("env")),
		Shell:       run.Get("shell").String(),
		Dir:         run.Get("working-directory").String(),
		Inputs:      inputs(root.Get("on")),
	}
	w.Expressions = r.expressions(
		held{"env", root.Get("env")}, held{"outputs", root.Get("on", "workflow_call", "outputs")},
	)
	jobs := root.Get("jobs")
	switch {
	case jobs == nil || jobs.Kind == doc.Null:
	case jobs.Kind != doc.Map:
		r.wrong(jobs, "jobs is not a mapping")
	}
	known := constants(nil, w.Env)
	for id, node := range jobs.All() {
		if len(w.Jobs) == maxJobs {
			r.wrong(jobs, fmt.Sprintf("the file has more than %d jobs; the rest is not read", maxJobs))
			break
		}
		w.Jobs = append(w.Jobs, r.job(&w, known, id, node))
	}
	return w
}
