package evidence

import (
	"fmt"
	"strings"
)

// Keeping says how the host keeps one secret that a job with an environment reads.
type Keeping struct {
	// Safe is Yes where the environment alone has it and lets only some runs through.
	Safe Answer
	// Reason says, as the end of a sentence, why it is not safe or not known.
	Reason string
	Unlock string
}

// Keeping judges a secret by its name. Names of secrets and of environments do not
// tell upper from lower case.
func (h *Host) Keeping(secret, environment string) Keeping {
	inside := false
	for _, s := range h.Secrets {
		switch {
		case !strings.EqualFold(s.Name, secret):
		case s.Level == "repository":
			return Keeping{Safe: No, Reason: "the repository keeps a secret of that name too, which a workflow on any branch can read"}
		case s.Level == "organisation" && !(s.Visibility == "private" && h.Visibility == "public"):
			return Keeping{Safe: No, Reason: "the organisation keeps a secret of that name too, which a workflow on any branch can read"}
		case s.Level == "environment" && strings.EqualFold(s.Environment, environment):
			inside = true
		}
	}
	for _, what := range []string{"secrets/repository", "secrets/organisation"} {
		if missing := h.Missing(what); len(missing) > 0 {
			return Keeping{Reason: "whether it is kept outside of the environment too is not known: " + missing[0].Reason, Unlock: missing[0].Unlock}
		}
	}
	if !inside {
		why := Unseen{Reason: fmt.Sprintf("the host shows no secret of that name in the environment %s", environment)}
		if missing := h.Missing("secrets/environment/" + environment); len(missing) > 0 {
			why = missing[0]
		}
		return Keeping{Reason: why.Reason, Unlock: why.Unlock}
	}
	return h.guarded(environment)
}

// guarded says whether an environment lets only named branches in, or only what
// somebody approved.
func (h *Host) guarded(name string) Keeping {
	for _, e := range h.Environments {
		if !strings.EqualFold(e.Name, name) {
			continue
		}
		approved := e.Reviewers != nil && *e.Reviewers > 0
		switch {
		case approved || e.BranchesBound == Yes:
			return Keeping{Safe: Yes}
		case e.BranchesBound == No && e.Reviewers != nil:
			return Keeping{Safe: No, Reason: fmt.Sprintf("the environment %s lets every branch in and needs nobody's approval", e.Name)}
		}
		path := "environments/" + e.Name + "/branchesBound"
		if e.BranchesBound == No {
			path = "environments/" + e.Name + "/reviewers"
		}
		why := h.Why(path)
		return Keeping{Reason: fmt.Sprintf("who may use the environment %s is not known: %s", e.Name, why.Reason), Unlock: why.Unlock}
	}
	why := h.Why("environments/" + name)
	return Keeping{Reason: fmt.Sprintf("who may use the environment %s is not known: %s", name, why.Reason), Unlock: why.Unlock}
}
