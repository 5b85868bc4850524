package link

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
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

// choice is what a variable or an option chooses.
type choice struct {
	ecosystem string
	extra     bool // beside the default
	plain     bool // no address: a host that is trusted, names that are not checked
}

// sourceVariables go by their names in upper case, since npm takes either.
var sourceVariables = map[string]choice{
	"NPM_CONFIG_REGISTRY":      {ecosystem: evidence.NPM},
	"YARN_REGISTRY":            {ecosystem: evidence.NPM},
	"YARN_NPM_REGISTRY_SERVER": {ecosystem: evidence.NPM},
	"BUN_CONFIG_REGISTRY":      {ecosystem: evidence.NPM},
	"PIP_INDEX_URL":            {ecosystem: evidence.PyPI},
	"PIP_EXTRA_INDEX_URL":      {ecosystem: evidence.PyPI, extra: true},
	"PIP_FIND_LINKS":           {ecosystem: evidence.PyPI, extra: true},
	"PIP_TRUSTED_HOST":         {ecosystem: evidence.PyPI, plain: true},
	"UV_DEFAULT_INDEX":         {ecosystem: evidence.PyPI},
	"UV_INDEX_URL":             {ecosystem: evidence.PyPI},
	"UV_INDEX":                 {ecosystem: evidence.PyPI, extra: true},
	"UV_EXTRA_INDEX_URL":       {ecosystem: evidence.PyPI, extra: true},
	"UV_FIND_LINKS":            {ecosystem: evidence.PyPI, extra: true},
	"UV_INSECURE_HOST":         {ecosystem: evidence.PyPI, plain: true},
	"GOPROXY":                  {ecosystem: evidence.Golang},
	"GOSUMDB":                  {ecosystem: evidence.Golang, plain: true},
	"GONOSUMDB":                {ecosystem: evidence.Golang, plain: true},
	"GONOSUMCHECK":             {ecosystem: evidence.Golang, plain: true},
	"GOINSECURE":               {ecosystem: evidence.Golang, plain: true},
	"GOPRIVATE":                {ecosystem: evidence.Golang, plain: true},
	"GOFLAGS":                  {ecosystem: evidence.Golang, plain: true},
}

func (f registryFinder) variable(name, value string, at evidence.Location, anchor string) {
	name = strings.ToUpper(name)
	what, known := sourceVariables[name]
	if index, found := strings.CutPrefix(name, "CARGO_REGISTRIES_"); found && strings.HasSuffix(index, "_INDEX") {
		what, known = choice{ecosystem: evidence.Cargo}, true
	}
	switch {
	case !known || value == "":
		return
	case name == "GOFLAGS" && !slices.Contains(strings.Fields(value), "-insecure"):
		return // flags that choose no source
	case name == "GOPROXY" && !strings.Contains(value, "${{"): // an expression holds bars and commas
		for one := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == '|' }) {
			f.add(what, name, strings.TrimSpace(one), at, anchor)
		}
		return
	case what.plain:
		f.add(what, name, value, at, anchor)
		return
	case strings.Contains(value, "${{"):
		f.add(what, name, value, at, anchor) // an expression holds blanks
		return
	}
	for one := range strings.FieldsSeq(value) {
		f.add(what, name, one, at, anchor)
	}
}

func (f registryFinder) add(what choice, setting, value string, at evidence.Location, anchor string) {
	one := evidence.Registry{
		Ecosystem: what.ecosystem, URL: value, Setting: setting, Extra: what.extra, Anchor: strings.Trim(anchor+"/"+setting, "/"), At: at,
	}
	if strings.HasPrefix(setting, "@") {
		one.Scope = strings.TrimSuffix(setting, ":registry")
	}
	if !what.plain {
		if named, address, found := strings.Cut(value, "="); found && strings.Contains(address, "://") && !strings.Contains(named, "/") {
			value = address // uv: name=address
		}
		if one.Host, one.URL = evidence.AddressHost(value); one.Host == "" {
			return // direct, off, a folder
		}
	}
	f.seen.Registries = append(f.seen.Registries, one)
}
