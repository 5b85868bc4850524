package provenance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// SourceLevel is the level of SLSA's Source track (v1.2) that today's settings of the
// default branch are consistent with: 1 version controlled, 2 its history is kept, 3 its
// rules hold for everybody, 4 two persons stand behind each change. It is no proof of a
// level: that takes attestations of each revision, and settings that held all the time.
type SourceLevel struct {
	// Level is the highest one that nothing speaks against, 0 where the host said nothing.
	Level int
	// Why says what the next level lacks, as the end of a sentence; empty at 4, or where
	// only what is unknown stands in its way.
	Why string
	// Unknown are what was not told and decides about the next level: paths in the host.
	Unknown []string
}

// String is the only wording that reports may use.
func (l SourceLevel) String() string {
	if l.Level == 0 {
		return "the controls of the source are not known"
	}
	text := fmt.Sprintf("controls consistent with Source L%d today", l.Level)
	switch {
	case l.Why != "":
		text += "; for the next level, " + l.Why
	case len(l.Unknown) > 0:
		text += "; the next level depends on what was not told: " + strings.Join(l.Unknown, ", ")
	}
	return text
}

// control is one thing that a level asks of the host.
type control struct {
	level  int
	answer evidence.Answer
	lacks  string // where the answer is no
	path   string // where it is unknown
}

// SourceLevelOf judges the default branch. A level counts where all its controls and those
// below are known to be there.
func SourceLevelOf(host *evidence.Host) SourceLevel {
	if host == nil {
		return SourceLevel{Unknown: []string{"host"}}
	}
	at := slices.IndexFunc(host.Branches, func(b evidence.Branch) bool { return b.Name == host.DefaultBranch || b.Role == "default" })
	if at < 0 {
		return SourceLevel{Level: 1, Unknown: []string{"branches"}} // a repository it is
	}
	controls := sourceControls(&host.Branches[at])
	for level := 2; level <= 4; level++ {
		var lacks, unknown []string
		for _, c := range controls {
			if c.level != level {
				continue
			}
			switch c.answer {
			case evidence.Yes:
			case evidence.No:
				lacks = append(lacks, c.lacks)
			case evidence.Unknown:
				unknown = append(unknown, c.path)
			}
		}
		if len(lacks)+len(unknown) > 0 {
			return SourceLevel{Level: level - 1, Why: strings.Join(lacks, ", "), Unknown: unknown}
		}
	}
	return SourceLevel{Level: 4}
}

func sourceControls(b *evidence.Branch) []control {
	path := func(field string) string { return "branches/" + b.Name + "/" + field }
	return []control{
		{2, b.ForcePushBlocked, "force pushes must be blocked", path("forcePushBlocked")},
		{2, b.DeletionBlocked, "the deletion of the branch must be restricted", path("deletionBlocked")},
		{3, b.PullRequest, "changes must come by pull requests", path("pullRequest")},
		{3, b.StatusChecks, "checks must be required", path("statusChecks")},
		{3, bound(b), "nobody may go past the rules", path("bypass")},
		{4, twoPersons(b), "the approval of a second person must be required", path("approvals")},
		{4, freshApprovals(b), "it must be of what is merged", path("lastPush")},
	}
}

// bound tells whether the rules hold for everybody.
func bound(b *evidence.Branch) evidence.Answer {
	if len(b.Bypass) > 0 {
		return evidence.No
	}
	if b.BypassSeen == evidence.Yes {
		return evidence.Yes
	}
	return evidence.Unknown
}

func twoPersons(b *evidence.Branch) evidence.Answer {
	if b.Approvals == nil {
		return evidence.Unknown
	}
	return evidence.Known(*b.Approvals > 0)
}

// freshApprovals tells whether somebody else than who pushed last approved what is merged:
// the rule on the last push says so, and with several approvals none may be stale.
func freshApprovals(b *evidence.Branch) evidence.Answer {
	several := b.Approvals != nil && *b.Approvals > 1
	switch {
	case b.LastPush == evidence.No, several && b.DismissStale == evidence.No:
		return evidence.No
	case b.LastPush == evidence.Unknown, several && b.DismissStale == evidence.Unknown:
		return evidence.Unknown
	}
	return evidence.Yes
}
