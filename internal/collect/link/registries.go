package link

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/registry"
)

// Registries adds the package sources that variables and commands choose to
// those that settings files do.
func Registries(seen *evidence.Snapshot) {
	f := registryFinder{seen, pushing(seen.Scripts)}
	for _, workflow := range seen.Workflows {
		f.variables(workflow.Env, "env")
		for _, job := range workflow.Jobs {
			f.variables(job.Env, "jobs/"+job.ID+"/env")
			f.steps(job.Steps)
		}
	}
	for _, action := range seen.Actions {
		f.steps(action.Steps)
	}
	for _, file := range seen.Dockerfiles {
		for _, stage := range file.Stages {
			f.stage(stage)
		}
	}
	for _, script := range seen.Scripts {
		for _, command := range script.Commands {
			f.command(command, script)
		}
	}
	slices.SortStableFunc(seen.Registries, func(a, b evidence.Registry) int { return a.At.Compare(b.At) })
}

type registryFinder struct {
	seen    *evidence.Snapshot
	pushing map[machine]bool // groups that only send packages to the sources they add
}

func (f registryFinder) steps(steps []evidence.Step) {
	for _, step := range steps {
		f.variables(step.Env, step.Anchor)
	}
}

func (f registryFinder) variables(all []evidence.Variable, anchor string) {
	for _, one := range all {
		f.variable(one.Name, one.Value, one.At, anchor)
	}
}

// stage reads ENV and ARG, as name=value or as two words.
func (f registryFinder) stage(stage evidence.Stage) {
	for _, instruction := range stage.Instructions {
		if instruction.Name != "ENV" && instruction.Name != "ARG" {
			continue
		}
		args := instruction.Args
		for i, arg := range args {
			name, value, assigned := strings.Cut(arg.Value, "=")
			switch {
			case assigned:
				f.variable(name, strings.Trim(value, `"'`), arg.At, "stages/"+stage.Name)
			case i+1 < len(args):
				f.variable(name, strings.Trim(args[i+1].Value, `"'`), args[i+1].At, "stages/"+stage.Name)
			}
		}
	}
}

func (f registryFinder) variable(name, value string, at evidence.Location, anchor string) {
	f.seen.Registries = append(f.seen.Registries, registry.OfVariable(name, value, at, anchor)...)
}

func (f registryFinder) add(what registry.Choice, setting, value string, at evidence.Location, anchor string) {
	if one, found := what.Registry(setting, value, at, anchor); found {
		f.seen.Registries = append(f.seen.Registries, one)
	}
}
