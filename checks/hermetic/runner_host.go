package hermetic

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// registered is what the host says of the machines that jobs can get.
type registered struct {
	host *evidence.Host  // nil: not asked
	met  map[string]bool // names of runners that a finding about a job speaks of
}

// outlives says whether a job with these labels can get a machine that stays. No
// means that each one that bears them goes after one job.
func (r registered) outlives(labels []evidence.Text) evidence.Answer {
	if r.host == nil {
		return evidence.Unknown
	}
	answer := evidence.No
	bearing := 0
	for _, runner := range r.host.Runners {
		if !bears(runner, labels) {
			continue // no job with these labels gets it
		}
		bearing++
		switch runner.Ephemeral {
		case evidence.No:
			if slices.ContainsFunc(labels, toTheRun) {
				return evidence.Unknown // it may be another one
			}
			return evidence.Yes
		case evidence.Unknown:
			answer = evidence.Unknown
		case evidence.Yes:
		}
	}
	if bearing == 0 || len(r.host.Missing("runners")) > 0 {
		return evidence.Unknown // one that goes is not listed between two jobs, and one that stays may be hidden
	}
	return answer
}

// bears tells whether a runner has every label that a job asks for. One that only the
// run knows may be any.
func bears(runner evidence.HostRunner, labels []evidence.Text) bool {
	for _, label := range labels {
		has := func(own string) bool { return strings.EqualFold(own, label.Value) }
		if !toTheRun(label) && !slices.ContainsFunc(runner.Labels, has) {
			return false
		}
	}
	return true
}

func toTheRun(label evidence.Text) bool { return strings.Contains(label.Value, "${{") }

// meet notes the machines that stay and that a finding about a job speaks of.
func (r registered) meet(labels []evidence.Text) {
	for _, runner := range r.host.Runners {
		if runner.Ephemeral == evidence.No && bears(runner, labels) {
			r.met[runner.Name] = true
		}
	}
}

// ofTheHost tells labels of machines that the host itself lends.
func ofTheHost(labels []evidence.Text) bool {
	return slices.ContainsFunc(labels, func(label evidence.Text) bool {
		for _, system := range []string{"ubuntu", "windows", "macos"} {
			if strings.HasPrefix(strings.ToLower(label.Value), system) {
				return true
			}
		}
		return false
	})
}

// inReach reports the machines of a public repository that no job of the tree asks
// for: a pull request can change a job so that it does.
func (r registered) inReach(record *audit.Record) {
	if r.host == nil || r.host.Visibility != "public" {
		return // nobody asked, or no stranger can open a pull request
	}
	lasting := false
	for _, runner := range r.host.Runners {
		lasting = lasting || runner.Level == "organisation" && runner.Ephemeral != evidence.Yes
		if runner.Level != "repository" || runner.Ephemeral != evidence.No || r.met[runner.Name] {
			continue // gone after a job, or reported where a job asks for it
		}
		subject := "runner " + runner.Name
		record.Defect(audit.Finding{
			Subject: subject, Private: "a runner of the repository", Anchor: "host/runners/repository", Severity: audit.Medium,
			Message: fmt.Sprintf("%s is registered with a public repository and outlives its jobs, so that a pull request can bring its code there by asking for it; take it away, or let it live for one job", subject),
		})
	}
	owner := r.host.Organisation
	if owner == nil || owner.PublicRunnerGroups != evidence.Yes || !lasting && len(r.host.Missing("runners/organisation")) == 0 {
		return // closed or not told, or no machine stays in it
	}
	subject := "runner groups of " + owner.Name
	record.Defect(audit.Finding{
		Subject: subject, Anchor: "host/organisation/publicRunnerGroups", Severity: audit.Medium, Confidence: audit.Likely,
		Message: fmt.Sprintf("%s let public repositories use self-hosted machines, so that a pull request can bring its code there; allow private repositories alone", subject),
	})
}
