// Package jenkins reads Jenkinsfiles: the images their agents run in, the
// commands their steps run, and the shared libraries they call.
//
// A Jenkinsfile is a program in Groovy. The reader knows the tokens of Groovy
// and the steps that stand in the file as they are: it follows blocks, constants
// and strings, and executes nothing. A declarative pipeline is a list of such
// steps; of a scripted one it reads the same, and says that the rest is a program.
package jenkins

import (
	"errors"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes knows Jenkinsfiles by their name.
func Takes(file string) bool {
	base := strings.ToLower(path.Base(file))
	if path.Ext(base) == ".jenkinsfile" {
		return true
	}
	rest, found := strings.CutPrefix(base, "jenkinsfile")
	if !found || rest != "" && !strings.ContainsRune(".-_", rune(rest[0])) {
		return false
	}
	switch path.Ext(rest) {
	case ".md", ".txt", ".html", ".yml", ".yaml", ".json", ".sh", ".py": // about one, or beside it
		return false
	}
	return true
}

// Read reads the stages, images and shared libraries of a pipeline.
func Read(src *text.Source, out *evidence.Snapshot) error {
	var all evidence.Snapshot
	r := newReader(src, &all)
	r.file()
	out.Images, out.Includes, out.Pipelines = all.Images, all.Includes, r.pipeline()
	return errors.Join(r.problems...)
}

// ReadCommands reads the commands of a pipeline.
func ReadCommands(src *text.Source, out *evidence.Snapshot) error {
	var all evidence.Snapshot
	r := newReader(src, &all)
	r.commands = true
	r.file()
	out.Scripts = all.Scripts
	return errors.Join(r.problems...)
}

// reader collects what one file holds and what could not be read of it.
type reader struct {
	src      *text.Source
	tokens   []token
	out      *evidence.Snapshot
	commands bool                      // its commands are wanted, not its images
	globals  constants                 // variables of the program that hold one string for ever
	stages   []evidence.PipelineJob    // the whole pipeline first
	images   map[evidence.Location]int // index in out.Images
	problems []error
	filled   int // bytes of constants put into strings
}

const maxProblems = 20

func newReader(src *text.Source, out *evidence.Snapshot) *reader {
	r := &reader{src: src, out: out, images: make(map[evidence.Location]int)}
	tokens, err := tokenize(src)
	r.tokens = tokens
	r.problem(err)
	return r
}

// problem notes what could not be read.
func (r *reader) problem(err *text.Error) {
	if err != nil && len(r.problems) < maxProblems {
		r.problems = append(r.problems, err)
	}
}

// about notes a problem of one sort of evidence, where that is the one wanted.
func (r *reader) about(commands bool, err *text.Error) {
	if commands == r.commands {
		r.problem(err)
	}
}

// file reads the whole file.
func (r *reader) file() {
	r.findGlobals()
	r.stages = []evidence.PipelineJob{{Name: "pipeline", Group: "pipeline", At: r.src.Location(0, 0)}}
	r.walk(span{0, len(r.tokens)}, context{group: "pipeline", anchor: "pipeline", env: make(constants)})
	r.style()
}

// style says of a file that is no declarative pipeline what that leaves unseen.
func (r *reader) style() {
	scripted := -1
	for i := range r.tokens {
		switch {
		case r.named(i, "pipeline") && r.tokens[i].depth == 0 && r.is(i+1, '{'):
			return
		case r.named(i, "node") && (r.is(i+1, '{') || r.is(i+1, '(')) && scripted < 0:
			scripted = i
		}
	}
	switch {
	case scripted >= 0:
		r.problem(r.tokens[scripted].text.Errorf("is a scripted pipeline, which is a program: only steps that stand in it as they are were read"))
	case len(r.tokens) > 0:
		r.problem(r.tokens[0].text.Errorf("holds no pipeline { } of its own: what makes the pipeline is not in this file"))
	}
}
