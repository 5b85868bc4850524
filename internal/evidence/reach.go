package evidence

import (
	"path"
	"slices"
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
		seen: s, reached: make(map[*Script]bool),
		byPlace: make(map[string][]*Script), byName: make(map[string][]*Script),
	}
	for i := range s.Scripts {
		script := &s.Scripts[i]
		w.byPlace[script.Path] = append(w.byPlace[script.Path], script)
		if script.Origin == FromFile {
			name := path.Base(script.Path)
			w.byName[name] = append(w.byName[name], script)
		}
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
	seen    *Snapshot
	reached map[*Script]bool
	byPlace map[string][]*Script // scripts of each file
	byName  map[string][]*Script // script files by the name without folder
	todo    []*Script
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
		w.command(dir, c)
	}
}

func (w *reachWalk) command(dir string, c *Command) {
	for _, word := range c.Words {
		for _, script := range w.byPlace[path.Join(dir, word.Value)] {
			if script.Origin == FromFile {
				w.visit(script)
			}
		}
		w.symbolic(dir, word)
	}
	switch c.Program() {
	case "make", "gmake":
		w.make(dir, c.Words[1:])
	case "just":
		w.recipes(dir, justfiles, c.Words[1:])
	case "task", "go-task":
		w.recipes(dir, taskfiles, c.Words[1:])
	case "npm", "pnpm", "yarn", "bun", "npm-run-all", "run-s", "run-p", "turbo", "nx", "lerna":
		w.packageScript(dir, c.Program(), c.Words[1:])
	}
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
	for name, scripts := range w.byPlace {
		if !strings.HasSuffix(name, ".mk") {
			continue // only included files can hold what this one names
		}
		for _, s := range scripts {
			if s.Anchor == "targets/"+target {
				w.visit(s)
			}
		}
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

// lifecycle are the package scripts that installs, packs and publishes run.
var lifecycle = map[string][]string{
	"install": {"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"},
	"pack":    {"prepack", "prepare", "postpack"},
	"publish": {"prepublishOnly", "prepublish", "prepack", "prepare", "postpack", "publish", "postpublish"},
}

// packageScript follows npm run x and its shorter forms. The nearest package.json
// above is meant, or every one where the command speaks of workspaces.
func (w *reachWalk) packageScript(dir, tool string, words []Word) {
	everywhere := tool == "turbo" || tool == "nx" || tool == "lerna"
	var names []string
	for i, word := range words {
		v := word.Value
		switch {
		case v == "-r" || v == "--recursive" || strings.HasPrefix(v, "-w") || strings.HasPrefix(v, "--workspace") || strings.HasPrefix(v, "--filter") || v == "-F" || v == "workspaces" || v == "workspace":
			everywhere = true
		case (v == "--prefix" || v == "-C" || v == "--dir" || v == "--cwd") && i+1 < len(words):
			dir = path.Join(dir, words[i+1].Value)
		case strings.HasPrefix(v, "-"):
		default:
			names = append(names, v)
		}
	}
	if len(names) == 0 && tool == "yarn" {
		names = []string{"install"}
	}
	var wanted []string
	for _, name := range names {
		switch name {
		case "i", "ci", "add":
			wanted = append(wanted, lifecycle["install"]...)
		default:
			wanted = append(wanted, "pre"+name, name, "post"+name)
			wanted = append(wanted, lifecycle[name]...)
		}
	}
	for _, at := range w.packages(dir, everywhere) {
		for _, s := range w.byPlace[at] {
			if name, is := strings.CutPrefix(s.Anchor, "scripts/"); is && slices.Contains(wanted, name) {
				w.visit(s)
			}
		}
	}
}

// packages lists the package.json that is meant in a folder, or all of them.
func (w *reachWalk) packages(dir string, everywhere bool) []string {
	if everywhere {
		var all []string
		for name := range w.byPlace {
			if path.Base(name) == "package.json" {
				all = append(all, name)
			}
		}
		return all // the order does not matter: reaching is a set
	}
	for {
		at := path.Join(dir, "package.json")
		if len(w.byPlace[at]) > 0 {
			return []string{at}
		}
		if dir == "." || dir == "" || dir == "/" {
			return nil
		}
		dir = path.Dir(dir)
	}
}
