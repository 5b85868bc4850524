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

// attester is a job that attests something.
type attester struct {
	job   *Job
	all   []attestation
	above map[string]bool // files of the workflows it runs as a part of
	late  bool            // it starts when a release is published
}

// beside finds a step that attests what the publisher sends off: in the jobs of
// the same workflow, in those of workflows it calls or is called by, in one that
// starts when a release is published, and in all that these run.
func (t *Trace) beside(p *Publisher) (string, bool) {
	t.attesting.Do(func() {
		for _, job := range t.Jobs {
			if found := attestations(job); len(found) > 0 {
				t.attested = append(t.attested, attester{job, found, callersOf(job), afterRelease(job)})
			}
		}
	})
	if len(t.attested) == 0 {
		return "", false
	}
	above := callersOf(p.Job)
	for _, by := range t.attested {
		job := by.job
		if job.Path != p.Job.Path && !above[job.Path] && !by.late && !by.above[p.Job.Path] {
			continue
		}
		for _, one := range by.all {
			if p.Registry == ToOCI && one.images || p.Registry != ToOCI && one.files {
				return one.what + " attests it, in " + job.String(), true
			}
		}
	}
	return "", false
}

func afterRelease(job *Job) bool {
	if job.Workflow == nil {
		return false
	}
	for _, trigger := range job.Workflow.Triggers {
		if trigger.Event == "release" {
			return true
		}
	}
	return false
}

// callersOf are the files of the workflows that a job runs as a part of.
func callersOf(job *Job) map[string]bool {
	files := make(map[string]bool)
	known := map[*Job]bool{job: true}
	for todo := []*Job{job}; len(todo) > 0; todo = todo[1:] {
		for _, caller := range todo[0].Callers {
			if !known[caller] {
				known[caller], files[caller.Path] = true, true
				todo = append(todo, caller)
			}
		}
	}
	return files
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
