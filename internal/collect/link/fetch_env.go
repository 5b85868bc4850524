package link

import (
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// frozenBy names the variables that freeze a tool's lock.
var frozenBy = map[string][]string{
	"uv": {"UV_LOCKED", "UV_FROZEN"}, "bundle": {"BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT"}, "pip": {"PIP_REQUIRE_HASHES"},
	"yarn": {"YARN_ENABLE_IMMUTABLE_INSTALLS"}, "pdm": {"PDM_FROZEN_LOCKFILE"}, "pnpm": {"CI"},
}

// fetchEnv knows the variables and settings under which commands run, by place:
// a workflow, a job, a step, a stage of a Dockerfile, a group of scripts.
type fetchEnv struct {
	set map[string]map[string]string
}

func newFetchEnv(seen *evidence.Snapshot) *fetchEnv {
	e := &fetchEnv{make(map[string]map[string]string)}
	for _, workflow := range seen.Workflows {
		e.variables(workflow.Path, workflow.Env)
		for _, job := range workflow.Jobs {
			e.variables(workflow.Path+" jobs/"+job.ID, job.Env)
			for _, step := range job.Steps {
				e.variables(workflow.Path+" "+step.Anchor, step.Env)
			}
		}
	}
	for i := range seen.Dockerfiles {
		e.stages(&seen.Dockerfiles[i])
	}
	return e
}

// stages takes the ENV of each stage, and of the earlier stage it starts from.
// An ENV below a RUN counts too: no file sets one to unset the other.
func (e *fetchEnv) stages(file *evidence.Dockerfile) {
	place := make(map[string]string)
	for i, stage := range file.Stages {
		anchor := "stages/" + strconv.Itoa(i)
		if stage.Name != "" {
			anchor = "stages/" + stage.Name
		}
		here := file.Path + " " + anchor
		if base, found := place[stage.Base]; found && base != here {
			for name, value := range e.set[base] {
				e.put(here, name, value)
			}
		}
		if stage.Name != "" {
			place[stage.Name] = here
		}
		for _, instruction := range stage.Instructions {
			if instruction.Name != "ENV" {
				continue
			}
			for _, arg := range instruction.Args {
				if name, value, found := strings.Cut(arg.Value, "="); found {
					e.put(here, name, value)
				}
			}
		}
	}
}

func (e *fetchEnv) variables(place string, env []evidence.Variable) {
	for _, variable := range env {
		e.put(place, variable.Name, variable.Value)
	}
}

func (e *fetchEnv) put(place, name, value string) {
	if e.set[place] == nil {
		e.set[place] = make(map[string]string)
	}
	e.set[place][name] = value
}

// note keeps what a command sets for those after it: export X=1, and the
// settings of bundler.
func (e *fetchEnv) note(script *evidence.Script, command *evidence.Command) {
	place := script.Path + " " + script.Group
	if len(command.Words) == 0 {
		for _, assign := range command.Env {
			e.put(place, assign.Name, assign.Value.Value)
		}
		return
	}
	switch command.Program() {
	case "export":
		for _, word := range command.Words[1:] {
			if name, value, found := strings.Cut(word.Value, "="); found {
				e.put(place, name, value)
			}
		}
	case "bundle", "bundler":
		var words []string
		for _, word := range command.Words[1:] {
			if !strings.HasPrefix(word.Value, "-") && word.Value != "set" {
				words = append(words, word.Value)
			}
		}
		if len(words) == 3 && words[0] == "config" && (words[1] == "frozen" || words[1] == "deployment") {
			e.put(place, "BUNDLE_"+strings.ToUpper(words[1]), words[2])
		}
	}
}

// value is what a variable holds where a command runs; the nearest place decides.
func (e *fetchEnv) value(script *evidence.Script, command *evidence.Command, name string) string {
	for _, assign := range command.Env {
		if assign.Name == name {
			return assign.Value.Value
		}
	}
	for _, place := range []string{script.Path + " " + script.Anchor, script.Path + " " + script.Group, script.Path} {
		if value, found := e.set[place][name]; found {
			return value
		}
	}
	return ""
}

// freezes says whether a variable freezes the lock of a tool.
func (e *fetchEnv) freezes(script *evidence.Script, command *evidence.Command, tool string) bool {
	for _, name := range frozenBy[tool] {
		if isOn(e.value(script, command, name)) {
			return true
		}
	}
	return false
}

// isOn says whether a tool takes a value for true.
func isOn(value string) bool {
	switch strings.ToLower(value) {
	case "", "0", "false", "no", "off":
		return false
	}
	return true
}
