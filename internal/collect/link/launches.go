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

// workflowLaunches reads servers out of the inputs of agent actions, and out of
// commands that add one to a client.
func workflowLaunches(seen *evidence.Snapshot) {
	var part evidence.Snapshot
	for i := range seen.Workflows {
		workflow := &seen.Workflows[i]
		for j := range workflow.Jobs {
			job := &workflow.Jobs[j]
			for k := range job.Steps {
				stepLaunches(workflow.Path, &job.Steps[k], &part)
			}
			variableLaunches(workflow.Path, "jobs/"+job.ID, job.With, &part)
		}
	}
	for i := range seen.Actions {
		for j := range seen.Actions[i].Steps {
			stepLaunches(seen.Actions[i].Path, &seen.Actions[i].Steps[j], &part)
		}
	}
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		place := launch.Place{Path: script.Path, Origin: evidence.LaunchWorkflow, Anchor: script.Anchor}
		for j := range script.Commands {
			command := &script.Commands[j]
			if !launch.Add(command.Words, command.At, place, &part) {
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

func stepLaunches(file string, step *evidence.Step, part *evidence.Snapshot) {
	variableLaunches(file, step.Anchor, step.With, part)
	variableLaunches(file, step.Anchor, step.Env, part)
}

// variableLaunches reads inputs that hold the JSON of servers, alone or among
// arguments (claude_args: --mcp-config '{...}').
func variableLaunches(file, anchor string, variables []evidence.Variable, part *evidence.Snapshot) {
	for _, variable := range variables {
		if !strings.Contains(variable.Value, "mcp") && !strings.Contains(variable.Name, "mcp") {
			continue
		}
		place := launch.Place{Path: file, Origin: evidence.LaunchWorkflow, Anchor: anchor}
		for object := range objects(variable.Value) {
			launch.Inline(object, variable.At, place, part)
		}
	}
}

// objects yields each {...} of a text whose braces close.
func objects(value string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		depth, start := 0, 0
		quoted := false
		for i := 0; i < len(value); i++ {
			switch c := value[i]; {
			case c == '\\':
				i++
			case depth > 0 && c == '"':
				quoted = !quoted
			case quoted:
			case c == '{':
				if depth == 0 {
					start = i
				}
				depth++
			case c == '}' && depth > 0:
				if depth--; depth == 0 && !yield(value[start:i+1]) {
					return
				}
			}
		}
	}
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
