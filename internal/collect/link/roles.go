package link

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Roles takes back the guess that a file is a fixture or an example where a CI
// job or an image build names it: what is executed or installed there is part of
// the supply chain, whatever its folder is called.
//
// Reached is a file that a command of a job names, or that lies in the folder in
// which a job installs; and, again and again, what a reached script names.
func Roles(s *evidence.Snapshot) {
	r := &reacher{files: make(map[string]int), seen: s}
	for i, file := range s.Files {
		if file.Role != evidence.Source {
			r.files[file.Path] = i
		}
	}
	if len(r.files) == 0 {
		return
	}
	for i := range s.Scripts {
		if runsInCI(s.Scripts[i].Origin) {
			r.script(&s.Scripts[i])
		}
	}
	for _, workflow := range s.Workflows {
		for _, job := range workflow.Jobs {
			for _, step := range job.Steps {
				r.inputs(step.With)
			}
		}
	}
	r.settle()
}

func runsInCI(origin evidence.Origin) bool {
	switch origin {
	case evidence.FromStep, evidence.FromAction, evidence.FromGitLab, evidence.FromJenkins:
		return true
	}
	return false
}

type reacher struct {
	seen  *evidence.Snapshot
	files map[string]int // paths whose role is still a guess
	fresh []string       // reached, their own scripts not yet followed
}

// reach marks one file as part of the sources.
func (r *reacher) reach(name string) {
	i, guessed := r.files[name]
	if !guessed {
		return
	}
	r.seen.Files[i].Role = evidence.Source
	delete(r.files, name)
	r.fresh = append(r.fresh, name)
}

// settle follows the scripts that stand in reached files until nothing new turns up.
func (r *reacher) settle() {
	scripts := make(map[string][]*evidence.Script)
	for i := range r.seen.Scripts {
		s := &r.seen.Scripts[i]
		scripts[s.Path] = append(scripts[s.Path], s)
	}
	for len(r.fresh) > 0 {
		name := r.fresh[0]
		r.fresh = r.fresh[1:]
		for _, script := range scripts[name] {
			r.script(script)
		}
	}
}

func (r *reacher) script(s *evidence.Script) {
	for _, command := range s.Commands {
		dir := command.Dir
		if dir == "" {
			dir = s.Dir
		}
		for _, word := range command.Words {
			r.name(dir, word.Value)
		}
		if len(command.Installs) > 0 {
			r.folder(dir)
		}
	}
}

// inputs follows the inputs of an action that name a file: file, dockerfile,
// context, working-directory and whatever else has a path in it.
func (r *reacher) inputs(with []evidence.Variable) {
	for _, input := range with {
		r.name("", input.Value)
		switch input.Name {
		case "context", "working-directory", "workdir", "path", "package-dir", "packages-dir":
			r.folder(strings.TrimSuffix(input.Value, "/"))
		}
	}
}

// name reaches the file that a word names, from the folder it is said in.
func (r *reacher) name(dir, word string) {
	if word == "" || strings.HasPrefix(word, "-") {
		if _, value, found := strings.Cut(word, "="); found {
			r.name(dir, value) // --file=testdata/Dockerfile
		}
		return
	}
	r.reach(path.Join(dir, word))
}

// folder reaches the manifests, locks and image recipes that lie directly in a
// folder. The root needs none of this, and "." would take every fixture with it.
func (r *reacher) folder(dir string) {
	dir = path.Clean(dir)
	if dir == "." || dir == "/" {
		return
	}
	reachIn := func(name string) {
		if path.Dir(name) == dir {
			r.reach(name)
		}
	}
	for _, one := range r.seen.Manifests {
		reachIn(one.Path)
	}
	for _, one := range r.seen.Lockfiles {
		reachIn(one.Path)
	}
	for _, one := range r.seen.Dockerfiles {
		reachIn(one.Path)
	}
}
