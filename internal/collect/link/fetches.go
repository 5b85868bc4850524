package link

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Fetches settles what a single command cannot know: that a covering lock holds
// the package which npx or uv run names, that a requirements file carries its
// hashes, that CI freezes the lock of pnpm and of newer yarns.
func Fetches(seen *evidence.Snapshot) {
	f := newFetchIndex(seen)
	checked := make(map[string]bool)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		for j := range script.Commands {
			command := &script.Commands[j]
			dir := command.Dir
			if dir == "" {
				dir = script.Dir
			}
			for k := range command.Fetches {
				f.settleFetch(dir, command, &command.Fetches[k])
			}
			for k := range command.Installs {
				install := &command.Installs[k]
				f.settleInstall(dir, script, command, install)
				// What refused a stale lock once has made sure of it for the rest of the job.
				if key := strings.Join([]string{script.Path, script.Group, dir, install.Tool}, " "); install.Frozen == evidence.Yes {
					checked[key] = true
				} else if checked[key] && checksOnce[install.Tool] {
					install.Frozen, install.Why = evidence.Yes, ""
				}
			}
		}
	}
}

// checksOnce are the tools whose later runs in a job leave a lock alone that an
// earlier one found up to date.
var checksOnce = map[string]bool{"uv": true, "cargo": true}

type fetchIndex struct {
	locked map[string]map[string]bool // ecosystem and folder of a lock -> names it holds
	own    map[string]bool            // names and programs that packages of this tree have
	hashed map[string]bool            // requirements files whose every line carries hashes
	yarn   map[string]string          // folder -> format of its yarn.lock
	env    map[string]map[string]bool // workflow, or workflow and job -> variables set to something true
}

func newFetchIndex(seen *evidence.Snapshot) *fetchIndex {
	f := &fetchIndex{
		locked: make(map[string]map[string]bool), own: make(map[string]bool),
		hashed: make(map[string]bool), yarn: make(map[string]string), env: make(map[string]map[string]bool),
	}
	for _, workflow := range seen.Workflows {
		f.env[workflow.Path] = switches(workflow.Env)
		for _, job := range workflow.Jobs {
			f.env[workflow.Path+" jobs/"+job.ID] = switches(job.Env)
			for _, step := range job.Steps {
				f.env[workflow.Path+" "+step.Anchor] = switches(step.Env)
			}
		}
	}
	for i := range seen.Lockfiles {
		lock := &seen.Lockfiles[i]
		key := lock.Ecosystem + " " + path.Dir(lock.Path)
		if f.locked[key] == nil {
			f.locked[key] = make(map[string]bool)
		}
		for _, entry := range lock.Entries {
			f.locked[key][fold(lock.Ecosystem, entry.Name)] = true
		}
		if lock.Tool == "yarn" {
			f.yarn[path.Dir(lock.Path)] = lock.Format
		}
	}
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		if m.Name != "" {
			f.own[m.Ecosystem+" "+fold(m.Ecosystem, m.Name)] = true
		}
		if m.Ecosystem == evidence.PyPI && len(m.Dependencies) > 0 {
			f.hashed[m.Path] = allHashed(m)
		}
	}
	return f
}

// switches are the variables that are set to something a tool takes for true.
func switches(env []evidence.Variable) map[string]bool {
	on := make(map[string]bool)
	for _, variable := range env {
		switch strings.ToLower(variable.Value) {
		case "", "0", "false", "no", "off":
		default:
			on[variable.Name] = true
		}
	}
	return on
}

// frozenBy names the variables that freeze a tool's lock.
var frozenBy = map[string][]string{
	"uv": {"UV_LOCKED", "UV_FROZEN"}, "bundle": {"BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT"}, "pip": {"PIP_REQUIRE_HASHES"},
	"yarn": {"YARN_ENABLE_IMMUTABLE_INSTALLS"}, "pdm": {"PDM_FROZEN_LOCKFILE"}, "pnpm": {"CI"},
}

func (f *fetchIndex) frozenByEnv(script *evidence.Script, command *evidence.Command, tool string) bool {
	for _, name := range frozenBy[tool] {
		if f.env[script.Path][name] || f.env[script.Path+" "+script.Group][name] || f.env[script.Path+" "+script.Anchor][name] {
			return true
		}
		for _, assign := range command.Env {
			if assign.Name == name && switches([]evidence.Variable{{Name: name, Value: assign.Value.Value}})[name] {
				return true
			}
		}
	}
	return false
}

func allHashed(m *evidence.Manifest) bool {
	for _, d := range m.Dependencies {
		if !d.Hashed {
			return false
		}
	}
	return true
}

// fold makes names comparable: PyPI takes -, _ and . for the same (PEP 503).
func fold(ecosystem, name string) string {
	if ecosystem != evidence.PyPI {
		return name
	}
	return strings.ToLower(strings.NewReplacer("_", "-", ".", "-").Replace(name))
}

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
	if fetch.Ecosystem != evidence.NPM || fetch.Requirement != "" || !runs(command) || !locksRun[fetch.Tool] {
		return
	}
	if f.own[evidence.NPM+" "+fetch.Name] {
		fetch.Pin, fetch.Why = evidence.PinLocal, ""
		return
	}
	names := []string{fetch.Name, binaries[fetch.Name]}
	for {
		for _, name := range names {
			if name != "" && f.locked[evidence.NPM+" "+cleanDir(dir)][name] {
				fetch.Pin, fetch.Why = evidence.PinLocked, ""
				return
			}
		}
		if cleanDir(dir) == "." {
			return
		}
		dir = path.Dir(cleanDir(dir))
	}
}

func cleanDir(dir string) string {
	if dir = path.Clean(dir); dir == "/" {
		return "."
	}
	return dir
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

func (f *fetchIndex) settleInstall(dir string, script *evidence.Script, command *evidence.Command, install *evidence.Install) {
	inCI := runsInCI(script.Origin)
	if f.frozenByEnv(script, command, install.Tool) {
		install.Frozen, install.Why = evidence.Yes, ""
		return
	}
	switch install.Tool {
	case "pip", "uv":
		if install.Frozen == evidence.No && f.requirementsHashed(dir, command) {
			install.Frozen, install.Why = evidence.Yes, ""
		}
	case "pnpm":
		if install.Frozen == evidence.Unknown {
			install.Frozen = evidence.Known(inCI)
		}
	case "yarn":
		if install.Frozen == evidence.Unknown {
			f.settleYarn(dir, inCI, install)
		}
	}
}

// requirementsHashed says whether every requirements file that the command names
// carries hashes: pip then refuses what has none.
func (f *fetchIndex) requirementsHashed(dir string, command *evidence.Command) bool {
	named := false
	for i, word := range command.Words {
		file := ""
		switch {
		case (word.Value == "-r" || word.Value == "--requirement") && i+1 < len(command.Words):
			file = command.Words[i+1].Value
		case strings.HasPrefix(word.Value, "--requirement="):
			file = strings.TrimPrefix(word.Value, "--requirement=")
		case strings.HasPrefix(word.Value, "-r") && len(word.Value) > 2:
			file = word.Value[2:]
		default:
			continue
		}
		if named = true; !f.hashed[path.Join(dir, file)] {
			return false
		}
	}
	return named
}

// settleYarn: yarn 1 never freezes by itself; later ones do where CI is set.
func (f *fetchIndex) settleYarn(dir string, inCI bool, install *evidence.Install) {
	for at := cleanDir(dir); ; at = path.Dir(at) {
		if format, known := f.yarn[at]; known {
			berry := format != "1" && format != "v1" && format != "classic"
			install.Frozen = evidence.Known(inCI && berry)
			return
		}
		if at == "." {
			break
		}
	}
	install.Frozen = evidence.Known(false)
}
