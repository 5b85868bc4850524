package hermetic

import (
	"path"
	"slices"
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
	actions   map[string]*evidence.Action   // by folder
	callers   map[string][]site             // by path of what they call
	scripts   map[string][]*evidence.Script // of steps, by path and anchor
}

func newRuns(seen *evidence.Snapshot) *runs {
	r := &runs{
		seen:      seen,
		workflows: make(map[string]*evidence.Workflow),
		actions:   make(map[string]*evidence.Action),
		callers:   make(map[string][]site),
		scripts:   make(map[string][]*evidence.Script),
	}
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		key := script.Path + "\x00" + script.Anchor
		r.scripts[key] = append(r.scripts[key], script)
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

// commands are those of a step's own script. Steps without id and name share an
// anchor: the place tells which script is whose.
func (r *runs) commands(s site) []evidence.Command {
	var all []evidence.Command
	for _, script := range r.scripts[s.path()+"\x00"+s.step.Anchor] {
		if script.At == s.step.Run.At {
			all = append(all, script.Commands...)
		}
	}
	return all
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

// event is a trigger that can bring a site to run.
type event struct {
	name string
	at   evidence.Location
	// guards are the conditions that keep outsiders out on this event.
	guards []evidence.Location
	// own: a condition lets only branches of this repository through.
	own   bool
	types string // of the trigger, joined by commas
}

// called is the event of a workflow or action that someone else's workflow calls.
const called = "workflow_call"

const maxCalls = 6 // levels of workflows and actions that call each other

// events lists the triggers under which the site can run, with those of its
// callers. Conditions that an event does not meet take it away.
func (r *runs) events(s site) []event { return r.eventsBelow(s, 0) }

func (r *runs) eventsBelow(s site, depth int) []event {
	var all []event
	switch {
	case depth > maxCalls:
		return nil
	case s.workflow != nil:
		for _, t := range s.workflow.Triggers {
			callers := r.callers[s.workflow.Path]
			if t.Event != called || len(callers) == 0 {
				all = append(all, event{name: t.Event, at: t.At, types: filter(t, "types")})
				continue
			}
			for _, caller := range callers {
				all = append(all, r.eventsBelow(caller, depth+1)...)
			}
		}
	case len(r.callers[s.action.Path]) == 0:
		all = append(all, event{name: called})
	default:
		for _, caller := range r.callers[s.action.Path] {
			all = append(all, r.eventsBelow(caller, depth+1)...)
		}
	}
	return within(all, s.conditions())
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
		}
		twice := slices.ContainsFunc(kept, func(k event) bool {
			return k.name == e.name && k.at == e.at && k.own == e.own && len(k.guards) == len(e.guards)
		})
		if possible && !twice {
			kept = append(kept, e)
		}
	}
	return kept
}

// onEvent knows what a condition says about the event.
func onEvent(name string) func(evidence.Term) evidence.Answer {
	return func(t evidence.Term) evidence.Answer {
		if name == called {
			return evidence.Unknown // the event is the caller's
		}
		if other, equal, found := t.Compares("github.event_name"); found && other.Kind == evidence.TermLiteral {
			return evidence.Known(strings.EqualFold(other.Name, name) == equal)
		}
		return evidence.Unknown
	}
}

// fork knows what conditions say of a pull request from another repository.
func fork(name string) func(evidence.Term) evidence.Answer {
	event := onEvent(name)
	return func(t evidence.Term) evidence.Answer {
		if known := event(t); known != evidence.Unknown {
			return known
		}
		if t.Kind == evidence.TermContext && strings.HasSuffix(t.Name, ".head.repo.fork") {
			return evidence.Yes
		}
		if t.Kind == evidence.TermCompare && slices.ContainsFunc(t.Args, func(side evidence.Term) bool {
			return ofHead(side.Name) || strings.HasSuffix(side.Name, ".head.repo.fork") || side.Name == "github.event.workflow_run.event"
		}) {
			return comparesOutsider(t)
		}
		return evidence.Unknown
	}
}

// outsider knows what conditions say of someone without rights in the repository:
// a pull request comes from another repository, an author is no member, nobody
// with rights has set a label.
func outsider(name string) func(evidence.Term) evidence.Answer {
	event := onEvent(name)
	return func(t evidence.Term) evidence.Answer {
		if known := event(t); known != evidence.Unknown {
			return known
		}
		switch t.Kind {
		case evidence.TermContext:
			if strings.HasSuffix(t.Name, ".head.repo.fork") {
				return evidence.Yes
			}
		case evidence.TermCompare:
			return comparesOutsider(t)
		case evidence.TermCall:
			if t.Name == "contains" && len(t.Args) == 2 && (aboutPeople(t.Args[0]) || aboutPeople(t.Args[1])) {
				return evidence.No
			}
		}
		return evidence.Unknown
	}
}

func comparesOutsider(t evidence.Term) evidence.Answer {
	if t.Name != "==" && t.Name != "!=" {
		return evidence.Unknown
	}
	equal := t.Name == "=="
	for i, side := range t.Args {
		other := t.Args[1-i]
		switch {
		case side.Kind != evidence.TermContext:
		case strings.HasSuffix(side.Name, ".head.repo.fork"):
			if other.Kind == evidence.TermLiteral {
				return evidence.Known((other.Name == "true") == equal)
			}
		case strings.HasSuffix(side.Name, "author_association"):
			// NONE and the like are what an outsider is
			outside := slices.Contains([]string{"NONE", "CONTRIBUTOR", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN"}, other.Name)
			return evidence.Known(outside == equal)
		case ofHead(side.Name):
			return evidence.Known(!equal)
		case aboutPeople(side):
			if equal {
				return evidence.No
			}
		case side.Name == "github.event.workflow_run.event" && other.Kind == evidence.TermLiteral:
			pull := strings.HasPrefix(other.Name, "pull_request")
			if pull != equal {
				return evidence.No
			}
		}
	}
	return evidence.Unknown
}

// ofHead names the repository that a pull request comes from.
func ofHead(context string) bool {
	for _, suffix := range []string{".head.repo.full_name", ".head.repo.id", ".head.repo.owner.login", ".head.user.login", ".head_repository.full_name", ".head_repository.id", ".head_repository.owner.login"} {
		if strings.HasSuffix(context, suffix) {
			return true
		}
	}
	return false
}

// aboutPeople names who did something, or what only someone with rights can set.
func aboutPeople(t evidence.Term) bool {
	if t.Kind != evidence.TermContext {
		return false
	}
	switch {
	case strings.HasSuffix(t.Name, ".login"), strings.HasSuffix(t.Name, "author_association"),
		strings.HasSuffix(t.Name, ".labels.*.name"), strings.HasSuffix(t.Name, ".label.name"),
		t.Name == "github.actor", t.Name == "github.triggering_actor", t.Name == "github.actor_id":
		return true
	}
	// the answer of a step that asked for the rights of whoever it was
	last := t.Name[strings.LastIndexByte(t.Name, '.')+1:]
	return (strings.HasPrefix(t.Name, "steps.") || strings.HasPrefix(t.Name, "needs.")) &&
		(strings.Contains(last, "permi") || strings.Contains(last, "authori") || strings.Contains(last, "allowed") || strings.Contains(last, "member") || strings.Contains(last, "trusted"))
}
