package pinning

import (
	_ "embed"
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed action_outside_lock.md
var actionOutsideLockDoc string

// ActionOutsideLock finds what a repository that locks its actions leaves out
// of the lock.
var ActionOutsideLock = &audit.Check{
	ID:       "action-outside-lock",
	Title:    "Action is missing from actions.lock or disagrees with it",
	Family:   audit.Pinning,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.ActionLocks},
	Doc:      actionOutsideLockDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.4.2", "SSDF-PW.4.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectActionOutsideLock,
}

func inspectActionOutsideLock(seen *evidence.Snapshot, record *audit.Record) {
	if len(seen.ActionLocks) == 0 {
		return // nothing is locked: unpinned-action judges the refs themselves
	}
	locks := actionLocksOf(seen)
	outside := make(map[string][]evidence.Call)
	for call := range seen.Calls() {
		uses := evidence.SplitUses(call.Uses.Value)
		if uses.Kind != evidence.UsesRemote || uses.Host != "" || call.Job {
			continue // nothing that the lock is meant to hold for this repository
		}
		if call.Action && !locks.reached[path.Dir(call.Path)] {
			continue // an action for others, whose own locks hold what it uses
		}
		if _, listed := locks.listed[call.Path]; !listed && !call.Action {
			outside[call.Path] = append(outside[call.Path], call)
			continue
		}
		inspectLocked(locks, call, uses, record)
	}
	for _, workflow := range seen.Workflows {
		if calls := outside[workflow.Path]; len(calls) > 0 {
			record.Defect(audit.Finding{
				Subject:  workflow.Path,
				Location: calls[0].Uses.At,
				Message:  fmt.Sprintf("%s is not in actions.lock, so none of the actions it uses (%d) is locked; run gh actions-lock and commit the result", workflow.Path, len(calls)),
			})
		}
	}
	inspectNested(seen, locks, record)
}

// inspectLocked judges one action of a workflow that the lock binds.
func inspectLocked(locks actionLocks, call evidence.Call, uses evidence.Uses, record *audit.Record) {
	finding := audit.Finding{Subject: call.Uses.Value, Thing: uses.Name(), Anchor: call.Anchor, Location: call.Uses.At}
	switch commit := locks.commit(call); {
	case commit == "":
		finding.Message = fmt.Sprintf("%s is not in actions.lock, so the host refuses to run it or runs what its ref names today; run gh actions-lock and commit the result", call.Uses.Value)
	case uses.FullSHA() && !strings.EqualFold(uses.Ref, commit):
		finding.Message = fmt.Sprintf("%s is another commit than the %s that actions.lock holds for it; find out which one was meant and run gh actions-lock", call.Uses.Value, commit)
	default:
		record.Pass(call.Uses.Value, call.Uses.At)
		return
	}
	record.Defect(finding)
}

// inspectNested judges what locked actions use themselves.
func inspectNested(seen *evidence.Snapshot, locks actionLocks, record *audit.Record) {
	for _, lock := range seen.ActionLocks {
		for _, entry := range lock.Entries {
			for _, nested := range entry.Nested {
				uses := evidence.SplitUses(nested.Value)
				if locks.commits[lockKey(uses)] != "" {
					continue // held like any other
				}
				record.Defect(audit.Finding{
					Subject:  nested.Value,
					Thing:    uses.Name(),
					Anchor:   "dependencies/" + entry.Uses,
					Location: nested.At,
					Message:  fmt.Sprintf("%s is used by %s and has no commit in actions.lock; run gh actions-lock and commit the result", nested.Value, entry.Uses),
				})
			}
		}
	}
}
