package review

import (
	"cmp"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// alone tells whether one person made and merged every change of the sample, and nobody
// reviewed any: somebody who could not be asked for a second pair of eyes.
func alone(host *evidence.Host) bool {
	if host.Changes == nil {
		return false
	}
	people := make(map[string]bool)
	note := func(p evidence.Person) {
		name := strings.ToLower(cmp.Or(loginOf(p, host.Changes.Commits), p.Email))
		if name != "" && name != "web-flow" && !isRobot(p) && !ofHost(p.Email) {
			people[name] = true
		}
	}
	for i := range host.Changes.Commits {
		c := &host.Changes.Commits[i]
		for _, p := range c.Authors {
			note(p)
		}
		if c.Request != nil {
			note(c.Request.Author)
			note(c.Request.MergedBy)
			for _, review := range c.Request.Reviews {
				note(review.By)
			}
		}
	}
	return len(people) == 1
}

// second grades what takes a second person. Where the policy says that there is none, it
// stays in sight as a note; where it looks so, the message says what to do about it.
func second(seen *evidence.Snapshot, host *evidence.Host, f audit.Finding) audit.Finding {
	switch {
	case seen.Settings.Review.Solo:
		f.Severity = audit.Note
		f.Message += "; it is a note because the policy says that one person maintains the repository (review.solo), whose account is then all that protects it"
	case alone(host):
		f.Message += "; one person made every change of the sample: find a second one, or say review.solo: true in the policy, which keeps this in sight as a note"
	}
	return f
}
