package provenance

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed org_wide_publish_right.md
var orgWidePublishRightDoc string

// OrgWidePublishRight finds jobs that publish nothing and may log in to the MCP
// registry as the owner of the repository.
var OrgWidePublishRight = &audit.Check{
	ID:       "org-wide-publish-right",
	Title:    "Job that publishes nothing may publish any server of the owner",
	Family:   audit.Provenance,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.ServerManifests, evidence.Commands},
	Doc:      orgWidePublishRightDoc,
	Controls: []string{"SLSA-BUILD-L3", "CIS-SSC-2.3.8", "SSDF-PO.5.1", "CICD-SEC-2", "CICD-SEC-5", "OWASP-MCP01"},
	Inspect:  inspectOrgWidePublishRight,
}

func inspectOrgWidePublishRight(seen *evidence.Snapshot, record *audit.Record) {
	space := namespace(seen)
	if space == "" {
		return // no server of this repository lives in a namespace that the code host gives
	}
	for _, job := range trace.Of(seen).Jobs {
		if job.Spec == nil || evidence.SplitUses(job.Spec.Uses.Value).Kind == evidence.UsesLocal {
			continue // a pipeline of another host, or a call whose jobs come by themselves
		}
		subject := job.String()
		switch job.Grants("id-token", "write") {
		case evidence.No:
		case evidence.Unknown:
			record.Doubt(audit.Doubt{Subject: subject, Location: job.At, Reason: "whether it may ask for an identity token its callers decide"})
		case evidence.Yes:
			if len(job.Publishers) > 0 || callsPublisher(job) {
				record.Pass(subject, job.At)
				continue
			}
			record.Defect(audit.Finding{
				Subject: subject, Thing: job.ID, Anchor: "jobs/" + job.ID + "/permissions", Location: granted(job),
				Message: fmt.Sprintf("%s publishes nothing, and with id-token: write every step in it may publish any server named %s/* to the MCP registry; take it away, or move the step that needs it into a job of its own", subject, space),
				Related: []audit.Related{{Location: job.At, Message: "the job " + job.ID}},
			})
		}
	}
}

// namespace is io.github.<owner> where a server.json of this repository has a
// name in it.
func namespace(seen *evidence.Snapshot) string {
	roles := seen.Roles()
	for _, server := range seen.ServerManifests {
		space, _, named := strings.Cut(server.Name.Value, "/")
		if named && strings.HasPrefix(space, "io.github.") && roles[server.Path] == evidence.Source {
			return space
		}
	}
	return ""
}

// callsPublisher: a workflow of another repository whose name says that it
// publishes gets the right to.
func callsPublisher(job *trace.Job) bool {
	if job.Spec.Uses.Value == "" {
		return false
	}
	name := strings.ToLower(job.Spec.Uses.Value + " " + job.ID)
	for _, word := range []string{"publish", "release", "deploy", "push"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// granted is the place that gives the right: the scope of the job, or of the
// workflow.
func granted(job *trace.Job) evidence.Location {
	for _, p := range []evidence.Permissions{job.Spec.Permissions, job.Workflow.Permissions} {
		if !p.Declared {
			continue
		}
		for _, scope := range p.Scopes {
			if scope.Name == "id-token" {
				return scope.At
			}
		}
		if p.All != "" {
			return p.At
		}
	}
	return job.At
}
