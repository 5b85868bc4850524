package hermetic

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed unrestricted_egress.md
var unrestrictedEgressDoc string

// UnrestrictedEgress finds publishing jobs that may talk to any address.
var UnrestrictedEgress = &audit.Check{
	ID:       "unrestricted-egress",
	Title:    "Publishing job may talk to any address",
	Family:   audit.Hermetic,
	Severity: audit.Low,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows},
	Doc:      unrestrictedEgressDoc,
	Controls: []string{"CIS-SSC-2.2.4", "SSDF-PO.5.1", "CICD-SEC-7", "OWASP-MCP04"},
	Strict:   true,
	Inspect:  inspectUnrestrictedEgress,
}

func inspectUnrestrictedEgress(seen *evidence.Snapshot, record *audit.Record) {
	var open []*trace.Job
	jobs := make(map[*trace.Job]bool)
	for _, publisher := range trace.Of(seen).Publishers {
		job := publisher.Job
		if jobs[job] || job.Spec == nil {
			continue // told already, or the job of a pipeline, whose runner decides
		}
		jobs[job] = true
		switch answer, at := holdsEgress(job.Spec); answer {
		case evidence.Yes:
			record.Pass(job.String(), at)
		case evidence.Unknown:
			record.Doubt(audit.Doubt{Subject: job.String(), Location: at, Reason: "whether the policy of its network is block is decided by an expression", Unlock: "write egress-policy: block"})
		case evidence.No:
			open = append(open, job)
		}
	}
	if len(open) == 0 {
		return
	}
	finding := audit.Finding{Subject: "egress of publishing jobs", Location: open[0].At}
	what := open[0].String() + " publishes"
	if len(open) > 1 {
		what = fmt.Sprintf("%d jobs publish, the first of them %s,", len(open), open[0])
	}
	finding.Message = what + " and may talk to any address, so whatever runs there can carry its tokens off; let the job reach a list of hosts and no others"
	for _, job := range open[1:] {
		finding.Related = append(finding.Related, audit.Related{Location: job.At, Message: job.String() + " publishes too"})
	}
	record.Defect(finding)
}

// holdsEgress says whether a step before all others keeps the job to a list of
// hosts.
func holdsEgress(job *evidence.Job) (evidence.Answer, evidence.Location) {
	for _, step := range job.Steps {
		uses := evidence.SplitUses(step.Uses.Value)
		if !uses.Is("step-security", "harden-runner") && !uses.Is("bullfrogsec", "bullfrog") {
			if step.Uses.Value == "" {
				return evidence.No, job.At // what ran before it has already talked
			}
			continue
		}
		for _, input := range step.With {
			switch {
			case input.Name != "egress-policy":
			case input.Value == "block":
				return evidence.Yes, input.At
			case strings.Contains(input.Value, "${{"):
				return evidence.Unknown, input.At
			}
		}
		return evidence.No, step.At
	}
	return evidence.No, job.At
}
