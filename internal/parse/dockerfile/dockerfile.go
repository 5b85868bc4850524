// Package dockerfile reads Dockerfiles and Containerfiles: their stages, the
// images they build on, and the commands they run.
//
// BuildKit's own parser says what an instruction is; this package finds where
// each word of it stands, puts build arguments in, and follows stages. What a
// reference or a command means is for packages image and shell.
package dockerfile

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes tells whether a file is a Dockerfile by its name: Dockerfile,
// Dockerfile.dev, dev.Dockerfile, Containerfile and the like.
func Takes(file string) bool {
	name := strings.ToLower(path.Base(file))
	for _, word := range []string{"dockerfile", "containerfile"} {
		switch rest, starts := strings.CutPrefix(name, word); {
		case starts && rest == "", strings.HasSuffix(name, "."+word):
			return true
		case starts && strings.ContainsRune(".-_", rune(rest[0])):
			return !otherLanguage[path.Ext(name)]
		}
	}
	return false
}

// otherLanguage are the endings of files that speak of a Dockerfile and are none.
var otherLanguage = map[string]bool{
	".dockerignore": true, ".containerignore": true, ".md": true, ".rst": true, ".adoc": true, ".html": true,
	".go": true, ".py": true, ".js": true, ".ts": true, ".rs": true, ".rb": true, ".java": true, ".cs": true,
	".sh": true, ".ps1": true, ".json": true, ".yml": true, ".yaml": true, ".toml": true, ".xml": true,
	".lock": true, ".log": true, ".patch": true, ".diff": true, ".orig": true, ".rej": true, ".sha256": true,
	".png": true, ".svg": true, ".zip": true, ".gz": true,
}

// guessed tells a name that a template may have too: Dockerfile.j2. Such a file
// is read where it is a Dockerfile as it stands, and is let go of where not.
func guessed(file string) bool {
	name := strings.ToLower(path.Base(file))
	return name != "dockerfile" && name != "containerfile" &&
		!strings.HasSuffix(name, ".dockerfile") && !strings.HasSuffix(name, ".containerfile")
}

// Read reads the stages and images of a Dockerfile.
func Read(src *text.Source, out *evidence.Snapshot) error {
	r := read(src)
	if r == nil {
		return nil
	}
	out.Dockerfiles = append(out.Dockerfiles, r.file)
	slices.SortStableFunc(r.images, func(a, b evidence.Image) int { return a.At.Compare(b.At) })
	out.Images = append(out.Images, r.images...)
	return errors.Join(r.problems...)
}

// ReadCommands reads the commands of a Dockerfile: those that build the image
// and those that run when it starts.
func ReadCommands(src *text.Source, out *evidence.Snapshot) error {
	r := read(src)
	if r == nil {
		return nil
	}
	for _, s := range r.stages {
		r.commands(s)
	}
	out.Scripts = append(out.Scripts, r.scripts...)
	return errors.Join(r.problems...)
}

// reader collects what one file holds and what could not be read of it.
type reader struct {
	src      *text.Source
	fill     *filler
	file     evidence.Dockerfile
	global   variables // defaults of the arguments before the first FROM
	declared map[string]bool
	stages   []*stage
	names    map[string]*stage // in lower case; of two the later one
	froms    int
	images   []evidence.Image
	scripts  []evidence.Script
	read     int // bytes of shell so far
	problems []error
}

// read is nil for a file that only looked like a Dockerfile by its name.
func read(src *text.Source) *reader {
	all, escape, problems := instructions(src)
	if guessed(src.Path()) && (len(problems) > 0 || !plausible(all)) {
		return nil
	}
	r := &reader{
		src: src, fill: newFiller(escape), problems: problems,
		global: make(variables), declared: make(map[string]bool), names: make(map[string]*stage),
	}
	r.file.Path = src.Path()
	r.syntax()
	r.walk(all)
	return r
}

// plausible tells a Dockerfile from a template of one, or from any other text.
func plausible(all []instruction) bool {
	from := false
	for _, one := range all {
		if !known(one.name) {
			return false
		}
		from = from || one.name == "FROM"
	}
	return from
}

const maxProblems = 20

func (r *reader) problem(err error) {
	if err != nil && len(r.problems) < maxProblems {
		r.problems = append(r.problems, err)
	}
}
