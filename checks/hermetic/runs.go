package hermetic

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// site is a place where a workflow or an action does something: a step of a job
// or of an action. Workflow and job are nil in an action.
type site struct {
	workflow *evidence.Workflow
	job      *evidence.Job
	action   *evidence.Action
	step     *evidence.Step
}

func (s site) path() string {
	if s.workflow != nil {
		return s.workflow.Path
	}
	return s.action.Path
}

// steps are the ones the site's own stands among.
func (s site) steps() []evidence.Step {
	if s.job != nil {
		return s.job.Steps
	}
	if s.action != nil {
		return s.action.Steps
	}
	return nil
}

// runs knows who runs whom in one repository: which jobs call a reusable
// workflow, which steps an action.
type runs struct {
	seen      *evidence.Snapshot
	workflows map[string]*evidence.Workflow
	actions   map[string]*evidence.Action            // by folder
	callers   map[string][]site                      // by path of what they call
	scripts   map[evidence.Location]*evidence.Script // by the place of their text
	caused    map[string][]event                     // by path: the events of whoever calls it
}

func newRuns(seen *evidence.Snapshot) *runs {
	r := &runs{
		seen:      seen,
		workflows: make(map[string]*evidence.Workflow),
		actions:   make(map[string]*evidence.Action),
		callers:   make(map[string][]site),
		scripts:   make(map[evidence.Location]*evidence.Script),
		caused:    make(map[string][]event),
	}
	for i := range seen.Scripts {
		r.scripts[seen.Scripts[i].At] = &seen.Scripts[i]
	}
	for i := range seen.Workflows {
		r.workflows[seen.Workflows[i].Path] = &seen.Workflows[i]
	}
	for i := range seen.Actions {
		r.actions[path.Dir(seen.Actions[i].Path)] = &seen.Actions[i]
	}
	for i := range seen.Workflows {
		w := &seen.Workflows[i]
		for j := range w.Jobs {
			job := &w.Jobs[j]
			if called := r.local(job.Uses.Value); called != "" {
				r.callers[called] = append(r.callers[called], site{workflow: w, job: job})
			}
		}
	}
	for s := range r.sites {
		if called := r.local(s.step.Uses.Value); called != "" {
			r.callers[called] = append(r.callers[called], s)
		}
	}
	return r
}

// commands are those of a step's own script.
func (r *runs) commands(s site) []evidence.Command {
	if script := r.scripts[s.step.Run.At]; script != nil && s.step.Run.Value != "" {
		return script.Commands
	}
	return nil
}

// sites yields every step of every job and action, in file order.
func (r *runs) sites(yield func(site) bool) {
	for i := range r.seen.Workflows {
		w := &r.seen.Workflows[i]
		for j := range w.Jobs {
			for k := range w.Jobs[j].Steps {
				if !yield(site{workflow: w, job: &w.Jobs[j], step: &w.Jobs[j].Steps[k]}) {
					return
				}
			}
		}
	}
	for i := range r.seen.Actions {
		a := &r.seen.Actions[i]
		for k := range a.Steps {
			if !yield(site{action: a, step: &a.Steps[k]}) {
				return
			}
		}
	}
}

// local is the path of the workflow or action of this repository that a `uses:`
// names, "" for anything else.
func (r *runs) local(uses string) string {
	split := evidence.SplitUses(uses)
	if uses == "" || split.Kind != evidence.UsesLocal {
		return ""
	}
	at := path.Clean(strings.TrimPrefix(split.Path, "$/"))
	if r.workflows[at] != nil {
		return at
	}
	if action := r.actions[at]; action != nil {
		return action.Path
	}
	return ""
}
