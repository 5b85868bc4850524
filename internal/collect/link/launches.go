package link

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/launch"
)

// LockedLaunches settles the launches that run what is installed: npx runs the
// package of the project before it fetches one, so for a configuration that is
// used inside the checkout the lock at the root decides. What is shipped with a
// plugin runs elsewhere.
func LockedLaunches(seen *evidence.Snapshot) {
	var open []*evidence.Fetch
	for i := range seen.Launches {
		launch := &seen.Launches[i]
		if launch.Origin != evidence.LaunchConfig && launch.Origin != evidence.LaunchWorkflow {
			continue
		}
		for j := range launch.Fetches {
			if fetch := &launch.Fetches[j]; fetch.Pin == evidence.PinFloating && fetch.Ecosystem == evidence.NPM && fetch.Requirement == "" && locksRun[fetch.Tool] {
				open = append(open, fetch)
			}
		}
	}
	for i := range seen.Lockfiles {
		lock := &seen.Lockfiles[i]
		if len(open) == 0 || lock.Ecosystem != evidence.NPM || path.Dir(lock.Path) != "." {
			continue
		}
		held := make(map[string]bool, len(lock.Entries))
		for _, entry := range lock.Entries {
			held[entry.Name] = true
		}
		for _, fetch := range open {
			if held[fetch.Name] {
				fetch.Pin, fetch.Why = evidence.PinLocked, ""
			}
		}
	}
}

// workflowLaunches reads servers out of commands that add one to a client, in
// workflows and in the scripts of the tree. Those in the inputs of agents are
// read with the workflow itself, which knows their exact place.
func workflowLaunches(seen *evidence.Snapshot) {
	var part evidence.Snapshot
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		place := launch.Place{Path: script.Path, Origin: evidence.LaunchWorkflow, Anchor: script.Anchor}
		inWorkflow := script.Origin == evidence.FromStep || script.Origin == evidence.FromAction
		for j := range script.Commands {
			command := &script.Commands[j]
			if !launch.Add(command.Words, command.At, place, &part) && !inWorkflow {
				configFlags(command.Words, place, &part)
			}
		}
	}
	if len(part.Launches)+len(part.Remotes) == 0 {
		return
	}
	seen.Launches = append(seen.Launches, part.Launches...)
	seen.Remotes = append(seen.Remotes, part.Remotes...)
	slices.SortStableFunc(seen.Launches, func(a, b evidence.Launch) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortStableFunc(seen.Remotes, func(a, b evidence.Remote) int { return cmp.Compare(a.Path, b.Path) })
}

// configFlags reads --mcp-config '{...}'.
func configFlags(words []evidence.Word, place launch.Place, part *evidence.Snapshot) {
	for i, word := range words {
		flag, value, joined := strings.Cut(word.Value, "=")
		if flag != "--mcp-config" {
			continue
		}
		if !joined && i+1 < len(words) {
			word = words[i+1]
			value = word.Value
		}
		if strings.HasPrefix(strings.TrimSpace(value), "{") {
			launch.Inline(value, word.At, place, part)
		}
	}
}
