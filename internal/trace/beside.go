package trace

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// attestation is what a step attests: files, images, or both.
type attestation struct {
	what          string // as people name it
	files, images bool
}

// beside finds a step that attests what the publisher sends off: in the jobs of
// the same workflow, in those of workflows it calls or is called by, in one that
// starts when a release is published, and in all that these run.
func (t *Trace) beside(p *Publisher) (string, bool) {
	for _, job := range t.Jobs {
		if !related(job, p.Job) {
			continue
		}
		for _, found := range attestations(job) {
			if p.Registry == ToOCI && found.images || p.Registry != ToOCI && found.files {
				return found.what + " attests it, in " + job.String(), true
			}
		}
	}
	return "", false
}

func related(job, publisher *Job) bool {
	if job.Path == publisher.Path || job.Workflow == nil {
		return job.Path == publisher.Path
	}
	for _, trigger := range job.Workflow.Triggers {
		if trigger.Event == "release" {
			return true
		}
	}
	return runs(job, publisher, 0) || runs(publisher, job, 0)
}

// runs tells whether the workflow of a job runs as a part of that of another one.
func runs(caller, called *Job, depth int) bool {
	if depth > maxCallers {
		return false
	}
	for _, c := range called.Callers {
		if c.Path == caller.Path || runs(caller, c, depth+1) {
			return true
		}
	}
	return false
}

// attestations lists what a job attests.
func attestations(job *Job) []attestation {
	var all []attestation
	if job.Spec != nil {
		if found, is := attestingWorkflow(job.Spec.Uses.Value); is {
			all = append(all, found)
		}
	}
	job.Executes(func(n *Node) {
		if n.Step != nil {
			if found, is := attestingStep(n.Step); is {
				all = append(all, found)
			}
		}
		if n.Script == nil {
			return
		}
		for i := range n.Script.Commands {
			if found, is := attestingCommand(&n.Script.Commands[i]); is {
				all = append(all, found)
			}
		}
	})
	return all
}

// attestingWorkflow knows builders that attest, and takes the name of others for
// what they do.
func attestingWorkflow(uses string) (attestation, bool) {
	name := strings.ToLower(uses)
	for _, word := range []string{"slsa", "attest", "provenance", "cosign", "sign"} {
		if strings.Contains(name, word) {
			return attestation{uses, true, true}, true
		}
	}
	return attestation{}, false
}

func attestingStep(step *evidence.Step) (attestation, bool) {
	uses := evidence.SplitUses(step.Uses.Value)
	if uses.Kind != evidence.UsesRemote {
		return attestation{}, false
	}
	has := func(name string) bool { v, set := find(step.With, name); return set && v.Value != "" }
	what := uses.Name()
	switch {
	case uses.Is("actions", "attest-build-provenance"), uses.Is("actions", "attest") && !has("sbom-path"):
		v, _ := find(step.With, "push-to-registry")
		image := v.Value == "true" || has("subject-name") && has("subject-digest")
		return attestation{what, has("subject-path") || has("subject-checksums") || has("subject-digest") && !image, image}, true
	case uses.Is("sigstore", "gh-action-sigstore-python"), uses.Is("astral-sh", "attest-action"), uses.Is("trailofbits", "pypi-attestations-action"):
		return attestation{what, true, false}, true
	case uses.Owner == "slsa-framework" && uses.Repo == "slsa-github-generator", uses.Is("philips-labs", "slsa-provenance-action"):
		return attestation{what, true, true}, true
	}
	return attestation{}, false
}

// attestingCommand knows cosign, whose signature by an identity tells who built
// it, and those that make attestations of PyPI and in-toto.
func attestingCommand(command *evidence.Command) (attestation, bool) {
	words := peel(command.Words)
	if len(words) < 2 {
		return attestation{}, false
	}
	line := commandLine{program: evidence.ProgramName(words[0].Value), words: words[1:]}
	line.operands = line.operand()
	what := line.program
	if len(line.operands) > 0 {
		what += " " + line.operands[0]
	}
	switch line.program {
	case "cosign":
		switch {
		case line.first("sign"), line.first("attest"):
			return attestation{what, false, true}, true
		case line.first("sign-blob"), line.first("attest-blob"):
			return attestation{what, true, false}, true
		}
	case "pypi-attestations", "pypi_attestations", "sigstore", "witness", "in-toto-run":
		return attestation{what, true, false}, !line.first("verify")
	}
	return attestation{}, false
}
