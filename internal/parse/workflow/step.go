package workflow

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// scope is what the steps of one job or action have in common.
type scope struct {
	parent string // structural anchor: jobs/build, runs
	origin evidence.Origin
	shell  string
	dir    string
	env    map[string]string // constants of the outer levels
	// What an expression of a step can name:
	levels [][]evidence.Variable // env: of the workflow, then of the job
	matrix []evidence.Variable
	inputs []evidence.Variable
}

// steps reads a list of steps. A group of parallel steps gives its steps one
// after the other.
func (r *reader) steps(list *doc.Node, within scope) []evidence.Step {
	if list == nil || list.Kind == doc.Null {
		return nil
	}
	if list.Kind != doc.List {
		r.wrong(list, "steps of "+within.parent+" are not a list; they are known to the run only")
		return nil
	}
	var all []evidence.Step
	for _, node := range list.Items {
		if r.read++; r.read > maxSteps {
			r.wrong(list, fmt.Sprintf("the file has more than %d steps; the rest is not read", maxSteps))
			break
		}
		group := node.Get("parallel")
		switch {
		case node.Kind != doc.Map:
			r.wrong(node, "step of "+within.parent+" is not a mapping; it is known to the run only")
		case group != nil:
			all = append(all, r.steps(group, within)...)
		default:
			all = append(all, r.step(node, within))
		}
	}
	return all
}

func (r *reader) step(node *doc.Node, within scope) evidence.Step {
	step := evidence.Step{
		ID:    node.Get("id").String(),
		Name:  node.Get("name").String(),
		At:    node.At(),
		Uses:  located(node.Get("uses")),
		Run:   located(node.Get("run")),
		Shell: node.Get("shell").String(),
		Dir:   node.Get("working-directory").String(),
		If:    located(node.Get("if")),
		With:  variables(node.Get("with")),
		Env:   variables(node.Get("env")),
	}
	step.UsesComment = r.comment(node.Get("uses"))
	step.Anchor = evidence.StepAnchor(within.parent, step.ID, step.Name)
	step.Expressions = r.expressions(
		held{"if", node.Get("if")}, held{"env", node.Get("env")}, held{"with", node.Get("with")},
		held{"run", node.Get("run")}, held{"working-directory", node.Get("working-directory")},
	)
	for _, name := range []string{"uses", "run"} {
		if value := node.Get(name); value != nil && !isScalar(value) {
			r.wrong(value, name+" of a step is not a string")
		}
	}
	r.stepImage(step, node.Get("uses"), within)
	r.stepToolchain(step, within)
	if run := node.Get("run"); step.Run.Value != "" {
		r.script(run.Text, step.Anchor, cmp.Or(step.Shell, within.shell), step, within)
	}
	for _, name := range commandInputs(step.Uses.Value) {
		if input := node.Get("with", name); located(input).Value != "" {
			language := cmp.Or(node.Get("with", "shell").String(), "bash")
			r.script(input.Text, step.Anchor+"/with/"+name, language, step, within)
		}
	}
	return step
}

// script reads the commands of a step.
func (r *reader) script(body text.Text, anchor, language string, step evidence.Step, within scope) {
	if r.commands += len(body.Value); r.commands > maxCommands {
		r.problem(body.Errorf("the scripts of the file are longer than %d MB; the rest is not read", maxCommands>>20))
		return
	}
	script, err := shell.Read(body, shell.Context{
		Path:   r.src.Path(),
		Anchor: anchor,
		Group:  within.parent,
		Dir:    folder(cmp.Or(step.Dir, within.dir)),
		Origin: within.origin,
		Shell:  languageOf(language),
		Env:    constants(within.env, step.Env),
	})
	r.problem(err)
	r.out.Scripts = append(r.out.Scripts, script)
}

// folder is a working directory as seen from the root, as written where only
// the run knows it.
func folder(dir string) string {
	if dir == "" || symbolic(dir) || strings.ContainsAny(dir, "$\\") {
		return dir
	}
	if dir = path.Clean(dir); dir == "." {
		return ""
	}
	return dir
}

// commandInputs names the inputs of an action that hold shell commands.
func commandInputs(uses string) []string {
	name, _, _ := strings.Cut(strings.ToLower(uses), "@")
	return shellInputs[name]
}

var shellInputs = map[string][]string{
	"nick-fields/retry":                      {"command", "on_retry_command", "new_command_on_retry"},
	"nick-invision/retry":                    {"command", "on_retry_command", "new_command_on_retry"},
	"step-security/retry":                    {"command", "on_retry_command", "new_command_on_retry"},
	"wandalen/wretry.action":                 {"command"},
	"changesets/action":                      {"version", "publish"},
	"cypress-io/github-action":               {"install-command", "build", "start", "command"},
	"bahmutov/npm-install":                   {"install-command"},
	"reactivecircus/android-emulator-runner": {"pre-emulator-launch-script", "script"},
	"addnab/docker-run-action":               {"run"},
	"uraimo/run-on-arch-action":              {"setup", "install", "run"},
	"cross-platform-actions/action":          {"run"},
	"vmactions/freebsd-vm":                   {"prepare", "run"},
	"devcontainers/ci":                       {"runCmd"},
	"gabrielbb/xvfb-action":                  {"run"},
	"coactions/setup-xvfb":                   {"run"},
	"codspeedhq/action":                      {"run"},
	"cloudflare/wrangler-action":             {"preCommands", "postCommands"},
	"pyo3/maturin-action":                    {"before-script-linux"},
}
