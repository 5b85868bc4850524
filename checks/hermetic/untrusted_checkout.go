package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed untrusted_checkout.md
var untrustedCheckoutDoc string

// UntrustedCheckout finds runs with the rights of the repository that take in
// the code of a contributor.
var UntrustedCheckout = &audit.Check{
	ID:       "untrusted-checkout",
	Title:    "Privileged workflow checks out and runs contributors' code",
	Family:   audit.Hermetic,
	Severity: audit.Critical,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows},
	Doc:      untrustedCheckoutDoc,
	Controls: []string{"OSPS-BR-01.01", "CIS-SSC-2.3.5", "SSDF-PO.5.1", "CICD-SEC-4", "OWASP-MCP05"},
	Inspect:  inspectUntrustedCheckout,
}

func inspectUntrustedCheckout(seen *evidence.Snapshot, record *audit.Record) {
	runs := newRuns(seen)
	for s := range runs.sites {
		if s.job == nil {
			continue // a checkout in an action is judged by those who have jobs
		}
		taken, found := takesIn(runs, s)
		events := causedByOutsiders(runs.events(s))
		switch {
		case len(events) == 0: // nobody without rights can start it with rights
		case found:
			judgeCheckout(record, runs, s, taken, events)
		default:
			if _, checkout := evidence.CheckoutVersion(evidence.SplitUses(s.step.Uses.Value)); checkout {
				record.Pass(s.step.Uses.Value, s.step.Uses.At)
			}
		}
	}
}

func causedByOutsiders(events []event) []event {
	return slices.DeleteFunc(slices.Clone(events), func(e event) bool { return !slices.Contains(privileged, e.name) })
}

// judgeCheckout grades one intake by what happens to it, and by who can cause it.
func judgeCheckout(record *audit.Record, runs *runs, s site, taken intake, events []event) {
	open := slices.DeleteFunc(slices.Clone(events), func(e event) bool {
		return e.own || refuses(taken, e) == evidence.Yes || taken.artifact && e.name != "workflow_run"
	})
	if len(open) == 0 {
		record.Pass(taken.what, taken.at)
		return
	}
	by := worstEvent(open, taken)
	run, executed := executes(runs, s, taken)
	if taken.artifact && !executed {
		record.Pass(taken.what, taken.at) // data that is only looked at
		return
	}
	f := audit.Finding{
		Subject: taken.what, Anchor: s.step.Anchor, Location: taken.at, Related: taken.way,
		Severity: audit.Critical,
	}
	f.Related = append(f.Related[:len(f.Related):len(f.Related)], audit.Related{Location: by.at, Message: "runs on " + by.name + ", with the rights of the repository"})
	then := "and goes on with it"
	switch {
	case executed:
		then = "and runs it"
		f.Related = append(f.Related, audit.Related{Location: run, Message: "what was checked out can run here"})
	default:
		f.Severity, f.Confidence = audit.Medium, audit.Likely
	}
	if executed && powerless(s) {
		f.Severity = audit.High // what remains is the cache and the runner
	}
	if executed && (len(by.guards) > 0 || s.job.Environment.Value != "" || labelled(by)) {
		f.Severity, f.Confidence = audit.High, audit.Likely
		if powerless(s) {
			f.Severity = audit.Medium
		}
		then += "; somebody has to agree, but not to each new commit"
	}
	if executed && by.asked && f.Severity == audit.Critical {
		f.Severity, f.Confidence = audit.High, audit.Likely
		then += ", behind a condition that an earlier step decides"
	}
	if executed && refuses(taken, by) == evidence.Unknown && taken.checkout != nil {
		f.Severity, f.Confidence = audit.High, audit.Likely
		then += ", where this ref is a release that does not refuse forks"
	}
	what := "the code of a pull request"
	if taken.artifact {
		what = "artifacts of a contributor's run"
	}
	f.Message = fmt.Sprintf("%s brings %s into a job with the rights of the repository (%s) %s; do that on pull_request, and leave to this job what needs rights", taken.what, what, by.name, then)
	record.Defect(f)
}

// refuses says whether checkout itself keeps the code of forks out.
func refuses(taken intake, e event) evidence.Answer {
	if taken.checkout == nil || taken.allowed || e.name != "pull_request_target" && e.name != "workflow_run" {
		return evidence.No
	}
	return taken.checkout.RefusesForks()
}

// worstEvent prefers one that nothing guards.
func worstEvent(events []event, taken intake) event {
	for _, e := range events {
		if len(e.guards) == 0 && !e.asked && !labelled(e) && refuses(taken, e) == evidence.No {
			return e
		}
	}
	return events[0]
}

// labelled: the run starts when somebody with rights sets a label.
func labelled(e event) bool { return e.types == "labeled" }

// powerless tells whether the token of the job can write nothing and no secret
// is in sight.
func powerless(s site) bool {
	p := s.job.Permissions
	if !p.Declared {
		p = s.workflow.Permissions
	}
	if !p.Declared || p.All == "write-all" || slices.ContainsFunc(p.Scopes, func(v evidence.Variable) bool { return v.Value == "write" }) {
		return false
	}
	for _, all := range append([][]evidence.Expression{s.workflow.Expressions, s.job.Expressions}, expressionsOf(s.job.Steps)...) {
		for _, e := range all {
			for _, context := range e.Contexts() {
				if strings.HasPrefix(context, "secrets") && context != "secrets.github_token" {
					return false
				}
			}
		}
	}
	return true
}

func expressionsOf(steps []evidence.Step) [][]evidence.Expression {
	var all [][]evidence.Expression
	for _, step := range steps {
		all = append(all, step.Expressions)
	}
	return all
}
