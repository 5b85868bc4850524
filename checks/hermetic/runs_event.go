package hermetic

import (
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
)

// event is a trigger that can bring a site to run.
type event struct {
	name string
	at   evidence.Location
	// guards are the conditions that keep outsiders out on this event.
	guards []evidence.Location
	// own: a condition lets only branches of this repository through.
	own bool
	// asked: a condition waits for an answer that an earlier step gives, and that nobody here can read.
	asked bool
	types string // of the trigger, joined by commas
}

// called is the event of a workflow or action that someone else's workflow calls.
const called = "workflow_call"

// maxEvents bounds what workflows that call each other many times over can cost.
const maxEvents = 100

// events lists the triggers under which the site can run, with those of its
// callers. Conditions that an event does not meet take it away.
func (r *runs) events(s site) []event {
	var all []event
	switch {
	case s.workflow == nil:
		all = r.causes(s.action.Path)
	default:
		for _, t := range s.workflow.Triggers {
			if t.Event == called {
				all = append(all, r.causes(s.workflow.Path)...)
			} else {
				all = append(all, event{name: t.Event, at: t.At, types: filter(t, "types")})
			}
		}
	}
	return within(all, s.conditions())
}

// causes are the events of those who call a workflow or an action; one that
// nobody here calls has the event of callers elsewhere.
func (r *runs) causes(path string) []event {
	if known, found := r.caused[path]; found {
		return known
	}
	r.caused[path] = nil // for callers that call themselves
	var all []event
	for _, caller := range r.callers[path] {
		if len(all) > maxEvents {
			break
		}
		all = append(all, r.events(caller)...)
	}
	if len(r.callers[path]) == 0 {
		all = []event{{name: called}}
	}
	r.caused[path] = within(all, nil)
	return r.caused[path]
}

func filter(t evidence.Trigger, name string) string {
	for _, v := range t.Filters {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

// conditions are the if: of the job and of the step.
func (s site) conditions() []evidence.Expression {
	var all []evidence.Expression
	if s.job != nil {
		all = evidence.At(s.job.Expressions, "if")
	}
	if s.step != nil {
		all = append(all, evidence.At(s.step.Expressions, "if")...)
	}
	return all
}

// within keeps the events that meet the conditions, each once, and notes which
// conditions let no outsider through.
func within(all []event, conditions []evidence.Expression) []event {
	var kept []event
	for _, e := range all {
		possible := true
		for _, condition := range conditions {
			if condition.Root.Holds(onEvent(e.name)) == evidence.No {
				possible = false
			}
			if condition.Root.Holds(outsider(e.name)) == evidence.No {
				e.guards = append(e.guards[:len(e.guards):len(e.guards)], condition.At)
			}
			if condition.Root.Holds(fork(e.name)) == evidence.No {
				e.own = true
			}
			if condition.Root.Holds(unanswered) == evidence.No {
				e.asked = true
			}
		}
		twice := slices.ContainsFunc(kept, func(k event) bool {
			return k.name == e.name && k.at == e.at && k.own == e.own && k.asked == e.asked && len(k.guards) == len(e.guards)
		})
		if possible && !twice {
			kept = append(kept, e)
		}
	}
	return kept
}
