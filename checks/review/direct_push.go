package review

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed direct_push.md
var directPushDoc string

// DirectPush finds commits that reached the branch by no pull request.
var DirectPush = &audit.Check{
	ID:       "direct-push",
	Title:    "Commits reached a branch by no pull request",
	Family:   audit.Review,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      directPushDoc,
	Controls: []string{"OSPS-AC-03.01", "SLSA-SOURCE-L3", "CIS-SSC-1.1.3", "SSDF-PW.7.1", "CICD-SEC-1"},
	Inspect:  inspectDirectPush,
}

func inspectDirectPush(seen *evidence.Snapshot, record *audit.Record) {
	host, t := sampleOf(seen, record)
	if t == nil {
		return
	}
	subject := audit.OfBranch(t.branch)
	if bad := t.of(direct); len(bad) > 0 {
		f := audit.Finding{
			Subject: subject, Anchor: "host/changes/" + t.branch,
			Message: fmt.Sprintf("%s came by no pull request: %s; ask for pull requests in the rules of the branch, and set review.since to the day from which they hold",
				t.share(len(bad)), examples(bad)),
		}
		if seen.Settings.Review.Solo {
			f.Severity = audit.Low // one person can open a pull request, and let the checks run before they merge it
		} else {
			f = second(seen, host, f)
		}
		record.Defect(f)
	}
	open := 0
	for _, c := range t.of(unclear) {
		if c.name[0] != '#' {
			open++
		}
	}
	if open > 0 {
		unclearChanges(host, record, t)
	}
	if asked := len(t.changes) - len(t.of(excused)); asked > 0 && open+len(t.of(direct)) == 0 {
		record.Pass(subject, evidence.Location{})
	}
}
