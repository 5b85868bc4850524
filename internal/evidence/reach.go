package evidence

import (
	"path"
	"strings"
)

// Reach answers which scripts run because a job or an image build runs them.
type Reach struct {
	reached map[*Script]bool
}

// Script says whether a job or an image build runs the script, directly or by
// way of others.
func (r Reach) Script(s *Script) bool { return r.reached[s] }

// Reach follows the commands of every workflow step, action step, GitLab job and
// Dockerfile into the scripts, make targets, just recipes and package scripts
// that they call. Where a call cannot be told apart (a target named by a
// variable, every workspace at once) all that it may mean is reached: whoever
// calls a script dormant has to be sure.
func (s *Snapshot) Reach() Reach {
	w := &reachWalk{
		reached: make(map[*Script]bool), byPlace: make(map[string][]*Script), byName: make(map[string][]*Script),
		included: make(map[string][]*Script), everywhere: make(map[string]bool),
	}
	for i := range s.Scripts {
		script := &s.Scripts[i]
		w.index(script)
		switch script.Origin {
		case FromMake, FromJust, FromTask, FromNPM, FromFile:
		default:
			w.visit(script)
		}
	}
	for len(w.todo) > 0 {
		script := w.todo[0]
		w.todo = w.todo[1:]
		w.follow(script)
	}
	return Reach{w.reached}
}

type reachWalk struct {
	reached    map[*Script]bool
	byPlace    map[string][]*Script // scripts of each file
	byName     map[string][]*Script // script files by the name without folder
	included   map[string][]*Script // targets of files that a makefile may include, by anchor
	packages   []string             // every package.json that has scripts
	everywhere map[string]bool      // package scripts that were asked of every workspace already
	todo       []*Script
}

func (w *reachWalk) index(s *Script) {
	if s.Origin == FromNPM && len(w.byPlace[s.Path]) == 0 {
		w.packages = append(w.packages, s.Path)
	}
	w.byPlace[s.Path] = append(w.byPlace[s.Path], s)
	switch {
	case s.Origin == FromFile:
		name := path.Base(s.Path)
		w.byName[name] = append(w.byName[name], s)
	case s.Origin == FromMake && path.Ext(s.Path) == ".mk":
		w.included[s.Anchor] = append(w.included[s.Anchor], s)
	}
}

func (w *reachWalk) visit(s *Script) {
	if !w.reached[s] {
		w.reached[s] = true
		w.todo = append(w.todo, s)
	}
}

func (w *reachWalk) follow(s *Script) {
	for _, target := range s.Needs {
		w.targets(s.Path, target)
	}
	for i := range s.Commands {
		c := &s.Commands[i]
		dir := c.Dir
		if dir == "" {
			dir = s.Dir
		}
		w.command(s, dir, c)
	}
}

func (w *reachWalk) command(s *Script, dir string, c *Command) {
	for _, word := range c.Words {
		w.file(s, dir, word)
		w.symbolic(dir, word)
	}
	switch name := c.Program(); name {
	case "":
	case "make", "gmake", "$(MAKE)", "${MAKE}":
		w.make(dir, c.Words[1:])
	case "just":
		w.recipes(dir, justfiles, c.Words[1:])
	case "task", "go-task":
		w.recipes(dir, taskfiles, c.Words[1:])
	default:
		w.packageTool(dir, name, c.Words[1:])
	}
}

// file reaches the script file that a word names: from the folder of the
// command, or from the script's own, where it is likely to have gone. A path of
// a container's is known by its name alone.
func (w *reachWalk) file(s *Script, dir string, word Word) {
	name := strings.ReplaceAll(word.Value, `\`, "/")
	if len(w.byName[path.Base(name)]) == 0 {
		return
	}
	switch found := w.exactly(path.Join(dir, name)); {
	case found:
	case s.Origin == FromFile && w.exactly(path.Join(path.Dir(s.Path), name)):
	case s.Origin == FromDockerfile && path.IsAbs(name):
		for _, script := range w.byName[path.Base(name)] {
			w.visit(script)
		}
	}
}

func (w *reachWalk) exactly(file string) (found bool) {
	for _, script := range w.byPlace[file] {
		if script.Origin == FromFile {
			w.visit(script)
			found = true
		}
	}
	return found
}

// symbolic follows "$(dirname "$0")/build.sh" and the like, in a folder that
// only the run knows, to every script file of that name.
func (w *reachWalk) symbolic(dir string, word Word) {
	name := path.Base(word.Value)
	hidden := !word.Known && strings.Contains(word.Value, "/") || strings.ContainsAny(dir, "$`")
	if !hidden || strings.ContainsAny(name, "$`*(){}\" ") {
		return
	}
	for _, script := range w.byName[name] {
		w.visit(script)
	}
}

// make follows make [-C dir] [-f file] [target ...]; no target is the first one.
func (w *reachWalk) make(dir string, words []Word) {
	file := ""
	var targets []string
	for i := 0; i < len(words); i++ {
		word := words[i].Value
		next := ""
		if i+1 < len(words) {
			next = words[i+1].Value
		}
		switch {
		case word == "-C" || word == "--directory":
			dir, i = path.Join(dir, next), i+1
		case word == "-f" || word == "--file" || word == "--makefile":
			file, i = next, i+1
		case word == "-j" || strings.HasPrefix(word, "-") || strings.Contains(word, "="):
		default:
			targets = append(targets, word)
		}
	}
	names := []string{"GNUmakefile", "makefile", "Makefile"}
	if file != "" {
		names = []string{file}
	}
	for _, name := range names {
		at := path.Join(dir, name)
		if len(w.byPlace[at]) == 0 {
			continue
		}
		if len(targets) == 0 {
			w.visit(w.byPlace[at][0])
		}
		for _, target := range targets {
			w.targets(at, target)
		}
	}
}

// targets reaches the recipes of one target, also where an included file holds them.
func (w *reachWalk) targets(file, target string) {
	known := false
	for _, s := range w.byPlace[file] {
		if s.Anchor == "targets/"+target || s.Anchor == "recipes/"+target || s.Anchor == "tasks/"+target || strings.ContainsAny(target, "$%") {
			w.visit(s)
			known = true
		}
	}
	if known {
		return
	}
	for _, s := range w.included["targets/"+target] {
		w.visit(s)
	}
}

var (
	justfiles = []string{"justfile", "Justfile", ".justfile"}
	taskfiles = []string{"Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml", "Taskfile.dist.yml", "taskfile.dist.yml", "Taskfile.dist.yaml", "taskfile.dist.yaml"}
)

// recipes follows just and task, which look for their file in the folders above too.
func (w *reachWalk) recipes(dir string, names []string, words []Word) {
	for dir := dir; ; dir = path.Dir(dir) {
		for _, name := range names {
			at := path.Join(dir, name)
			scripts := w.byPlace[at]
			if len(scripts) == 0 {
				continue
			}
			if len(words) == 0 {
				w.visit(scripts[0])
			}
			for _, word := range words {
				w.targets(at, word.Value)
			}
			return
		}
		if dir == "." || dir == "/" || dir == "" {
			return
		}
	}
}
