package hermetic

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

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

// unanswered supposes that earlier steps and jobs do not say the word that a
// condition waits for.
func unanswered(t evidence.Term) evidence.Answer {
	if t.Kind != evidence.TermCompare || t.Name != "==" {
		return evidence.Unknown
	}
	for _, side := range t.Args {
		if side.Kind == evidence.TermContext && strings.Contains(side.Name, ".outputs.") {
			return evidence.No
		}
	}
	return evidence.Unknown
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
