package pinning

import (
	"fmt"
	"iter"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// pinnedCall is one use of an action or reusable workflow by a full SHA, and what
// the host says of that commit; Told is nil where it said nothing.
type pinnedCall struct {
	evidence.Call
	uses evidence.Uses
	told *evidence.PinnedCommit
}

// pinnedCalls yields those of the default host, once a place.
func pinnedCalls(seen *evidence.Snapshot, host *evidence.Host) iter.Seq[pinnedCall] {
	type key struct{ repository, commit string }
	told := make(map[key]*evidence.PinnedCommit)
	for i := range host.Pins {
		pin := &host.Pins[i]
		told[key{strings.ToLower(pin.Repository), strings.ToLower(pin.Commit)}] = pin
	}
	return func(yield func(pinnedCall) bool) {
		for call := range seen.Calls() {
			uses := evidence.SplitUses(call.Uses.Value)
			if uses.Kind != evidence.UsesRemote || uses.Host != "" || !uses.FullSHA() {
				continue // of another host, or of no commit: unpinned-action looks at it
			}
			k := key{strings.ToLower(uses.Owner + "/" + uses.Repo), strings.ToLower(uses.Ref)}
			if !yield(pinnedCall{Call: call, uses: uses, told: told[k]}) {
				return
			}
		}
	}
}

// doubtUntold notes the calls of which the host said nothing, all at once: they
// have one reason.
func doubtUntold(record *audit.Record, host *evidence.Host, calls []pinnedCall) {
	if len(calls) == 0 {
		return
	}
	why := host.Why("pins")
	if missing := host.Missing("pins"); len(missing) > 0 {
		why = missing[0]
	}
	subject := calls[0].Uses.Value
	if n := len(calls) - 1; n > 0 {
		subject = fmt.Sprintf("%s and %d more", subject, n)
	}
	record.Doubt(audit.Doubt{Subject: subject, Location: calls[0].Uses.At, Reason: why.Reason, Unlock: why.Unlock})
}

// whyPin tells why one field of what is known of a commit is not: an entry that names
// the commit, else its repository, else what holds for all.
func whyPin(host *evidence.Host, call pinnedCall) evidence.Unseen {
	repository := "pins/" + call.told.Repository
	for _, what := range []string{repository + "@" + call.told.Commit, repository + "/" + call.told.Commit, repository} {
		if missing := host.Missing(what); len(missing) > 0 {
			return missing[0]
		}
	}
	return host.Why("pins")
}
