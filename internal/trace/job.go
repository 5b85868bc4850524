package trace

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Job is one job of a workflow, or of a pipeline of GitLab or Jenkins.
type Job struct {
	Path string // of the workflow or pipeline
	ID   string
	At   evidence.Location
	// Workflow and Spec are nil for a job of a pipeline.
	Workflow *evidence.Workflow
	Spec     *evidence.Job
	// Callers are the jobs that run this one as a part of a reusable workflow.
	Callers []*Job
	// Publishers are those that the job itself executes.
	Publishers []*Publisher
	// Pipeline is what a job of a pipeline says of itself, or nil.
	Pipeline *evidence.PipelineJob
	// scripts are those of a pipeline's job, which has no steps.
	scripts []*evidence.Script
	own     []*Node // what the job executes itself
	gear    gear
}

// Executes visits all that the job executes itself, in order: steps, the actions
// and scripts of this repository that they run, image builds.
func (j *Job) Executes(visit func(*Node)) {
	for _, n := range j.own {
		n.each(visit)
	}
}

// String names it as people do: release.yml job publish.
func (j *Job) String() string { return path.Base(j.Path) + " job " + j.ID }

// Grants says whether the token of the job has a right: scope id-token at level
// write. It is Unknown where no file decides, because the host has a default.
func (j *Job) Grants(scope, level string) evidence.Answer {
	return j.grants(scope, level, make(map[*Job]evidence.Answer))
}

// grants asks each caller once, whatever way leads there: the answers that are
// known, or still looked for, are kept.
func (j *Job) grants(scope, level string, known map[*Job]evidence.Answer) evidence.Answer {
	answer, asked := known[j]
	if !asked {
		known[j] = evidence.Unknown
		answer = j.asks(scope, level, known)
		known[j] = answer
	}
	return answer
}

func (j *Job) asks(scope, level string, known map[*Job]evidence.Answer) evidence.Answer {
	if j.Spec == nil {
		return j.pipelineGrants(scope)
	}
	own := evidence.Unknown
	switch {
	case j.Spec.Permissions.Declared:
		own = granted(j.Spec.Permissions, scope, level)
	case j.Workflow.Permissions.Declared:
		own = granted(j.Workflow.Permissions, scope, level)
	case scope == "id-token" && !j.onlyCalled():
		own = evidence.No // no default of the host holds it
	}
	if own == evidence.No || !j.onlyCalled() {
		return own
	}
	most := evidence.No // a called workflow has at most what its caller has
	for _, caller := range j.Callers {
		switch caller.grants(scope, level, known) {
		case evidence.Yes:
			most = evidence.Yes
		case evidence.Unknown:
			if most == evidence.No {
				most = evidence.Unknown
			}
		case evidence.No:
		}
	}
	if own == evidence.Yes && most == evidence.Unknown {
		return evidence.Unknown
	}
	return most
}

const maxCallers = 8

// onlyCalled: the job runs when jobs of this repository call it, and in no other way.
func (j *Job) onlyCalled() bool {
	if len(j.Callers) == 0 {
		return false
	}
	for _, trigger := range j.Workflow.Triggers {
		if trigger.Event != "workflow_call" {
			return false
		}
	}
	return true
}

// granted reads one permissions block. What it does not name is none.
func granted(p evidence.Permissions, scope, level string) evidence.Answer {
	switch p.All {
	case "write-all":
		return evidence.Yes
	case "read-all":
		return evidence.Known(level == "read")
	}
	for _, v := range p.Scopes {
		if v.Name == scope {
			return evidence.Known(v.Value == level || v.Value == "write")
		}
	}
	return evidence.No
}

// Env are the variables of the workflow and the job, the nearest last.
func (j *Job) env() []evidence.Variable {
	if j.Spec == nil {
		return nil
	}
	return append(j.Workflow.Env[:len(j.Workflow.Env):len(j.Workflow.Env)], j.Spec.Env...)
}

// find looks from the end, where the nearest stands.
func find(all []evidence.Variable, name string) (evidence.Variable, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if strings.EqualFold(all[i].Name, name) {
			return all[i], true
		}
	}
	return evidence.Variable{}, false
}
