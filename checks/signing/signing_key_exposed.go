package signing

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed signing_key_exposed.md
var signingKeyExposedDoc string

// SigningKeyExposed finds signing keys that others than the release can reach.
var SigningKeyExposed = &audit.Check{
	ID:       "signing-key-exposed",
	Title:    "Signing key is in reach of more than the release",
	Family:   audit.Signing,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands},
	Doc:      signingKeyExposedDoc,
	Controls: []string{"SLSA-BUILD-L3", "OSPS-BR-07.01", "CIS-SSC-2.4.1", "SSDF-PS.1.1", "SSDF-PS.2.1", "CICD-SEC-4", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectSigningKeyExposed,
}

func inspectSigningKeyExposed(seen *evidence.Snapshot, record *audit.Record) {
	for _, use := range keyUses(seen) {
		f := audit.Finding{Subject: use.secret, Anchor: use.anchor, Location: use.at}
		checkout, outsiders := runsOutsiders(use.job)
		switch environment := use.job.Spec.Environment.Value; {
		case outsiders:
			f.Message = fmt.Sprintf("%s is handed to %s, which checks out what a contributor wrote and has it in reach; sign in a job of its own that runs nothing of theirs", use.secret, use.job)
			f.Related = []audit.Related{{Location: checkout, Message: "the contributor's code comes in here"}}
			record.Defect(f)
		case environment == "":
			f.Message = fmt.Sprintf("%s is handed to %s, which names no environment, so a workflow on any branch can read the key; keep it in an environment that only the release may use", use.secret, use.job)
			f.Related = []audit.Related{{Location: use.job.At, Message: "the job"}}
			record.Defect(f)
		default:
			judgeKept(record, seen.Host(), use, f)
		}
	}
	for _, job := range trace.Of(seen).Jobs {
		job.Executes(func(n *trace.Node) { keylessSigners(n, record) })
	}
}

// judgeKept asks the host whether the environment of the job alone has the key, and
// guards it.
func judgeKept(record *audit.Record, host *evidence.Host, use keyUse, f audit.Finding) {
	environment := use.job.Spec.Environment.Value
	if host == nil {
		record.Doubt(audit.Doubt{
			Subject: use.secret, Location: use.at,
			Reason: fmt.Sprintf("whether the key is kept in the environment %s, and whether that is protected, only the host knows", environment),
			Unlock: "a token that may read the environments of the repository",
		})
		return
	}
	switch kept := host.Keeping(use.secret, environment); kept.Safe {
	case evidence.Yes:
		record.Pass(use.secret, use.at)
	case evidence.Unknown:
		record.Doubt(audit.Doubt{Subject: use.secret, Location: use.at, Reason: kept.Reason, Unlock: kept.Unlock})
	case evidence.No:
		f.Message = fmt.Sprintf("%s is handed to %s in the environment %s, but %s; keep the key in one environment alone, that only the release may use", use.secret, use.job, environment, kept.Reason)
		f.Related = []audit.Related{{Location: use.job.At, Message: "the job"}}
		record.Defect(f)
	}
}

// keylessSigners have no key that anybody could reach.
func keylessSigners(n *trace.Node, record *audit.Record) {
	if n.Script == nil || n.Again {
		return
	}
	for i := range n.Script.Commands {
		if s, signs := readSigner(&n.Script.Commands[i]); signs && (s.keyless || s.service) {
			record.Pass(s.subject, n.Script.Commands[i].At)
		}
	}
}

// privileged are the events that outsiders cause and that run with secrets.
var privileged = []string{"pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment", "pull_request_review", "pull_request_review_comment"}

// theirs are the expressions that name what a contributor wrote.
var theirs = []string{"github.event.pull_request.head", "github.head_ref", "refs/pull/", "github.event.workflow_run.head", "github.event.pull_request.merge_commit_sha"}

// runsOutsiders finds the step by which the code of contributors comes into a job
// that an outsider can start.
func runsOutsiders(job *trace.Job) (evidence.Location, bool) {
	started := slices.ContainsFunc(job.Workflow.Triggers, func(t evidence.Trigger) bool { return slices.Contains(privileged, t.Event) })
	if !started {
		return evidence.Location{}, false
	}
	for i := range job.Spec.Steps {
		step := &job.Spec.Steps[i]
		if strings.Contains(step.Run.Value, "gh pr checkout") {
			return step.Run.At, true
		}
		if !evidence.SplitUses(step.Uses.Value).Is("actions", "checkout") {
			continue
		}
		for _, v := range step.With {
			if (v.Name == "ref" || v.Name == "repository") && slices.ContainsFunc(theirs, func(name string) bool { return strings.Contains(v.Value, name) }) {
				return v.At, true
			}
		}
	}
	return evidence.Location{}, false
}
