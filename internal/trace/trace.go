// Package trace follows what runs where: from each job through its steps, the
// actions and workflows of the same repository, scripts, make targets, package
// scripts and image builds to all that a publishing job executes.
//
// It knows evidence and the command lines of publishers and of those who call
// others. It judges nothing: what a path means is for checks to say.
package trace

import (
	"sync"
	"weak"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Trace is what runs where in one snapshot.
type Trace struct {
	// Jobs are those of workflows and pipelines, in file order.
	Jobs []*Job
	// Publishers are the places that can publish, in the order of their jobs.
	Publishers []*Publisher
	// Paths holds what each publishing job executes, job by job.
	Paths []*Path
	// Elsewhere are signs of publishers that nobody here can see.
	Elsewhere []Elsewhere

	attesting sync.Once
	attested  []attester

	named    sync.Once
	products []Product

	calls   *calls
	reached map[*evidence.Script]bool
	scripts map[*evidence.Script]*Node
}

// Of traces a snapshot. The last answer is kept, because the checks of one run
// ask one after the other: a snapshot must not change between them.
func Of(seen *evidence.Snapshot) *Trace {
	last.Lock()
	defer last.Unlock()
	if last.trace == nil || last.seen.Value() != seen {
		last.seen, last.trace = weak.Make(seen), newTrace(seen)
	}
	return last.trace
}

var last struct {
	sync.Mutex
	seen  weak.Pointer[evidence.Snapshot]
	trace *Trace
}

func newTrace(seen *evidence.Snapshot) *Trace {
	t := &Trace{
		calls:   newCalls(seen),
		scripts: make(map[*evidence.Script]*Node),
	}
	t.reached = t.calls.reached()
	m := &mapper{seen: seen, calls: t.calls}
	m.index()
	t.Jobs = m.jobs
	for _, job := range m.jobs {
		if path := m.path(job); path != nil {
			t.Paths = append(t.Paths, path)
			t.Publishers = append(t.Publishers, path.Publishers...)
			path.Root.each(t.note)
			path.Cut = path.Cut || t.calls.budget <= 0
		}
	}
	t.Elsewhere = elsewhere(seen)
	return t
}

// note keeps the first way that leads to a step or script. A job of which only
// outputs are taken over hands on no file.
func (t *Trace) note(n *Node) {
	if n.Within(KindOutputs) {
		return
	}
	if n.Script != nil && t.scripts[n.Script] == nil {
		t.scripts[n.Script] = n
	}
}

// On gives the way from a publishing job to a script, if there is one.
func (t *Trace) On(script *evidence.Script) (Chain, bool) { return t.scripts[script].chain() }

// Reached says whether any job or image build runs the script, directly or by
// way of others. Where a call cannot be told apart all that it may mean is
// reached: whoever calls a script dormant has to be sure.
func (t *Trace) Reached(script *evidence.Script) bool {
	return t.reached[script] || t.calls.budget <= 0 // not all calls were followed
}

// Job finds a job of a workflow or pipeline, or nil.
func (t *Trace) Job(path, id string) *Job {
	for _, job := range t.Jobs {
		if job.Path == path && job.ID == id {
			return job
		}
	}
	return nil
}

// PathOf is what a publishing job executes, or nil for a job that cannot publish.
func (t *Trace) PathOf(job *Job) *Path {
	for _, path := range t.Paths {
		if path.Job == job {
			return path
		}
	}
	return nil
}
