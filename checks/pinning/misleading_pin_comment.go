package pinning

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed misleading_pin_comment.md
var misleadingPinCommentDoc string

// MisleadingPinComment finds pins whose comment names a version that they are not.
var MisleadingPinComment = &audit.Check{
	ID:       "misleading-pin-comment",
	Title:    "Comment beside a pin names a version that the commit is not",
	Family:   audit.Pinning,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Hosts},
	Doc:      misleadingPinCommentDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.4.2", "SSDF-PW.4.1", "S2C2F-UPD-2", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectMisleadingPinComment,
}

func inspectMisleadingPinComment(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	var untold []pinnedCall
	for call := range pinnedCalls(seen, host) {
		claimed, claims := readClaim(call.Comment)
		switch {
		case !claims: // the comment names no version
		case call.told == nil:
			untold = append(untold, call)
		default:
			judgeClaim(record, host, call, claimed)
		}
	}
	doubtUntold(record, host, untold)
}

func judgeClaim(record *audit.Record, host *evidence.Host, call pinnedCall, claimed claim) {
	subject, at, tags := call.Uses.Value, call.Uses.At, call.told.Tags
	if claimed.heldBy(tags) {
		record.Pass(subject, at)
		return
	}
	if call.told.TagsSeen != evidence.Yes { // it may have that one too
		why := whyPin(host, call)
		record.Doubt(audit.Doubt{Subject: subject, Location: at, Reason: why.Reason, Unlock: why.Unlock})
		return
	}
	f := audit.Finding{Subject: subject, Thing: call.uses.Name(), Anchor: call.Anchor, Location: at}
	switch {
	case len(tags) > 0:
		f.Message = fmt.Sprintf("%s is %s and not %s, as its comment says; pin the commit of the version that is meant, or mend the comment", subject, strings.Join(tags[:min(len(tags), 3)], ", "), claimed.tag)
	case !claimed.whole():
		record.Doubt(audit.Doubt{Subject: subject, Location: at, Reason: fmt.Sprintf("it bears no tag today, and %s of the comment may have moved on since", claimed.tag), Unlock: "name the whole version in the comment"})
		return
	default:
		f.Message = fmt.Sprintf("%s bears no tag, and not %s, as its comment says; pin the commit of the version that is meant, or mend the comment", subject, claimed.tag)
	}
	record.Defect(f)
}
