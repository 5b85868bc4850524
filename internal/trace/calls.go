package trace

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// calls answers what a script calls.
type calls struct {
	scripts  []*evidence.Script            // in the order of the snapshot
	byPlace  map[string][]*evidence.Script // those of each file
	byAnchor map[anchor][]*evidence.Script // targets, recipes, tasks and package scripts
	byName   map[string][]*evidence.Script // script files by the name without folder
	included map[string][]*evidence.Script // targets of files that a makefile may include
	packages []string                      // every package.json that has scripts
	anywhere map[string][]*evidence.Script // package scripts by name
	names    map[string][]string           // package.json files by the name of the package
	files    map[string]bool
	known    map[*evidence.Script][]call
	budget   int // of calls that are followed
}

type anchor struct{ path, name string }

// call is one thing that a script calls.
type call struct {
	to    *evidence.Script
	image string // a Dockerfile of the tree that is built
	file  string // a file of the tree in a language nobody here reads
	at    evidence.Location
	// guess: it may be called, or only be named.
	guess bool
}

// maxCalls bounds what a hostile tree can ask for.
const maxCalls = 500_000

func newCalls(seen *evidence.Snapshot) *calls {
	c := &calls{
		byPlace: make(map[string][]*evidence.Script), byAnchor: make(map[anchor][]*evidence.Script),
		byName: make(map[string][]*evidence.Script), included: make(map[string][]*evidence.Script),
		anywhere: make(map[string][]*evidence.Script), names: make(map[string][]string),
		files: make(map[string]bool, len(seen.Files)), known: make(map[*evidence.Script][]call), budget: maxCalls,
	}
	for i := range seen.Scripts {
		c.index(&seen.Scripts[i])
	}
	for _, file := range seen.Files {
		c.files[file.Path] = true
	}
	for _, manifest := range seen.Manifests {
		if path.Base(manifest.Path) == "package.json" && manifest.Name != "" {
			c.names[manifest.Name] = append(c.names[manifest.Name], manifest.Path)
		}
	}
	return c
}

func (c *calls) index(s *evidence.Script) {
	if s.Origin == evidence.FromNPM && len(c.byPlace[s.Path]) == 0 {
		c.packages = append(c.packages, s.Path)
	}
	c.scripts = append(c.scripts, s)
	c.byPlace[s.Path] = append(c.byPlace[s.Path], s)
	_, name, _ := strings.Cut(s.Anchor, "/")
	switch s.Origin {
	case evidence.FromFile:
		base := path.Base(s.Path)
		c.byName[base] = append(c.byName[base], s)
		return
	case evidence.FromNPM:
		c.anywhere[name] = append(c.anywhere[name], s)
	case evidence.FromMake:
		if path.Ext(s.Path) == ".mk" {
			c.included[name] = append(c.included[name], s)
		}
	case evidence.FromJust, evidence.FromTask:
	default:
		return
	}
	c.byAnchor[anchor{s.Path, name}] = append(c.byAnchor[anchor{s.Path, name}], s)
}

// reached follows the commands of every step, pipeline job and image build.
func (c *calls) reached() map[*evidence.Script]bool {
	reached := make(map[*evidence.Script]bool)
	var todo []*evidence.Script
	visit := func(s *evidence.Script) {
		if s != nil && !reached[s] {
			reached[s] = true
			todo = append(todo, s)
		}
	}
	for _, script := range c.scripts {
		switch script.Origin {
		case evidence.FromMake, evidence.FromJust, evidence.FromTask, evidence.FromNPM, evidence.FromFile: // run when called
		default:
			visit(script)
		}
	}
	for len(todo) > 0 {
		script := todo[0]
		todo = todo[1:]
		for _, call := range c.of(script) {
			visit(call.to)
		}
	}
	return reached
}

// of lists what a script calls, in the order in which it does.
func (c *calls) of(s *evidence.Script) []call {
	if known, is := c.known[s]; is {
		return known
	}
	if c.budget <= 0 {
		return nil
	}
	var all []call
	for _, target := range s.Needs {
		all = append(all, c.target(s.Path, target, s.At)...)
	}
	for i := range s.Commands {
		command := &s.Commands[i]
		for _, dir := range c.folders(s, command) {
			if found := c.command(dir, command); len(found) > 0 {
				all = append(all, found...)
				break
			}
		}
	}
	c.budget -= len(all)
	c.known[s] = all
	return all
}

// folders are those in which a command may run, as seen from the root, likely
// ones first. A script may have gone to its own folder. In an image build the
// tree stands where a COPY has put it: the root or the folder of the Dockerfile
// are what is copied by custom.
func (c *calls) folders(s *evidence.Script, command *evidence.Command) []string {
	dir := command.Dir
	if dir == "" {
		dir = s.Dir
	}
	switch s.Origin {
	case evidence.FromFile:
		return []string{dir, path.Dir(s.Path)}
	case evidence.FromDockerfile:
		inner := strings.TrimPrefix(dir, "/")
		_, below, _ := strings.Cut(inner, "/")
		return []string{inner, below, "", path.Dir(s.Path), unknownFolder}
	}
	return []string{dir}
}

// unknownFolder stands for one that only the run knows.
const unknownFolder = "$"

// command lists what one command calls.
func (c *calls) command(dir string, command *evidence.Command) []call {
	words := peel(command.Words)
	if len(words) == 0 {
		return nil
	}
	all := c.scriptFiles(dir, words)
	switch program := evidence.ProgramName(words[0].Value); program {
	case "make", "gmake", "$(MAKE)", "${MAKE}":
		all = append(all, c.make(dir, words)...)
	case "just":
		all = append(all, c.recipes(dir, justfiles, words)...)
	case "task", "go-task":
		all = append(all, c.recipes(dir, taskfiles, words)...)
	case "npm", "pnpm", "yarn", "bun", "turbo", "nx", "lerna", "npm-run-all", "npm-run-all2", "run-s", "run-p", "node", "changeset", "vsce", "semantic-release":
		all = append(all, c.packageScripts(dir, program, words)...)
	case "concurrently":
		all = append(all, c.concurrently(dir, words)...)
	case "docker", "podman", "buildah", "nerdctl":
		all = append(all, c.imageBuild(dir, words)...)
	case "goreleaser":
		all = append(all, c.unread(dir, words[0].At, ".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml")...)
	case "invoke", "inv":
		all = append(all, c.unread(dir, words[0].At, "tasks.py")...)
	case "nox":
		all = append(all, c.unread(dir, words[0].At, "noxfile.py")...)
	}
	return all
}
