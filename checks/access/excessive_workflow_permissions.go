package access

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed excessive_workflow_permissions.md
var excessiveWorkflowPermissionsDoc string

// ExcessiveWorkflowPermissions finds tokens that may do more than their jobs do.
var ExcessiveWorkflowPermissions = &audit.Check{
	ID:       "excessive-workflow-permissions",
	Title:    "Workflow token may write where no step needs to",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows},
	Doc:      excessiveWorkflowPermissionsDoc,
	Controls: []string{"OSPS-AC-04.01", "OSPS-AC-04.02", "SSDF-PO.5.1", "CICD-SEC-5", "OWASP-MCP02"},
	Inspect:  inspectExcessiveWorkflowPermissions,
}

func inspectExcessiveWorkflowPermissions(seen *evidence.Snapshot, record *audit.Record) {
	needs := newNeeds(seen)
	for i := range seen.Workflows {
		w := &seen.Workflows[i]
		heirs := inheriting(w)
		switch {
		case len(heirs) == 0: // every job says for itself
			if len(w.Jobs) > 0 {
				record.Pass(w.Path, w.Jobs[0].At)
			}
		case w.Permissions.Declared:
			judgeWorkflowPermissions(record, needs, w, heirs)
		case onlyCalled(w): // has what its caller has
			record.Pass(w.Path, w.Jobs[0].At)
		default:
			judgeDefault(record, seen.Host(), w, heirs)
		}
		for j := range w.Jobs {
			if job := &w.Jobs[j]; job.Permissions.Declared {
				judgeJobPermissions(record, needs, w, job)
			}
		}
	}
}

// judgeDefault looks at a workflow that leaves its rights to the default of the
// repository: whether that is to write only the host knows.
func judgeDefault(record *audit.Record, host *evidence.Host, w *evidence.Workflow, heirs []*evidence.Job) {
	writes := evidence.Unknown
	if host != nil {
		writes = actions(host).TokenWrites
	}
	f := audit.Finding{Subject: w.Path, Location: heirs[0].At, Anchor: "permissions"}
	const remedy = "add permissions: with contents: read and give single jobs more"
	jobs := count(len(heirs), "job has", "jobs have")
	switch writes {
	case evidence.No:
		record.Pass(w.Path, f.Location)
	case evidence.Yes:
		f.Severity = audit.High
		f.Message = fmt.Sprintf("%s declares no permissions, and the repository's default is to write, so that %s all rights; %s", w.Path, jobs, remedy)
		record.Defect(f)
	case evidence.Unknown:
		f.Message = fmt.Sprintf("%s declares no permissions, so that %s what the repository's default gives; %s", w.Path, jobs, remedy)
		record.Defect(f)
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// inheriting are the jobs that take the permissions of their workflow.
func inheriting(w *evidence.Workflow) []*evidence.Job {
	var all []*evidence.Job
	for i := range w.Jobs {
		if !w.Jobs[i].Permissions.Declared {
			all = append(all, &w.Jobs[i])
		}
	}
	return all
}

func onlyCalled(w *evidence.Workflow) bool {
	for _, t := range w.Triggers {
		if t.Event != "workflow_call" {
			return false
		}
	}
	return len(w.Triggers) > 0
}

// judgeWorkflowPermissions looks at a block that several jobs may share: each
// write of it belongs to the jobs that need it.
func judgeWorkflowPermissions(record *audit.Record, needs *needs, w *evidence.Workflow, heirs []*evidence.Job) {
	if w.Permissions.All == "write-all" {
		writeAll(record, w.Path, "permissions", w.Permissions)
		return
	}
	for _, scope := range w.Permissions.Scopes {
		if scope.Value != "write" {
			continue
		}
		var idle, needing []string
		unclear := false
		for _, job := range heirs {
			switch needs.job(w, job, scope.Name) {
			case evidence.No:
				idle = append(idle, job.ID)
			case evidence.Yes:
				needing = append(needing, job.ID)
			case evidence.Unknown:
				unclear = true
			}
		}
		subject := scope.Name + ": write"
		switch {
		case len(idle) == 0:
			record.Pass(subject, scope.At)
		case len(idle) == len(heirs):
			unneeded(record, "permissions", subject, scope.At, "no job of the workflow")
		default:
			to := "the jobs that need it"
			if len(needing) > 0 && !unclear {
				to = "job " + strings.Join(needing, ", ")
			}
			record.Defect(audit.Finding{
				Subject: subject, Anchor: "permissions", Location: scope.At,
				Message: fmt.Sprintf("%s is given to every job of the workflow, and %s not need it; give it to %s alone", subject, jobsDo(idle), to),
			})
		}
	}
	if !writes(w.Permissions) {
		record.Pass(w.Path, w.Permissions.At)
	}
}

func jobsDo(ids []string) string {
	if len(ids) == 1 {
		return "job " + ids[0] + " does"
	}
	if len(ids) > 3 {
		return fmt.Sprintf("%d jobs do", len(ids))
	}
	return "jobs " + strings.Join(ids, ", ") + " do"
}

func writes(p evidence.Permissions) bool {
	for _, scope := range p.Scopes {
		if scope.Value == "write" {
			return true
		}
	}
	return p.All == "write-all"
}

// judgeJobPermissions looks at the block of one job, where a write belongs: it
// is too much only where nothing in the job can use it.
func judgeJobPermissions(record *audit.Record, needs *needs, w *evidence.Workflow, job *evidence.Job) {
	anchor := "jobs/" + job.ID + "/permissions"
	if job.Permissions.All == "write-all" {
		writeAll(record, "job "+job.ID, anchor, job.Permissions)
		return
	}
	for _, scope := range job.Permissions.Scopes {
		subject := scope.Name + ": write"
		switch {
		case scope.Value != "write":
		case needs.job(w, job, scope.Name) == evidence.No:
			unneeded(record, anchor, subject, scope.At, "no step of job "+job.ID)
		default: // what may be needed is let be, where only one job has it
			record.Pass(subject, scope.At)
		}
	}
	if !writes(job.Permissions) {
		record.Pass("job "+job.ID, job.Permissions.At)
	}
}

func writeAll(record *audit.Record, subject, anchor string, p evidence.Permissions) {
	record.Defect(audit.Finding{
		Subject: "write-all", Anchor: anchor, Location: p.At, Severity: audit.High,
		Message: fmt.Sprintf("%s may write to everything (write-all); name the scopes that its steps need", subject),
	})
}

func unneeded(record *audit.Record, anchor, subject string, at evidence.Location, nobody string) {
	record.Defect(audit.Finding{
		Subject: subject, Anchor: anchor, Location: at, Confidence: audit.Likely,
		Message: fmt.Sprintf("%s is more than needed: %s uses it; take it away, or lower it to read", subject, nobody),
	})
}
