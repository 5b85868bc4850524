package hermetic

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

// whether reads an input that turns something on, as it comes out when the job
// publishes: a truth value, a word that names what is on, or an expression.
func whether(step *evidence.Step, v evidence.Variable, job *trace.Job) evidence.Answer {
	value := strings.TrimSpace(v.Value)
	if strings.Contains(value, "${{") {
		found := evidence.At(step.Expressions, "with/"+v.Name)
		if len(found) != 1 || !strings.HasPrefix(value, "${{") || !strings.HasSuffix(value, "}}") {
			return evidence.Unknown // a text around it: known to the run only
		}
		return found[0].Root.Holds(released(job))
	}
	switch strings.ToLower(value) {
	case "", "false", "no", "off", "0":
		return evidence.No
	}
	return evidence.Yes
}

// never tells whether a step's condition keeps it from running when the job
// publishes.
func never(step *evidence.Step, job *trace.Job) bool {
	return slices.ContainsFunc(evidence.At(step.Expressions, "if"), func(condition evidence.Expression) bool {
		return condition.Root.Holds(released(job)) == evidence.No
	})
}

// released knows what conditions say when the job publishes: for a release or a
// tag if these start it, and never for a pull request.
func released(job *trace.Job) func(evidence.Term) evidence.Answer {
	tagged := job.Workflow != nil && startedByTag(job.Workflow)
	return func(t evidence.Term) evidence.Answer {
		if other, equal, found := t.Compares("github.event_name"); found && other.Kind == evidence.TermLiteral {
			switch {
			case strings.HasPrefix(other.Name, "pull_request"), !mayStart(job, other.Name):
				return evidence.Known(!equal)
			case tagged && (other.Name == "push" || other.Name == "release"):
				return evidence.Known(equal)
			}
			return evidence.Unknown
		}
		if other, equal, found := t.Compares("github.ref_type"); found && tagged && other.Kind == evidence.TermLiteral {
			return evidence.Known((other.Name == "tag") == equal)
		}
		if t.Kind != evidence.TermCall {
			return evidence.Unknown
		}
		switch t.Name {
		case "always", "success":
			return evidence.Yes
		case "failure", "cancelled":
			return evidence.No
		case "startswith":
			if tagged && len(t.Args) == 2 && t.Args[0].Name == "github.ref" && strings.HasPrefix(t.Args[1].Name, "refs/tags") {
				return evidence.Yes
			}
		}
		return evidence.Unknown
	}
}

// mayStart tells whether an event can start the job. Who calls its workflow
// brings an event of their own.
func mayStart(job *trace.Job, event string) bool {
	return job.Workflow == nil || slices.ContainsFunc(job.Workflow.Triggers, func(t evidence.Trigger) bool {
		return t.Event == event || t.Event == "workflow_call"
	})
}
