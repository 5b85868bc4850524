package hermetic

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// taint is where a text comes from that someone else writes.
type taint struct {
	name string // github.event.issue.title, inputs.tag, steps.files.outputs.all
	who  written
	// what says in half a sentence who writes it.
	what string
	sure audit.Confidence
	way  []audit.Related
	at   site
}

// tracer follows contexts back to where their text comes from.
type tracer struct {
	*runs
	// host says who writes a context of the host, and in which words; script whether
	// the script of a step gives such a thing out.
	host   func(context string) (who written, what string)
	script func(step *evidence.Step, output string) bool
	found  []taint
	seen   map[string]bool // a context of a site is followed once
}

// texts gives the sources of the text that an expression lets through.
func (r *runs) texts(s site, e evidence.Expression) []taint {
	t := &tracer{runs: r, seen: make(map[string]bool), host: func(context string) (written, string) {
		who := whoWrites(context)
		return who, map[written]string{anyone: "anyone can write", insiders: "whoever sends the event writes"}[who]
	}}
	return t.trace(s, e)
}

// heads gives the ways in which an expression leads to a contributor's code.
func (r *runs) heads(s site, e evidence.Expression) []taint {
	t := &tracer{runs: r, host: ofContributor, script: asksForHead, seen: make(map[string]bool)}
	return t.trace(s, e)
}

func (t *tracer) trace(s site, e evidence.Expression) []taint {
	for _, context := range e.Flows() {
		t.follow(s, context, nil)
	}
	return t.found
}

const maxWay = 12 // steps from a text to where it is used

func (t *tracer) follow(s site, context string, way []audit.Related) {
	// What the host and callers hand over is the same for every job of a file: a
	// narrower key would follow each caller for each job, and theirs for each of these.
	key := s.path() + "\x00" + context
	if s.job != nil && !strings.HasPrefix(context, "inputs.") && !strings.HasPrefix(context, "github") {
		key += "\x00" + s.job.ID
	}
	if strings.HasPrefix(context, "env.") && s.step != nil {
		key += "\x00" + s.step.At.String()
	}
	if t.seen[key] || len(way) > maxWay {
		return
	}
	t.seen[key] = true
	first, rest, _ := strings.Cut(context, ".")
	switch first {
	case "github":
		t.event(s, context, way)
	case "env":
		t.env(s, rest, way)
	case "inputs":
		t.input(s, rest, way)
	case "matrix":
		t.matrix(s, rest, way)
	case "needs", "jobs":
		if id, output, found := strings.Cut(rest, ".outputs."); found {
			t.job(s, id, output, way)
		}
	case "steps":
		if id, output, found := strings.Cut(rest, ".outputs."); found {
			t.output(s, id, output, way)
		}
	}
}

// all follows what flows out of some expressions.
func (t *tracer) all(s site, expressions []evidence.Expression, what string, way []audit.Related) {
	for _, e := range expressions {
		here := append(way[:len(way):len(way)], audit.Related{Location: e.At, Message: what})
		for _, context := range e.Flows() {
			t.follow(s, context, here)
		}
	}
}

func (t *tracer) add(s site, name string, who written, what string, sure audit.Confidence, way []audit.Related) {
	t.found = append(t.found, taint{name, who, what, sure, way, s})
}

func (t *tracer) event(s site, context string, way []audit.Related) {
	if input, found := strings.CutPrefix(context, "github.event.inputs."); found {
		t.input(s, input, way)
		return
	}
	switch who, what := t.host(context); who {
	case anyone:
		t.add(s, context, who, what, audit.Sure, way)
	case insiders:
		t.add(s, context, who, what, audit.Likely, way)
	case fixed:
	}
}

func (t *tracer) env(s site, name string, way []audit.Related) {
	type level struct {
		set         []evidence.Variable
		expressions []evidence.Expression
	}
	var levels []level
	if s.step != nil {
		levels = append(levels, level{s.step.Env, s.step.Expressions})
	}
	if s.job != nil {
		levels = append(levels, level{s.job.Env, s.job.Expressions})
	}
	if s.workflow != nil {
		levels = append(levels, level{s.workflow.Env, s.workflow.Expressions})
	}
	for _, level := range levels {
		if slices.ContainsFunc(level.set, func(v evidence.Variable) bool { return strings.EqualFold(v.Name, name) }) {
			t.all(s, evidence.At(level.expressions, "env/"+name), "the variable gets its value here", way)
			return
		}
	}
}

// input follows what callers hand over; what a person types in is an insider's.
func (t *tracer) input(s site, name string, way []audit.Related) {
	if s.action != nil {
		callers := t.callers[s.action.Path]
		if len(callers) == 0 || path.Dir(s.action.Path) == "." { // others may use it
			t.add(s, "inputs."+name, insiders, "whoever uses the action hands over", audit.Likely, way)
		}
		for _, caller := range callers {
			t.all(caller, evidence.At(caller.step.Expressions, "with/"+name), "the caller hands it over here", way)
		}
		return
	}
	for _, input := range s.workflow.Inputs {
		if !strings.EqualFold(input.Name, name) || input.Type != "" && input.Type != "string" {
			continue // a choice, a number or a switch holds nothing else
		}
		here := append(way[:len(way):len(way)], audit.Related{Location: input.At, Message: "the input is any text"})
		if input.Event == "workflow_dispatch" {
			t.add(s, "inputs."+name, insiders, "whoever starts the workflow types in", audit.Likely, here)
			continue
		}
		callers := t.callers[s.workflow.Path]
		if len(callers) == 0 {
			t.add(s, "inputs."+name, insiders, "whoever calls the workflow hands over", audit.Likely, here)
		}
		for _, caller := range callers {
			t.all(caller, evidence.At(caller.job.Expressions, "with/"+name), "the caller hands it over here", way)
		}
	}
}

// matrix follows an axis to its values; those that stand in the file are fixed.
func (t *tracer) matrix(s site, name string, way []audit.Related) {
	if s.job == nil {
		return
	}
	axis, _, _ := strings.Cut(name, ".")
	for _, place := range []string{"matrix/" + axis, "matrix/include", "matrix"} {
		t.all(s, evidence.At(s.job.Expressions, place), "the matrix gets its values here", way)
	}
}

// job follows the output of a job, which may be that of a called workflow.
func (t *tracer) job(s site, id, output string, way []audit.Related) {
	if s.workflow == nil {
		return
	}
	for i := range s.workflow.Jobs {
		job := &s.workflow.Jobs[i]
		if !strings.EqualFold(job.ID, id) {
			continue
		}
		if called := t.workflows[t.local(job.Uses.Value)]; called != nil {
			t.all(site{workflow: called}, evidence.At(called.Expressions, "outputs/"+output), "the workflow gives it out here", way)
			return
		}
		t.all(site{workflow: s.workflow, job: job}, evidence.At(job.Expressions, "outputs/"+output), "job "+job.ID+" gives it out here", way)
	}
}

// output follows the output of a step: of an action that is known to hand over
// what others wrote, of one of this repository, or of commands.
func (t *tracer) output(s site, id, output string, way []audit.Related) {
	steps := s.steps()
	for i := range steps {
		step := &steps[i]
		if step.ID == "" || !strings.EqualFold(step.ID, id) {
			continue
		}
		at := s
		at.step = step
		if called := t.local(step.Uses.Value); called != "" {
			if action := t.actions[path.Dir(called)]; action != nil && action.Path == called {
				t.all(site{action: action}, evidence.At(action.Expressions, "outputs/"+output), "the action gives it out here", way)
			}
			return
		}
		action := strings.ToLower(evidence.SplitUses(step.Uses.Value).Name())
		if givesOut(action, output) {
			here := append(way[:len(way):len(way)], audit.Related{Location: step.Uses.At, Message: "the step gives out text of pull requests or issues"})
			t.add(at, "steps."+id+".outputs."+output, anyone, "anyone can write", audit.Sure, here)
		}
		if t.script != nil && t.script(step, output) {
			here := append(way[:len(way):len(way)], audit.Related{Location: step.At, Message: "the script of this step asks for it"})
			t.add(at, "steps."+id+".outputs."+output, anyone, "", audit.Likely, here)
		}
		if step.Run.Value != "" {
			t.printed(at, output, way)
		}
		return
	}
}

// printed follows an output that commands write: NAME=$TITLE, with the title in
// a variable or in an expression of the same line.
func (t *tracer) printed(s site, output string, way []audit.Related) {
	for line := range strings.Lines(s.step.Run.Value) {
		if !strings.Contains(strings.ToLower(line), strings.ToLower(output)+"=") {
			continue
		}
		for _, v := range s.step.Env {
			if strings.Contains(line, "$"+v.Name) || strings.Contains(line, "${"+v.Name) {
				t.all(s, evidence.At(s.step.Expressions, "env/"+v.Name), "the step writes it out, unchanged as far as can be seen", way)
			}
		}
		for _, e := range evidence.At(s.step.Expressions, "run") {
			if strings.Contains(line, e.Text) {
				t.all(s, []evidence.Expression{e}, "the step writes it out", way)
			}
		}
	}
}
