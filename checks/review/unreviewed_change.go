package review

import (
	"cmp"
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed unreviewed_change.md
var unreviewedChangeDoc string

// UnreviewedChange finds pull requests that were merged without the approval of an
// independent person at their final head.
var UnreviewedChange = &audit.Check{
	ID:       "unreviewed-change",
	Title:    "Changes were merged that nobody else approved",
	Family:   audit.Review,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      unreviewedChangeDoc,
	Controls: []string{"OSPS-QA-07.01", "SLSA-SOURCE-L4", "CIS-SSC-1.1.3", "SSDF-PW.7.2", "CICD-SEC-1"},
	Inspect:  inspectUnreviewedChange,
}

func inspectUnreviewedChange(seen *evidence.Snapshot, record *audit.Record) {
	host, t := sampleOf(seen, record)
	if t == nil {
		return
	}
	subject := audit.OfBranch(t.branch)
	if bad := t.of(unapproved); len(bad) > 0 {
		record.Defect(second(seen, host, audit.Finding{
			Subject: subject, Thing: subject + " unapproved", Anchor: "host/changes/" + t.branch,
			Message: fmt.Sprintf("%s were merged without %s by somebody who had no hand in them: %s; ask for approvals in the rules of the branch, and set review.since to the day from which they hold",
				t.share(len(bad)), wantedApprovals(seen), examples(bad)),
		}))
	}
	if bad := t.of(late); len(bad) > 0 {
		record.Defect(second(seen, host, audit.Finding{
			Subject: subject, Thing: subject + " late", Anchor: "host/changes/" + t.branch, Severity: audit.Medium,
			Message: fmt.Sprintf("%s were approved before their last commits, so that nobody else approved what was merged: %s; let new commits void approvals, and set review.since to the day from which they do",
				t.share(len(bad)), examples(bad)),
		}))
	}
	unclearChanges(host, record, t)
	if good := t.of(approved); len(good) > 0 && len(good)+len(t.of(excused))+len(t.of(direct)) == len(t.changes) {
		record.Pass(subject, evidence.Location{})
	}
}

func wantedApprovals(seen *evidence.Snapshot) string {
	if n := seen.Settings.Review.Wanted(); n > 1 {
		return fmt.Sprintf("%d approvals", n)
	}
	return "an approval"
}

// sampleOf is the judged sample of the default branch, or nil where the host told of none.
func sampleOf(seen *evidence.Snapshot, record *audit.Record) (*evidence.Host, *tally) {
	host := seen.Host()
	if host == nil {
		return nil, nil
	}
	for _, u := range host.Unseen {
		if u.What == "changes" {
			record.Unseen("changes", u)
		}
	}
	if host.Changes == nil {
		if why := host.Why("changes"); why.Reason == "the host did not say" {
			record.Unseen("changes", why)
		}
		return host, nil
	}
	return host, count(host, seen.Settings.Review)
}

// refusedPart says why the host did not tell of a change, and what would unlock that.
func refusedPart(host *evidence.Host, c change) (reason, unlock string) {
	if host.System == "gitlab" {
		c.unlock = "" // there roles unlock, and what it refused names them
	}
	if len(host.Missing(c.path)) == 0 {
		return c.reason, c.unlock
	}
	why := host.Why(c.path)
	return c.reason + ": " + why.Reason, cmp.Or(why.Unlock, c.unlock)
}

// unclearChanges notes one doubt for each reason.
func unclearChanges(host *evidence.Host, record *audit.Record, t *tally) {
	of := make(map[string][]change)
	var reasons []string
	for _, c := range t.of(unclear) {
		if c.unlock != "" {
			c.reason, c.unlock = refusedPart(host, c)
		}
		if of[c.reason] == nil {
			reasons = append(reasons, c.reason)
		}
		of[c.reason] = append(of[c.reason], c)
	}
	for _, reason := range reasons {
		record.Doubt(audit.Doubt{
			Subject: audit.OfBranch(t.branch),
			Reason:  fmt.Sprintf("%d of %d changes could not be judged (%s), because %s", len(of[reason]), len(t.changes), examples(of[reason]), reason),
			Unlock:  of[reason][0].unlock,
		})
	}
}
