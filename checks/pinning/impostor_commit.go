package pinning

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed impostor_commit.md
var impostorCommitDoc string

// ImpostorCommit finds pins of commits that are shown under the name of a repository
// and were never part of it.
var ImpostorCommit = &audit.Check{
	ID:       "impostor-commit",
	Title:    "Pinned commit is on no branch or tag of the action it names",
	Family:   audit.Pinning,
	Severity: audit.Critical,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Hosts},
	Doc:      impostorCommitDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.4.2", "SSDF-PW.4.1", "SSDF-PW.4.4", "S2C2F-AUD-3", "CICD-SEC-3", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectImpostorCommit,
}

func inspectImpostorCommit(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	var untold []pinnedCall
	for call := range pinnedCalls(seen, host) {
		if call.told == nil {
			untold = append(untold, call)
			continue
		}
		judgeCommit(record, host, call)
	}
	doubtUntold(record, host, untold)
}

func judgeCommit(record *audit.Record, host *evidence.Host, call pinnedCall) {
	repository := call.uses.Owner + "/" + call.uses.Repo
	f := audit.Finding{Subject: call.Uses.Value, Thing: call.uses.Name(), Anchor: call.Anchor, Location: call.Uses.At}
	if call.told.Exists == evidence.No {
		f.Severity = audit.Medium
		f.Message = fmt.Sprintf("%s names a commit that %s does not have, so that nothing can run and nobody can tell what was meant; pin a commit of a release", f.Subject, repository)
		record.Defect(f)
		return
	}
	switch call.told.Reachable {
	case evidence.Yes:
		record.Pass(f.Subject, f.Location)
	case evidence.Unknown:
		why := whyPin(host, call)
		record.Doubt(audit.Doubt{Subject: f.Subject, Location: f.Location, Reason: why.Reason, Unlock: why.Unlock})
	case evidence.No:
		f.Message = fmt.Sprintf("%s names a commit that is on no branch or tag of %s, as anybody can make one in a fork; pin a commit of a release, and find out who proposed this one", f.Subject, repository)
		record.Defect(f)
	}
}
