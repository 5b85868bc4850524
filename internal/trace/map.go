package trace

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// mapper lays out what each job executes.
type mapper struct {
	seen  *evidence.Snapshot
	calls *calls
	jobs  []*Job
	// byPath holds the jobs of each workflow.
	byPath map[string][]*Job
	byID   map[group]*Job
	// What was looked for once: who feeds a job, its artifacts, what a script publishes.
	fed   map[*Job][]feeder
	hands map[*Job]*handed
	spots map[*evidence.Script]*spots
	nodes int // of all paths together
	kept  int // those of all jobs
	// runs are the scripts of workflows and actions by file and group, pipelines the jobs of
	// other systems.
	runs      map[group][]*evidence.Script
	pipelines map[group]*Job
	actions   map[string]*evidence.Action // by folder
}

type group struct{ path, name string }

// index finds the jobs, and who calls whom.
func (m *mapper) index() {
	m.runs, m.actions = make(map[group][]*evidence.Script), make(map[string]*evidence.Action)
	m.pipelines, m.byPath, m.byID = make(map[group]*Job), make(map[string][]*Job), make(map[group]*Job)
	m.fed, m.hands, m.spots = make(map[*Job][]feeder), make(map[*Job]*handed), make(map[*evidence.Script]*spots)
	for _, script := range m.calls.scripts {
		switch script.Origin {
		case evidence.FromGitLab, evidence.FromJenkins:
			m.pipelineJob(script)
		case evidence.FromStep, evidence.FromAction:
			key := group{script.Path, script.Group}
			m.runs[key] = append(m.runs[key], script)
		}
	}
	m.describePipelines()
	for i := range m.seen.Actions {
		action := &m.seen.Actions[i]
		m.actions[path.Dir(action.Path)] = action
	}
	for i := range m.seen.Workflows {
		workflow := &m.seen.Workflows[i]
		for j := range workflow.Jobs {
			spec := &workflow.Jobs[j]
			job := &Job{Path: workflow.Path, ID: spec.ID, At: spec.At, Workflow: workflow, Spec: spec}
			m.jobs = append(m.jobs, job)
			m.byPath[job.Path] = append(m.byPath[job.Path], job)
			m.byID[group{job.Path, job.ID}] = job
		}
	}
	for _, caller := range m.jobs {
		for _, called := range m.called(caller) {
			called.Callers = append(called.Callers, caller)
		}
	}
}

// called lists the jobs of the reusable workflow that a job calls, if that lies
// in this repository.
func (m *mapper) called(job *Job) []*Job {
	if job.Spec == nil || job.Spec.Uses.Value == "" {
		return nil
	}
	uses := evidence.SplitUses(job.Spec.Uses.Value)
	if uses.Kind != evidence.UsesLocal {
		return nil
	}
	file := localPath(uses.Path)
	var all []*Job
	for _, candidate := range m.byPath[file] {
		if candidate != job && candidate.Workflow != job.Workflow {
			all = append(all, candidate)
		}
	}
	return all
}

// localPath turns ./x and $/x into a path from the root.
func localPath(uses string) string {
	return path.Clean(strings.TrimPrefix(strings.TrimPrefix(uses, "$/"), "./"))
}

// within tells whether one span lies in the other.
func within(inner, outer evidence.Location) bool {
	if inner.Path != outer.Path {
		return false
	}
	starts := inner.Line > outer.Line || inner.Line == outer.Line && inner.Column >= outer.Column
	ends := inner.EndLine < outer.EndLine || inner.EndLine == outer.EndLine && inner.EndColumn <= outer.EndColumn
	return starts && ends
}

// runsOf are the scripts of one step.
func (m *mapper) runsOf(step *evidence.Step, parent string) []*evidence.Script {
	var all []*evidence.Script
	for _, script := range m.runs[group{step.At.Path, parent}] {
		if within(script.At, step.At) {
			all = append(all, script)
		}
	}
	return all
}
