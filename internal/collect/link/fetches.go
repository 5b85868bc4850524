package link

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/fetch"
)

// Fetches settles what a single command cannot know: that a covering lock holds
// the package which npx names, that a requirements file carries its hashes, that
// CI freezes the lock of pnpm and of newer yarns, that the command before has
// written the lock anew.
func Fetches(seen *evidence.Snapshot) {
	f := newFetchIndex(seen)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		for j := range script.Commands {
			f.settle(script, &script.Commands[j])
		}
	}
}

type fetchIndex struct {
	held     lockHeld
	own      map[string]bool                 // names and programs that packages of this tree have
	byPath   map[string]*evidence.Manifest   // requirements files and projects
	projects map[string][]*evidence.Manifest // by ecosystem and folder
	kinds    map[string]bool                 // ecosystems that have any manifest in the tree
	locks    map[string]bool                 // ecosystems that have any lock
	yarn     map[string]string               // folder -> format of its yarn.lock
	env      *fetchEnv
	checked  map[string]bool // places where a stale lock would have been refused already
	anew     map[string]int  // places where a lock was written anew -> the line that did
	images   map[string]*evidence.Dockerfile
}

// lockHeld is what locks hold: ecosystem and folder of a lock -> names.
type lockHeld map[string]map[string]bool

func newFetchIndex(seen *evidence.Snapshot) *fetchIndex {
	f := &fetchIndex{
		held: make(lockHeld), own: make(map[string]bool), byPath: make(map[string]*evidence.Manifest),
		projects: make(map[string][]*evidence.Manifest), kinds: make(map[string]bool), locks: make(map[string]bool), yarn: make(map[string]string),
		env: newFetchEnv(seen), checked: make(map[string]bool), anew: make(map[string]int), images: make(map[string]*evidence.Dockerfile),
	}
	for i := range seen.Dockerfiles {
		f.images[seen.Dockerfiles[i].Path] = &seen.Dockerfiles[i]
	}
	for i := range seen.Lockfiles {
		lock := &seen.Lockfiles[i]
		f.locks[lock.Ecosystem] = true
		key := lock.Ecosystem + " " + path.Dir(lock.Path)
		if f.held[key] == nil {
			f.held[key] = make(map[string]bool)
		}
		for _, entry := range lock.Entries {
			f.held[key][evidence.FiledName(lock.Ecosystem, entry.Name)] = true
		}
		if lock.Tool == "yarn" {
			f.yarn[path.Dir(lock.Path)] = lock.Format
		}
	}
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		f.byPath[m.Path], f.kinds[m.Ecosystem] = m, true
		key := m.Ecosystem + " " + path.Dir(m.Path)
		f.projects[key] = append(f.projects[key], m)
		for _, name := range append([]string{m.Name}, m.Bins...) {
			if name != "" {
				f.own[m.Ecosystem+" "+evidence.FiledName(m.Ecosystem, name)] = true
			}
		}
		if len(m.Locks) > 0 {
			f.locks[m.Ecosystem] = true // also one that nobody could read
		}
	}
	return f
}

// settle goes through the commands in the order in which they run.
func (f *fetchIndex) settle(script *evidence.Script, command *evidence.Command) {
	dir := command.Dir
	if dir == "" {
		dir = script.Dir
	}
	f.env.note(script, command)
	for k := range command.Fetches {
		one := &command.Fetches[k]
		f.settleFetch(into(dir, one.Dir), command, one)
	}
	for k := range command.Installs {
		install := &command.Installs[k]
		at := into(dir, install.Dir)
		f.settleInstall(at, script, command, install)
		f.settleOrder(strings.Join([]string{script.Path, script.Group, at, install.Tool}, " "), command, install)
	}
	f.noteRelock(dir, script, command)
}

// noteRelock keeps which locks a command has written anew. git diff
// --exit-code afterwards stops the job where that made a difference. A script
// file may hold the branches of a menu, so there nothing is said to come first.
func (f *fetchIndex) noteRelock(dir string, script *evidence.Script, command *evidence.Command) {
	group := script.Path + " " + script.Group + " "
	if tool, relocks := fetch.Relocks(command.Words); relocks && script.Origin != evidence.FromFile {
		f.checked[group+dir+" "+tool], f.anew[group+dir+" "+tool] = false, command.At.Line
	}
	if command.Program() == "git" && wordsHold(command, "diff") && (wordsHold(command, "--exit-code") || wordsHold(command, "--quiet")) {
		maps.DeleteFunc(f.anew, func(key string, _ int) bool { return strings.HasPrefix(key, group) })
	}
}

// restored says whether the committed lock may have come back between two lines
// of a Dockerfile: copied, or mounted over the new one.
func (f *fetchIndex) restored(file string, from, to int) bool {
	docker := f.images[file]
	if docker == nil {
		return false
	}
	for _, stage := range docker.Stages {
		for _, instruction := range stage.Instructions {
			if line := instruction.At.Line; line <= from || line > to {
				continue
			}
			if instruction.Name == "COPY" || instruction.Name == "ADD" || slices.ContainsFunc(instruction.Flags, isBind) {
				return true
			}
		}
	}
	return false
}

func isBind(flag string) bool {
	return strings.HasPrefix(flag, "--mount") && strings.Contains(flag, "bind")
}

// into is a folder that a flag names from another.
func into(dir, flag string) string {
	if flag == "" || path.IsAbs(flag) {
		return cmp.Or(flag, dir)
	}
	return path.Join(dir, flag)
}

// settleOrder looks at what ran before in the same job: what refused a stale lock
// has made sure of it, what wrote the lock anew has undone that.
func (f *fetchIndex) settleOrder(key string, command *evidence.Command, install *evidence.Install) {
	switch {
	case len(install.Files) > 0: // requirements files: the project's lock plays no part
	case f.anew[key] > 0 && install.Frozen == evidence.Yes && !f.restored(command.At.Path, f.anew[key], command.At.Line):
		install.Frozen, install.Why = evidence.No, "a command before it has written the lock anew"
		install.Mend = "the lock as it is committed"
	case install.Frozen == evidence.Yes && checksOnce[install.Tool] && len(command.Fetches) == 0 && !slices.ContainsFunc(command.Words, trusts):
		f.checked[key] = true
	case install.Frozen != evidence.Yes && f.checked[key]:
		install.Frozen, install.Why = evidence.Yes, ""
	}
}

// checksOnce are the tools whose later runs in a job leave a lock alone that an
// earlier one found up to date.
var checksOnce = map[string]bool{"uv": true, "cargo": true}

// trusts: uv --frozen takes the lock as it is and does not look whether it fits.
func trusts(word evidence.Word) bool { return word.Value == "--frozen" }

// locksRun are the tools that run an installed copy before they fetch one.
var locksRun = map[string]bool{"npx": true, "npm": true, "pnpm": true, "bunx": true, "bun": true}

// binaries of packages whose program has another name than they have; npx tsc is
// the typescript that the lock holds.
var binaries = map[string]string{
	"tsc": "typescript", "tsserver": "typescript", "playwright": "@playwright/test", "changeset": "@changesets/cli",
	"ng": "@angular/cli", "biome": "@biomejs/biome", "lhci": "@lhci/cli", "commitlint": "@commitlint/cli", "swc": "@swc/cli",
	"openapi-generator-cli": "@openapitools/openapi-generator-cli", "vsce": "@vscode/vsce", "mcpb": "@anthropic-ai/mcpb",
	"mcp-inspector": "@modelcontextprotocol/inspector", "babel": "@babel/cli", "nest": "@nestjs/cli", "redocly": "@redocly/cli",
}

func (f *fetchIndex) settleFetch(dir string, command *evidence.Command, fetch *evidence.Fetch) {
	switch {
	case fetch.Pin != evidence.PinFloating || fetch.Requirement != "":
	case fetch.Ecosystem == evidence.PyPI:
		f.settleConstraint(dir, command, fetch)
	case fetch.Ecosystem == evidence.NPM && runs(command) && locksRun[fetch.Tool]:
		if f.own[evidence.NPM+" "+fetch.Name] || f.holds(dir, fetch.Name) || f.holds(dir, binaries[fetch.Name]) {
			fetch.Pin, fetch.Why = evidence.PinLocked, ""
		}
		if f.own[evidence.NPM+" "+fetch.Name] {
			fetch.Pin = evidence.PinLocal
		}
	}
}

// holds says whether a lock of a folder, or of one above, has a package of npm's.
func (f *fetchIndex) holds(dir, name string) bool {
	for dir = cleanDir(dir); name != ""; dir = path.Dir(dir) {
		if f.held[evidence.NPM+" "+dir][name] {
			return true
		}
		if dir == "." {
			break
		}
	}
	return false
}

// settleConstraint looks for the one version that a constraints or requirements
// file of the same command gives.
func (f *fetchIndex) settleConstraint(dir string, command *evidence.Command, fetch *evidence.Fetch) {
	for i := 0; i+1 < len(command.Words); i++ {
		switch command.Words[i].Value {
		case "-c", "--constraint", "--constraints", "-r", "--requirement":
		default:
			continue
		}
		m := f.byPath[path.Join(dir, command.Words[i+1].Value)]
		if m == nil {
			continue
		}
		for _, d := range m.Dependencies {
			if d.Class == evidence.Exact && evidence.FiledName(evidence.PyPI, d.Name) == evidence.FiledName(evidence.PyPI, fetch.Name) {
				fetch.Pin, fetch.Why = evidence.PinLocked, ""
				return
			}
		}
	}
}

func cleanDir(dir string) string {
	if dir = path.Clean(dir); dir == "/" || strings.HasPrefix(dir, "..") {
		return "."
	}
	return strings.TrimPrefix(dir, "/")
}

// runs says whether a command runs a package rather than installs it: only then
// does an installed copy come first.
func runs(command *evidence.Command) bool {
	switch command.Program() {
	case "npx", "bunx":
		return true
	}
	for _, word := range command.Words[1:] {
		switch word.Value {
		case "exec", "x":
			return true
		case "install", "i", "add", "dlx", "init", "create":
			return false
		}
	}
	return false
}
