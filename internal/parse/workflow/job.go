package workflow

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// job reads one job: steps on a runner, or the call of a reusable workflow. The
// constants of the workflow's own env are known.
func (r *reader) job(w *evidence.Workflow, known map[string]string, id text.Text, node *doc.Node) evidence.Job {
	run := node.Get("defaults", "run")
	job := evidence.Job{
		ID:          id.Value,
		Name:        node.Get("name").String(),
		At:          id.At(),
		Uses:        located(node.Get("uses")),
		Needs:       words(node.Get("needs")),
		If:          located(node.Get("if")),
		Environment: located(node.Get("environment")),
		Permissions: permissions(node),
		Env:         variables(node.Get("env")),
		Matrix:      r.matrix(node.Get("strategy", "matrix")),
		With:        variables(node.Get("with")),
		Secrets:     secrets(node.Get("secrets")),
		Shell:       run.Get("shell").String(),
		Dir:         run.Get("working-directory").String(),
	}
	if node.Kind != doc.Map {
		r.wrong(node, "job "+id.Value+" is not a mapping")
		return job
	}
	if name := node.Get("environment", "name"); name != nil {
		job.Environment = located(name)
	}
	job.Expressions = r.expressions(
		held{"if", node.Get("if")}, held{"env", node.Get("env")}, held{"outputs", node.Get("outputs")},
		held{"with", node.Get("with")}, held{"secrets", node.Get("secrets")}, held{"matrix", node.Get("strategy", "matrix")},
		held{"runs-on", node.Get("runs-on")}, held{"environment", node.Get("environment")},
	)
	job.UsesComment = r.comment(node.Get("uses"))
	job.RunsOn, job.RunnerGroup = runner(node.Get("runs-on"))
	within := scope{
		parent: "jobs/" + id.Value,
		origin: evidence.FromStep,
		shell:  defaultShell(job, w.Shell),
		dir:    cmp.Or(job.Dir, w.Dir),
		env:    constants(known, job.Env),
		levels: [][]evidence.Variable{w.Env, job.Env},
		matrix: job.Matrix,
	}
	r.jobImages(node, within)
	job.Steps = r.steps(node.Get("steps"), within)
	return job
}

// runner reads runs-on: a label, a list of labels, or a group with labels.
func runner(n *doc.Node) (labels []evidence.Text, group evidence.Text) {
	if n != nil && n.Kind == doc.Map {
		group = located(n.Get("group"))
		n = n.Get("labels")
	}
	for _, label := range n.Strings() {
		labels = append(labels, label.Located())
	}
	return labels, group
}

// secrets are those that a job hands to a reusable workflow; inherit hands over
// all of them.
func secrets(n *doc.Node) []evidence.Variable {
	if n.String() == "inherit" {
		return []evidence.Variable{variable("inherit", n)}
	}
	return variables(n)
}

// matrix lists the values of each axis, those of include among them.
func (r *reader) matrix(n *doc.Node) []evidence.Variable {
	var all []evidence.Variable
	for name, axis := range n.All() {
		switch {
		case name.Value == "exclude":
		case name.Value == "include":
			for _, combination := range axis.List() {
				all = append(all, variables(combination)...)
			}
		default:
			all = append(all, without(values(name.Value, axis), n.Get("exclude"))...)
		}
	}
	if len(all) > maxMatrix {
		r.wrong(n, fmt.Sprintf("a matrix with more than %d values; the rest is not read", maxMatrix))
		all = all[:maxMatrix]
	}
	return all
}

// without takes the values away that an exclude names by themselves: no job has
// them. One that is excluded together with others is had by some.
func without(all []evidence.Variable, exclude *doc.Node) []evidence.Variable {
	var gone []evidence.Variable
	for _, combination := range exclude.List() {
		if only := variables(combination); len(only) == 1 {
			gone = append(gone, only[0])
		}
	}
	if len(gone) > maxMatrix {
		return all
	}
	return slices.DeleteFunc(all, func(v evidence.Variable) bool {
		return slices.ContainsFunc(gone, func(g evidence.Variable) bool { return g.Name == v.Name && g.Value == v.Value })
	})
}

// values are those of one axis. Those of an axis of mappings have names of their
// own: matrix.axis.key.
func values(name string, axis *doc.Node) []evidence.Variable {
	var all []evidence.Variable
	for _, value := range axis.List() {
		if isScalar(value) {
			all = append(all, variable(name, value))
			continue
		}
		for _, v := range variables(value) {
			v.Name = name + "." + v.Name
			all = append(all, v)
		}
	}
	if isScalar(axis) && axis.Kind != doc.Null { // fromJSON(...): known to the run only
		all = append(all, variable(name, axis))
	}
	return all
}

func words(n *doc.Node) []string {
	var all []string
	for _, value := range n.Strings() {
		all = append(all, value.Value)
	}
	return all
}
