package review

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed release_without_second_person.md
var releaseWithoutSecondPersonDoc string

// ReleaseWithoutSecondPerson finds jobs that publish although nobody but who started
// them had to agree.
var ReleaseWithoutSecondPerson = &audit.Check{
	ID:       "release-without-second-person",
	Title:    "Release is published without a second person",
	Family:   audit.Review,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts, evidence.Workflows, evidence.Commands},
	Doc:      releaseWithoutSecondPersonDoc,
	Controls: []string{"OSPS-AC-04.02", "CIS-SSC-1.1.3", "CIS-SSC-5.2.1", "SSDF-PS.2.1", "CICD-SEC-1", "CICD-SEC-5"},
	Inspect:  inspectReleaseWithoutSecondPerson,
}

func inspectReleaseWithoutSecondPerson(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return
	}
	judged := make(map[*trace.Job]bool)
	for _, p := range trace.Of(seen).Publishers {
		ofHost := (p.Job.Spec != nil) == (host.System != "gitlab") // another system's pipeline has other gates
		if !judged[p.Job] && ofHost && p.Publishes() {
			judged[p.Job] = true
			judgeRelease(seen, host, p, record)
		}
	}
}

// judgeRelease takes the best of the environments that the job has to pass.
func judgeRelease(seen *evidence.Snapshot, host *evidence.Host, p *trace.Publisher, record *audit.Record) {
	gates := gatesOf(p)
	if len(gates) == 0 {
		record.Defect(second(seen, host, releaseFinding(p, p.Job.At, fmt.Sprintf(
			"%s publishes (%s) in no environment, so that whoever can start it can release alone; give it an environment with required reviewers", p.Job, p.Subject))))
		return
	}
	var best gate
	for i, g := range gates {
		if judged := judgeGate(host, g); i == 0 || judged.rank < best.rank {
			best = judged
		}
	}
	switch best.rank {
	case gateHolds:
		record.Pass(p.Job.String(), best.at)
	case gateUnknown:
		record.Doubt(audit.Doubt{Subject: p.Job.String(), Location: best.at, Reason: best.says, Unlock: best.unlock})
	case gateLeaks, gateOpen:
		f := releaseFinding(p, best.at, fmt.Sprintf("%s publishes (%s) in the environment %s, %s", p.Job, p.Subject, best.name, best.says))
		if best.rank == gateLeaks {
			f.Severity = audit.Medium
		}
		record.Defect(second(seen, host, f))
	}
}

func releaseFinding(p *trace.Publisher, at evidence.Location, message string) audit.Finding {
	return audit.Finding{
		Subject: p.Job.String(), Anchor: "jobs/" + p.Job.ID, Location: at, Message: message,
		Related: []audit.Related{{Location: p.At, Message: "what publishes"}},
	}
}

// gate is an environment that a job has to pass, and what it is worth.
type gate struct {
	name   string
	at     evidence.Location
	rank   gateRank
	says   string
	unlock string
}

// gateRank orders what a gate is worth, best first.
type gateRank int

const (
	gateHolds   gateRank = iota
	gateUnknown          // the host did not tell
	gateLeaks            // administrators may go past it
	gateOpen             // nobody else has to agree
)

// gatesOf are the environments of the job and of the jobs that must succeed before it,
// those of the one job that calls it too.
func gatesOf(p *trace.Publisher) []gate {
	if p.Job.Spec == nil {
		if name := p.Environment(); name != "" {
			return []gate{{name: name, at: p.Job.Pipeline.Environment.At}}
		}
		return nil
	}
	var gates []gate
	passed := make(map[*evidence.Job]bool)
	for job := p.Job; job != nil && job.Spec != nil && !passed[job.Spec]; job = onlyCaller(job) {
		gatesBefore(job.Workflow, job.Spec, passed, &gates)
	}
	return gates
}

func onlyCaller(job *trace.Job) *trace.Job {
	if len(job.Callers) != 1 {
		return nil
	}
	return job.Callers[0]
}

func gatesBefore(w *evidence.Workflow, job *evidence.Job, passed map[*evidence.Job]bool, gates *[]gate) {
	if passed[job] {
		return
	}
	passed[job] = true
	if e := job.Environment; e.Value != "" {
		*gates = append(*gates, gate{name: e.Value, at: e.At})
	}
	for _, id := range job.Needs {
		for i := range w.Jobs {
			if w.Jobs[i].ID == id {
				gatesBefore(w, &w.Jobs[i], passed, gates)
			}
		}
	}
}

// judgeGate asks the host about an environment by its name. Hosts do not tell upper
// case from lower case in it.
func judgeGate(host *evidence.Host, g gate) gate {
	if strings.Contains(g.name, "${{") || strings.Contains(g.name, "$") && host.System == "gitlab" {
		g.rank, g.says, g.unlock = gateUnknown, fmt.Sprintf("the environment is %s, which only the run knows", g.name), "the name of the environment, written out"
		return g
	}
	for i := range host.Environments {
		if e := &host.Environments[i]; strings.EqualFold(e.Name, g.name) {
			return judgeEnvironment(host, e, g)
		}
	}
	if why := host.Why("environments/" + g.name); len(host.Missing("environments/"+g.name)) > 0 {
		g.rank, g.says, g.unlock = gateUnknown, fmt.Sprintf("whether the environment %s asks for a reviewer was not told: %s", g.name, why.Reason), why.Unlock
		return g
	}
	g.rank, g.says = gateOpen, "which the host does not know, so that it is made without any rule when the job first runs; set it up with required reviewers"
	return g
}

func judgeEnvironment(host *evidence.Host, e *evidence.Environment, g gate) gate {
	unknown := func(field, what string) gate {
		why := host.Why("environments/" + e.Name + "/" + field)
		g.rank, g.says, g.unlock = gateUnknown, fmt.Sprintf("%s in the environment %s was not told: %s", what, e.Name, why.Reason), why.Unlock
		return g
	}
	if e.Reviewers == nil {
		return unknown("reviewers", "who must approve runs")
	}
	if *e.Reviewers == 0 {
		g.rank, g.says = gateOpen, "which asks for no reviewer; require one"+settingsAt(e.Link)
		return g
	}
	switch e.SelfReview {
	case evidence.Yes:
		g.rank, g.says = gateOpen, "where whoever started the run may approve it; prevent self-review"+settingsAt(e.Link)
		return g
	case evidence.No:
	case evidence.Unknown:
		return unknown("selfReview", "whether whoever started the run may approve it")
	}
	switch e.AdminsBypass {
	case evidence.Yes:
		g.rank, g.says = gateLeaks, "whose rules administrators may bypass; disallow that"+settingsAt(e.Link)
		return g
	case evidence.No:
	case evidence.Unknown:
		return unknown("adminsBypass", "whether administrators may go past the rules")
	}
	g.rank = gateHolds
	return g
}

func settingsAt(link string) string {
	if link == "" {
		return ""
	}
	return " (" + link + ")"
}
