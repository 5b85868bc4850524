package access

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed secrets_inherited_or_dumped.md
var secretsInheritedOrDumpedDoc string

// SecretsInheritedOrDumped finds places that hand over every secret at once.
var SecretsInheritedOrDumped = &audit.Check{
	ID:       "secrets-inherited-or-dumped",
	Title:    "All secrets are handed over at once",
	Family:   audit.Access,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows},
	Doc:      secretsInheritedOrDumpedDoc,
	Controls: []string{"OSPS-BR-07.01", "CIS-SSC-1.5.1", "SSDF-PO.5.2", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectSecretsInheritedOrDumped,
}

func inspectSecretsInheritedOrDumped(seen *evidence.Snapshot, record *audit.Record) {
	owner, _, named := strings.Cut(seen.Target.Name, "/")
	if !named {
		owner = ""
	}
	needs := newNeeds(seen)
	for i := range seen.Workflows {
		w := &seen.Workflows[i]
		dumps(record, w.Path, "env", w.Expressions)
		for j := range w.Jobs {
			job := &w.Jobs[j]
			if job.Uses.Value != "" {
				inherits(record, job, owner)
			}
			dumps(record, w.Path, "jobs/"+job.ID, job.Expressions)
			for k := range job.Steps {
				step := &job.Steps[k]
				dumps(record, w.Path, step.Anchor, step.Expressions)
				printsEnvironment(record, needs, w, job, step)
			}
		}
	}
	for i := range seen.Actions {
		for j := range seen.Actions[i].Steps {
			dumps(record, seen.Actions[i].Path, seen.Actions[i].Steps[j].Anchor, seen.Actions[i].Steps[j].Expressions)
		}
	}
}

// inherits looks at a call of a reusable workflow.
func inherits(record *audit.Record, job *evidence.Job, owner string) {
	uses := evidence.SplitUses(job.Uses.Value)
	all, found := evidence.Variable{}, false
	for _, secret := range job.Secrets {
		if secret.Name == "inherit" {
			all, found = secret, true
		}
	}
	if !found || uses.Kind == evidence.UsesLocal { // the same repository, the same people
		record.Pass(job.Uses.Value, job.Uses.At)
		return
	}
	finding := audit.Finding{
		Subject: job.Uses.Value, Thing: uses.Name(), Anchor: "jobs/" + job.ID, Location: all.At,
		Message: fmt.Sprintf("%s of another repository inherits every secret that this one can read; name the secrets that it needs", job.Uses.Value),
		Related: []audit.Related{{Location: job.Uses.At, Message: "the workflow that gets them"}},
	}
	if owner != "" && strings.EqualFold(owner, uses.Owner) {
		finding.Severity = audit.Medium // the same owner, other reviewers
	}
	record.Defect(finding)
}

// dumps finds expressions whose value is every secret, or one of them by a name
// that the run computes, for which the host hands over every secret too.
func dumps(record *audit.Record, file, anchor string, all []evidence.Expression) {
	for _, e := range all {
		contexts := e.Contexts()
		switch {
		case e.Place == "if" && !slices.Contains(contexts, "secrets"):
		case slices.Contains(contexts, "secrets"):
			record.Defect(audit.Finding{
				Subject: "${{ " + e.Text + " }}", Thing: "secrets", Anchor: anchor, Location: e.At,
				Message: fmt.Sprintf("${{ %s }} hands over every secret at once; name the ones that are needed", e.Text),
			})
		case slices.Contains(contexts, "secrets.*"):
			record.Defect(audit.Finding{
				Subject: "${{ " + e.Text + " }}", Thing: "secrets[...]", Anchor: anchor, Location: e.At, Severity: audit.Medium, Confidence: audit.Likely,
				Message: fmt.Sprintf("${{ %s }} chooses a secret by a name that the run computes, so that the job is handed every one; name the secret", e.Text),
			})
		case slices.ContainsFunc(contexts, func(c string) bool { return strings.HasPrefix(c, "secrets.") }):
			record.Pass(file, e.At)
		}
	}
}

// printsEnvironment finds env and printenv where the environment holds a secret:
// the log masks it only in the form it has.
func printsEnvironment(record *audit.Record, needs *needs, w *evidence.Workflow, job *evidence.Job, step *evidence.Step) {
	if step.Run.Value == "" || !strings.Contains(step.Run.Value, "env") {
		return
	}
	secret, found := secretInEnv(step.Expressions, job.Expressions, w.Expressions)
	if !found {
		return
	}
	script := needs.scripts[step.Run.At]
	if script == nil {
		return
	}
	for n, command := range script.Commands {
		alone := len(command.Words) == 1 && (command.Program() == "env" || command.Program() == "printenv")
		piped := alone && slices.ContainsFunc(script.Commands, func(c evidence.Command) bool { return c.Input == n+1 && filters(c.Program()) })
		if alone && !piped {
			record.Defect(audit.Finding{
				Subject: command.Program(), Anchor: step.Anchor, Location: command.At, Severity: audit.Low, Confidence: audit.Likely,
				Message: fmt.Sprintf("%s prints an environment that holds %s; print the variables that are of interest by name", command.Program(), secret.Text),
				Related: []audit.Related{{Location: secret.At, Message: "the secret in the environment"}},
			})
		}
	}
}

// filters let a part of their input through only.
func filters(program string) bool {
	return slices.Contains([]string{"grep", "awk", "sed", "cut", "wc"}, program)
}

func secretInEnv(levels ...[]evidence.Expression) (evidence.Expression, bool) {
	for _, level := range levels {
		for _, e := range level {
			if !strings.HasPrefix(e.Place, "env/") {
				continue
			}
			if slices.ContainsFunc(e.Flows(), func(c string) bool { return strings.HasPrefix(c, "secrets.") }) {
				return e, true
			}
		}
	}
	return evidence.Expression{}, false
}
