package trace

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// pipelineJob adds a script to its job of a pipeline, which has scripts and no
// steps: a job of GitLab, what runs on one machine for Jenkins.
func (m *mapper) pipelineJob(script *evidence.Script) {
	id := strings.TrimPrefix(strings.TrimPrefix(script.Group, "jobs/"), "stages/")
	if script.Origin == evidence.FromGitLab && (id == script.Group || strings.HasPrefix(id, ".")) {
		return // a default, or hidden: others are made of it
	}
	key := group{script.Path, script.Group}
	job := m.pipelines[key]
	if job == nil {
		job = &Job{Path: script.Path, ID: id, At: script.At}
		m.pipelines[key] = job
		m.jobs = append(m.jobs, job)
	}
	job.scripts = append(job.scripts, script)
}

// describePipelines gives each job of a pipeline what it says of itself. Several
// stages of Jenkins that share a machine are one job, and the first one speaks.
func (m *mapper) describePipelines() {
	for i := range m.seen.Pipelines {
		pipeline := &m.seen.Pipelines[i]
		for j := range pipeline.Jobs {
			spec := &pipeline.Jobs[j]
			if job := m.pipelines[group{pipeline.Path, spec.Group}]; job != nil && job.Pipeline == nil {
				job.Pipeline, job.At = spec, spec.At
			}
		}
	}
}

// pipelineGrants: an identity token is asked for in the file; all other rights of
// a pipeline's token are settings of its host.
func (j *Job) pipelineGrants(scope string) evidence.Answer {
	if scope != "id-token" || j.Pipeline == nil {
		return evidence.Unknown
	}
	if len(j.Pipeline.IDTokens) > 0 {
		return evidence.Yes
	}
	if strings.HasPrefix(j.Pipeline.Group, "jobs/") {
		return evidence.No // GitLab gives none that the file does not name
	}
	return evidence.Unknown // a plugin of Jenkins may give one
}

func (j *Job) pipelineEnvironment() string {
	if j.Pipeline == nil {
		return ""
	}
	return j.Pipeline.Environment.Value
}

// pipeline adds the scripts of a job, and the release that a job of GitLab makes by
// its release: key.
func (w *walk) pipeline(parent *Node, job *Job) {
	for _, script := range job.scripts {
		_, name, _ := strings.Cut(script.Anchor, "/")
		if len(script.Commands) > 0 {
			name = Line(&script.Commands[0], 40)
		}
		n := w.add(parent, Node{Kind: KindStep, Name: "script " + name, At: script.At, Script: script})
		w.script(n, script, nil, nil)
	}
	if job.Pipeline != nil && job.Pipeline.Release.Value != "" {
		release := job.Pipeline.Release
		w.publisher(parent, published{kind: "release", registry: ToRelease}, Publisher{Subject: "release: " + release.Value, Anchor: job.Pipeline.Group, At: release.At})
	}
}

// pipelineFeeders are the jobs of the same file whose artifacts a job says it needs.
func (m *mapper) pipelineFeeders(job *Job) []feeder {
	if job.Pipeline == nil {
		return nil
	}
	var all []feeder
	for _, need := range job.Pipeline.Needs {
		if giver := m.pipelines[group{job.Path, "jobs/" + need.Value}]; giver != nil {
			all = append(all, feeder{giver, need.At, false})
		}
	}
	return all
}
