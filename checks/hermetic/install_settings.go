package hermetic

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

func (r *installRun) strict() bool {
	policy, found := r.policy("strict-allow-scripts")
	return found && policy.Runs == evidence.No || slices.ContainsFunc(r.command.Words, func(w evidence.Word) bool {
		return w.Value == "--strict-allow-scripts" || w.Value == "--strict-allow-scripts=true"
	})
}

// scripted are the packages with install scripts, as the lock that covers the
// install knows them; known is false where none tells. An image may take a lock
// from any folder: there all have to tell.
func (r *installRun) scripted() (names []string, known bool) {
	if lock := r.lock(); lock != nil {
		return scripted(lock), tells(lock)
	}
	if r.node.Script.Origin != evidence.FromDockerfile {
		return nil, false
	}
	for i := range r.seen.Lockfiles {
		if lock := &r.seen.Lockfiles[i]; lock.Tool == "npm" {
			known = true
			if names = append(names, scripted(lock)...); !tells(lock) {
				return nil, false
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), known
}

// tells: the first format of the lock knows nothing of scripts.
func tells(lock *evidence.Lockfile) bool { return lock.Format != "" && lock.Format != "1" }

// scripted are the packages of a lock that run scripts. fsevents installs on
// macOS alone, and comes built.
func scripted(lock *evidence.Lockfile) []string {
	var names []string
	for _, entry := range lock.Entries {
		if entry.RunsScript && entry.Name != "fsevents" {
			names = append(names, entry.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func listed(names []string) string {
	const most = 3
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// ignored tells whether the command or a variable forbids scripts.
func (r *installRun) ignored() bool {
	for _, word := range r.command.Words {
		switch word.Value {
		case "--ignore-scripts", "--ignore-scripts=true", "--mode=skip-build":
			return true
		}
	}
	env := r.command.Env
	variables := r.node.Env()
	for _, assign := range env {
		variables = append(variables, evidence.Variable{Name: assign.Name, Value: assign.Value.Value})
	}
	for _, v := range variables {
		switch strings.ToLower(v.Name) {
		case "npm_config_ignore_scripts", "pnpm_config_ignore_scripts":
			if v.Value == "true" || v.Value == "1" {
				return true
			}
		case "yarn_enable_scripts":
			if v.Value == "false" || v.Value == "0" {
				return true
			}
		}
	}
	return false
}

// folders are those from where the install runs up to the root. One that only
// the run knows, or that is an image's, is taken for the root.
func (r *installRun) folders() []string {
	dir := r.command.Dir
	if dir == "" {
		dir = r.node.Script.Dir
	}
	if dir = path.Join(dir, r.install.Dir); r.node.Script.Origin == evidence.FromDockerfile {
		dir = path.Dir(r.node.Script.Path)
	}
	if path.IsAbs(dir) || strings.HasPrefix(dir, "..") || strings.Contains(dir, "$") {
		dir = "."
	}
	var all []string
	for {
		if all = append(all, dir); dir == "." || dir == "" {
			return all
		}
		dir = path.Dir(dir)
	}
}

// lock is the nearest lock of the tool.
func (r *installRun) lock() *evidence.Lockfile {
	for _, dir := range r.folders() {
		for i := range r.seen.Lockfiles {
			lock := &r.seen.Lockfiles[i]
			if lock.Tool == r.install.Tool && path.Dir(lock.Path) == path.Clean(dir) {
				return lock
			}
		}
	}
	return nil
}

// policy is the nearest setting of the tool, of that name if one is given. What
// .npmrc forbids holds for pnpm too.
func (r *installRun) policy(setting string) (evidence.ScriptPolicy, bool) {
	for _, dir := range r.folders() {
		for _, policy := range r.seen.ScriptPolicies {
			its := policy.Tool == r.install.Tool || policy.Setting == "ignore-scripts" && r.install.Tool == "pnpm" && policy.Runs == evidence.No
			if setting != "" && policy.Setting != setting {
				continue
			}
			if its && path.Dir(policy.Path) == path.Clean(dir) {
				return policy, true
			}
		}
	}
	return evidence.ScriptPolicy{}, false
}

// major is the lowest major version of a tool that anything names, or 0.
func (r *installRun) major(name string) int {
	lowest := 0
	for _, tool := range r.seen.Toolchains {
		if tool.Tool != name {
			continue
		}
		first, _, _ := strings.Cut(strings.TrimLeft(tool.Version, "^~>=v"), ".")
		if major, err := strconv.Atoi(first); err == nil && (lowest == 0 || major < lowest) {
			lowest = major
		}
	}
	return lowest
}
