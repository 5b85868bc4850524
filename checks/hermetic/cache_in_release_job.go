package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed cache_in_release_job.md
var cacheInReleaseJobDoc string

// CacheInReleaseJob finds jobs that can publish and restore a cache.
var CacheInReleaseJob = &audit.Check{
	ID:       "cache-in-release-job",
	Title:    "Job that can publish restores a cache",
	Family:   audit.Hermetic,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands},
	Doc:      cacheInReleaseJobDoc,
	Controls: []string{"SLSA-BUILD-L3", "OSPS-BR-01.01", "CIS-SSC-2.2.1", "SSDF-PO.5.1", "CICD-SEC-4", "OWASP-MCP04"},
	Inspect:  inspectCacheInReleaseJob,
}

func inspectCacheInReleaseJob(seen *evidence.Snapshot, record *audit.Record) {
	traced := trace.Of(seen)
	c := cacheSearch{record: record, told: make(map[evidence.Location]int), clean: make(map[*evidence.Script]bool), npm: managedByNPM(seen)}
	for _, path := range traced.Paths {
		found := c.pipeline(path.Job, path.Root)
		for n := range path.Nodes() {
			if !n.Within(trace.KindOutputs) { // a value is taken over there, no file
				found = c.look(path.Job, n, audit.Sure) || c.pipeline(path.Job, n) || found
			}
		}
		if !found {
			record.Pass(path.Job.String(), path.Job.At)
		}
	}
	for _, job := range traced.Jobs {
		if releasesByName(traced, job) {
			for i := range job.Spec.Steps {
				step := &job.Spec.Steps[i]
				c.look(job, &trace.Node{Kind: trace.KindStep, Name: job.String(), At: step.At, Step: step, Job: job}, audit.Likely)
			}
		}
	}
	for _, finding := range c.findings {
		record.Defect(finding)
	}
	doubtHidden(traced, record)
}

// releasesByName guesses at jobs whose publisher cannot be seen: a release or a
// tag starts them, and they say themselves that they publish.
func releasesByName(traced *trace.Trace, job *trace.Job) bool {
	if job.Spec == nil || len(job.Publishers) > 0 || !startedByRelease(job.Workflow) {
		return false
	}
	for _, other := range traced.Jobs {
		if other.Workflow == job.Workflow && len(other.Publishers) > 0 {
			return false // it is seen what publishes there
		}
	}
	name := strings.ToLower(job.ID + " " + job.Spec.Name)
	return strings.Contains(name, "publish") || strings.Contains(name, "release")
}

// startedByRelease tells whether a release, a pushed tag or a push to a branch for
// releases starts the workflow.
func startedByRelease(workflow *evidence.Workflow) bool {
	return startedByTag(workflow) || slices.ContainsFunc(workflow.Triggers, func(t evidence.Trigger) bool {
		return t.Event == "push" && slices.ContainsFunc(t.Filters, func(filter evidence.Variable) bool {
			return filter.Name == "branches" && strings.HasPrefix(filter.Value, "release")
		})
	})
}

// startedByTag tells whether a release or a pushed tag does.
func startedByTag(workflow *evidence.Workflow) bool {
	return slices.ContainsFunc(workflow.Triggers, func(t evidence.Trigger) bool {
		return t.Event == "release" || t.Event == "push" && slices.ContainsFunc(t.Filters, func(filter evidence.Variable) bool { return filter.Name == "tags" })
	})
}

// managedByNPM tells whether the package.json of the root names npm as its
// package manager.
func managedByNPM(seen *evidence.Snapshot) bool {
	return slices.ContainsFunc(seen.Toolchains, func(t evidence.Toolchain) bool {
		return t.Where == "packageManager" && t.Tool == "npm" && t.At.Path == "package.json"
	})
}

// cacheSearch notes each restore once: what several jobs execute is mended in
// one place.
type cacheSearch struct {
	record   *audit.Record
	findings []audit.Finding
	told     map[evidence.Location]int // 1 + index of the finding, 0 for a doubt
	npm      bool
	clean    map[*evidence.Script]bool // scripts that restore nothing
}

// look judges one node and says whether it restores a cache.
func (c *cacheSearch) look(job *trace.Job, n *trace.Node, confidence audit.Confidence) bool {
	if n.Kind == trace.KindStep && n.Step != nil {
		if never(n.Step, job) {
			return false
		}
		if found, is := c.restores(n.Step, job); is {
			return c.note(job, n, found, confidence)
		}
	}
	if n.Script == nil || c.clean[n.Script] {
		return false
	}
	for i := range n.Script.Commands {
		if found, is := commandRestores(&n.Script.Commands[i]); is {
			return c.note(job, n, found, confidence)
		}
	}
	c.clean[n.Script] = true
	return false
}

// restore is a cache that a step or command restores, or may.
type restore struct {
	subject string
	thing   string
	at      evidence.Location
	state   evidence.Answer // Unknown where only the run knows
	likely  bool            // by a default of the version that a commit most likely is
	mend    string
	// severity grades this one; zero takes the check's.
	severity audit.Severity
}

func (c *cacheSearch) note(job *trace.Job, n *trace.Node, found restore, confidence audit.Confidence) bool {
	if found.state == evidence.No {
		return false
	}
	if told, again := c.told[found.at]; again {
		if told > 0 {
			first := &c.findings[told-1]
			first.Related = append(first.Related, audit.Related{Location: job.At, Message: job.String() + " restores it too"})
		}
		return true
	}
	anchor := ""
	switch {
	case n.Step != nil:
		anchor = n.Step.Anchor
	case n.Script != nil:
		anchor = n.Script.Anchor
	case n.Job.Pipeline != nil:
		anchor = n.Job.Pipeline.Group
	}
	if found.state == evidence.Unknown {
		c.told[found.at] = 0
		c.record.Doubt(audit.Doubt{Subject: found.subject, Location: found.at, Reason: "whether it restores a cache in " + job.String() + ", which publishes, is known to the run only", Unlock: found.mend})
		return true
	}
	if found.likely {
		confidence = max(confidence, audit.Likely)
	}
	c.findings = append(c.findings, audit.Finding{
		Subject: found.subject, Thing: found.thing, Anchor: anchor, Location: found.at, Severity: found.severity, Confidence: confidence,
		Message: fmt.Sprintf("%s restores a cache in %s, so that whoever could write the cache can change what is published; %s", found.subject, where(job, n), found.mend),
		Flow:    flow(n.Chain()),
	})
	c.told[found.at] = len(c.findings)
	return true
}

// where names the job that publishes, or the one that feeds it.
func where(job *trace.Job, n *trace.Node) string {
	if n.Job != nil && n.Job != job {
		return n.Job.String() + ", whose artifacts job " + job.ID + " publishes"
	}
	if len(job.Publishers) > 0 {
		return job.String() + ", which publishes"
	}
	return job.String() + ", which by its name publishes"
}

// commandRestores reads docker buildx build --cache-from type=gha.
func commandRestores(command *evidence.Command) (restore, bool) {
	for i, word := range command.Words {
		value, joined := strings.CutPrefix(word.Value, "--cache-from=")
		if !joined && word.Value == "--cache-from" && i+1 < len(command.Words) {
			value = command.Words[i+1].Value
		}
		if strings.Contains(value, "type=gha") {
			return restore{subject: line(*command), thing: "buildx cache", at: word.At, state: evidence.Yes, mend: "build without --cache-from type=gha there"}, true
		}
	}
	return restore{}, false
}
