package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// grade says who stands behind a change.
type grade int

const (
	approved   grade = iota // as many others as the policy wants approved what was merged
	late                    // they approved, and commits came after
	unapproved              // fewer did
	direct                  // it came by no pull request
	excused                 // by a bot that the policy trusts, or the first commit of all
	unclear                 // the host did not tell enough
)

// change is one pull request, or one commit that came by none.
type change struct {
	grade  grade
	name   string // #12, or the beginning of a commit id
	path   string // in the host, as changes/12
	reason string // of what is unclear
	unlock string // what would clear it
}

// tally is the sample of a branch, change by change.
type tally struct {
	branch  string
	commits int // of the sample that are judged
	since   time.Time
	changes []change
}

// of are the changes of one grade, in the order of the branch.
func (t *tally) of(g grade) []change {
	var found []change
	for _, c := range t.changes {
		if c.grade == g {
			found = append(found, c)
		}
	}
	return found
}

// share says how many of how many, and from where to where: 3 of 40 changes to main
// (its newest 60 commits, since 2026-06-01).
func (t *tally) share(bad int) string {
	span := fmt.Sprintf("its newest %d commits", t.commits)
	if t.commits == 1 {
		span = "its newest commit"
	}
	if !t.since.IsZero() {
		span += ", since " + t.since.Format(time.DateOnly)
	}
	return fmt.Sprintf("%d of %d changes to %s (%s)", bad, len(t.changes)-len(t.of(excused)), t.branch, span)
}

// maxExamples bounds how many changes a message names.
const maxExamples = 5

func examples(changes []change) string {
	var names []string
	for _, c := range changes[:min(len(changes), maxExamples)] {
		names = append(names, c.name)
	}
	text := strings.Join(names, ", ")
	if more := len(changes) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// count judges the sample. A pull request counts once, however many commits it brought.
func count(host *evidence.Host, s evidence.ReviewSettings) *tally {
	changes := host.Changes
	t := &tally{branch: changes.Branch, since: s.Since}
	counted := make(map[int]bool)
	newest := sampled(changes.Commits, s.Since)
	t.commits = len(newest)
	for i := range newest {
		c := &newest[i]
		if c.Request != nil {
			if counted[c.Request.Number] {
				continue
			}
			counted[c.Request.Number] = true
		}
		first := i == len(changes.Commits)-1 && changes.Whole == evidence.Yes
		one := judge(c, newest, s, first)
		if one.grade == approved && mergedElsewhere(host, c) {
			one.grade, one.reason = unclear, "its merge commit was made outside of the host, and may hold more than was approved"
		}
		t.changes = append(t.changes, one)
	}
	return t
}

// sampled are the commits of the sample that are no older than the day from which on
// changes count. A commit's time is what its committer's clock said; whatever lies
// above a commit that counts is newer than it, whatever it says of itself.
func sampled(commits []evidence.Change, since time.Time) []evidence.Change {
	end := 0
	for i := range commits {
		at := commits[i].At
		if r := commits[i].Request; r != nil && !r.MergedAt.IsZero() {
			at = r.MergedAt
		}
		if !at.Before(since) {
			end = i + 1
		}
	}
	return commits[:end]
}

func judge(c *evidence.Change, sample []evidence.Change, s evidence.ReviewSettings, first bool) change {
	if c.Request != nil {
		return judgeRequest(c, sample, s)
	}
	name, path := c.Commit[:min(len(c.Commit), 9)], "changes/"+c.Commit
	switch c.RequestSeen {
	case evidence.Yes:
		switch {
		case first: // there was nothing to request a change of
			return change{grade: excused, name: name}
		case trustedCommit(c, s.Bots):
			return change{grade: excused, name: name}
		}
		return change{grade: direct, name: name}
	case evidence.No, evidence.Unknown:
		return change{grade: unclear, name: name, path: path, reason: "whether it came by a pull request was not told", unlock: readsReviews}
	}
	return change{grade: unclear, name: name}
}

// readsReviews is what shows how changes came about.
const readsReviews = "pull_requests:read"

// mergedElsewhere tells a merge commit that GitHub did not make: it signs its own. Of the
// commits of a pull request the merge is the newest.
func mergedElsewhere(host *evidence.Host, c *evidence.Change) bool {
	return host.System == "github" && c.Merge && c.ByHost == evidence.No && c.Web == evidence.No && c.Request.Head != "" && c.Commit != c.Request.Head
}

// trustedCommit tells a commit of a bot that the policy trusts. Anybody can write its
// address into a commit, so that the host must have checked the signature.
func trustedCommit(c *evidence.Change, bots []string) bool {
	signed := c.ByHost == evidence.Yes || c.Signed == "VALID"
	return signed && len(c.Authors) == 1 && c.Authors[0].Bot && listed(bots, c.Authors[0].Login)
}

// listed tells whether a list of logins, in which a trailing star takes any rest,
// holds one. Hosts do not tell upper case from lower case.
func listed(logins []string, login string) bool {
	return slices.ContainsFunc(logins, func(pattern string) bool {
		if beginning, any := strings.CutSuffix(pattern, "*"); any {
			return len(login) >= len(beginning) && strings.EqualFold(login[:len(beginning)], beginning)
		}
		return strings.EqualFold(pattern, login)
	})
}
