package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// inlineWaivers turns the complete ignores of a tree into waivers. Incomplete
// ones forgive nothing; own reports them.
func inlineWaivers(ignores []evidence.Ignore, policy *Policy, now time.Time) []Waiver {
	var waivers []Waiver
	for _, ignore := range ignores {
		if incomplete(ignore, policy, now) != "" {
			continue
		}
		until, _ := time.Parse(time.DateOnly, ignore.Until)
		for _, check := range ignore.Checks {
			waivers = append(waivers, Waiver{
				Check: check, Path: ignore.At.Path, Reason: ignore.Reason, Owner: ignore.Owner,
				Until: until, At: ignore.At, Inline: true, line: ignore.Line,
			})
		}
	}
	return waivers
}

// incomplete says what keeps an inline waiver from holding, or "".
func incomplete(ignore evidence.Ignore, policy *Policy, now time.Time) string {
	var missing []string
	for _, need := range []struct{ name, value string }{
		{"owner=", ignore.Owner}, {"until=", ignore.Until}, {"a reason", ignore.Reason},
	} {
		if need.value == "" {
			missing = append(missing, need.name)
		}
	}
	if len(missing) > 0 {
		return "it has no " + strings.Join(missing, ", no ")
	}
	if _, err := lastDay(ignore.Until, now, policy.MaxWaiverDays); err != nil {
		return err.Error()
	}
	return ""
}

// own answers the checks that look at the policy itself. They stand last in the
// register, because they speak of what the others used.
func (j *judge) own(check *audit.Check, seen *evidence.Snapshot) audit.Result {
	inspect := map[string]func(*evidence.Snapshot, *audit.Record){
		"expired-waiver":       j.expiredWaivers,
		"unused-waiver":        j.unusedWaivers,
		"stale-baseline-entry": j.staleEntries,
		"refused-loosening":    j.refusedLoosening,
	}[check.ID]
	answered := *check
	answered.Inspect = inspect
	result := audit.Run([]*audit.Check{&answered}, seen)[0]
	result.Check = check
	return result
}

func (j *judge) expiredWaivers(_ *evidence.Snapshot, record *audit.Record) {
	for _, w := range j.waivers {
		if !w.expired(j.now) {
			record.Pass(w.subject(), w.At)
			continue
		}
		record.Defect(w.finding(fmt.Sprintf(
			"the waiver of %s by %s ended on %s; mend what it forgives, or have it renewed", w.Check, w.Owner, w.Until.Format(time.DateOnly))))
	}
}

// unusedWaivers finds waivers that forgave nothing, where their check did look:
// a check that could not be assessed says nothing about its waivers.
func (j *judge) unusedWaivers(seen *evidence.Snapshot, record *audit.Record) {
	for _, w := range j.waivers {
		if w.Foreign {
			continue // it is written for many repositories, and some of them need it
		}
		switch outcome := j.outcome[w.Check]; {
		case j.used[w.key()]:
			record.Pass(w.subject(), w.At)
		case w.expired(j.now):
			// expired-waiver speaks of it; one finding is enough
		case outcome == audit.NotAssessed:
			record.Doubt(audit.Doubt{Subject: w.subject(), Location: w.At, Reason: w.Check + " could not be assessed, so nobody can tell whether its waiver is needed"})
		case outcome == "":
			record.Defect(w.finding(fmt.Sprintf("the waiver names %s, which is no check; remove it", w.Check)))
		default:
			record.Defect(w.finding(fmt.Sprintf("the waiver of %s forgives nothing any more; remove it", w.Check)))
		}
	}
	for _, ignore := range seen.Ignores {
		why := incomplete(ignore, j.policy, j.now)
		if why == "" {
			continue // a waiver like the others, judged above
		}
		ids := strings.Join(ignore.Checks, ", ")
		record.Defect(audit.Finding{
			Subject: ids, Location: ignore.At,
			Message: fmt.Sprintf("the inline waiver of %s forgives nothing: %s; write owner=, until=YYYY-MM-DD and a reason", ids, why),
		})
	}
}

func (j *judge) staleEntries(_ *evidence.Snapshot, record *audit.Record) {
	if j.known == nil {
		return
	}
	for _, entry := range j.known.entries {
		at := evidence.Location{Path: j.known.Path}
		if j.known.met[entry.Fingerprint] {
			record.Pass(entry.Subject, at)
			continue
		}
		record.Defect(audit.Finding{
			Subject: entry.Subject, Thing: entry.Fingerprint, Location: at,
			Message: fmt.Sprintf("the baseline still lists %s of %s in %s, which is gone; write the baseline again so that it shrinks", entry.Check, entry.Subject, entry.Path),
		})
	}
}

func (w Waiver) subject() string { return strings.TrimSpace(w.Check + " " + w.Subject) }

func (w Waiver) finding(message string) audit.Finding {
	f := audit.Finding{Subject: w.subject(), Anchor: w.Path, Location: w.At, Message: message}
	if w.Foreign {
		f.Location, f.Message = evidence.Location{}, message+" (it stands in "+w.At.String()+")"
	}
	return f
}

// refuseInline takes out the inline waivers that the policies above do not allow, and
// says so.
func (j *judge) refuseInline() (refused []Refusal) {
	j.waivers = slices.DeleteFunc(j.waivers, func(w Waiver) bool {
		over, yes := j.policy.waivable(w.Check)
		if !w.Inline || yes {
			return false
		}
		refused = append(refused, Refusal{Key: "ignore[" + w.Check + "]", Says: "the inline waiver of " + w.Check, Over: over.name(), At: w.At})
		return true
	})
	return refused
}

func (j *judge) refusedLoosening(_ *evidence.Snapshot, record *audit.Record) {
	for _, r := range j.refused {
		f := audit.Finding{Subject: r.Key, Thing: r.Key, Location: r.At, Message: r.Message()}
		if r.Foreign {
			f.Location, f.Message = evidence.Location{}, f.Message+" (it stands in "+r.At.String()+")"
		}
		record.Defect(f)
	}
}
