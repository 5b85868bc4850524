// Package gitlab reads the pipelines of GitLab CI: the images and services of
// their jobs, the commands they run, and what they include.
//
// It follows extends, !reference, defaults and variables within one file. What
// stands in another file is read there. What a reference or a command means is
// for packages image and shell.
package gitlab

import (
	"errors"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes tells whether a file is a pipeline or a part of one: .gitlab-ci.yml,
// build.gitlab-ci.yml, and YAML in the folders where parts are kept by custom.
func Takes(file string) bool {
	folder, name := path.Split(file)
	stem, found := strings.CutSuffix(name, ".yml")
	if !found {
		if stem, found = strings.CutSuffix(name, ".yaml"); !found {
			return false
		}
	}
	return isNamed(stem) || kept("/"+folder)
}

func isNamed(stem string) bool { return strings.HasSuffix(stem, "gitlab-ci") }

// kept tells whether a folder keeps parts of a pipeline by custom. In .gitlab
// other settings stand beside them; those have no jobs.
func kept(folder string) bool {
	if strings.Contains(folder, "/.gitlab/agents/") {
		return false // settings of a cluster's agents
	}
	for _, custom := range []string{"/.gitlab/", "/.gitlab-ci/", "/gitlab-ci/"} {
		if strings.Contains(folder, custom) {
			return true
		}
	}
	return false
}

// Read reads the jobs, images and includes of a pipeline.
func Read(src *text.Source, out *evidence.Snapshot) error {
	r, err := newReader(src, out)
	if r == nil {
		return err
	}
	r.allIncludes()
	r.allImages()
	r.pipeline()
	return errors.Join(append(r.problems, err)...)
}

// ReadCommands reads the commands of a pipeline.
func ReadCommands(src *text.Source, out *evidence.Snapshot) error {
	r, err := newReader(src, out)
	if r == nil {
		return err
	}
	r.allScripts()
	return errors.Join(append(r.problems, err)...)
}

// reader collects what one file holds and what could not be read of it.
type reader struct {
	src      *text.Source
	root     *doc.Node
	out      *evidence.Snapshot
	jobs     []job // in file order
	byName   map[string]int
	global   constants // variables of the whole pipeline
	inputs   constants // defaults of spec:inputs
	taken    map[*doc.Node]bool
	images   map[evidence.Location]int // index in out.Images
	read     int                       // bytes of commands so far
	spent    bool
	problems []error
}

// newReader reads the pipeline, which stands behind its spec: if it has one. It
// is nil for a file that holds none.
func newReader(src *text.Source, out *evidence.Snapshot) (*reader, error) {
	documents, err := doc.YAML(src)
	r := &reader{
		src: src, out: out,
		byName: make(map[string]int), taken: make(map[*doc.Node]bool), images: make(map[evidence.Location]int),
	}
	if len(documents) > 1 && documents[0].Has("spec") {
		r.inputs = defaults(documents[0].Get("spec", "inputs"))
		documents = documents[1:]
	}
	if len(documents) == 0 || documents[0].Kind == doc.Null {
		return nil, err
	}
	r.root = documents[0]
	if r.root.Kind != doc.Map {
		if name := path.Base(src.Path()); !isNamed(strings.TrimSuffix(name, path.Ext(name))) {
			return nil, err // some other setting
		}
		return nil, errors.Join(err, &text.Error{At: r.root.At(), Msg: "is no pipeline: the file is not a mapping"})
	}
	r.global = make(constants)
	r.addVariables(r.global, r.root.Get("variables"))
	r.findJobs()
	return r, err
}

func defaults(inputs *doc.Node) constants {
	values := make(constants)
	for name, input := range inputs.All() {
		if value := input.Get("default"); value != nil && value.Kind != doc.Null && value.Kind != doc.List && value.Kind != doc.Map {
			values[name.Value] = value.Text.Located()
		}
	}
	return values
}

const maxProblems = 20

func (r *reader) problem(err error) {
	if err != nil && len(r.problems) < maxProblems {
		r.problems = append(r.problems, err)
	}
}
