package pinning

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// actionLocks answers what actions.lock says about a `uses:`.
type actionLocks struct {
	unread  bool                       // there is a lock, and not all of it could be read
	listed  map[string]map[string]bool // by workflow: the actions the lock lists for it
	commits map[string]string          // by action: the commit it stands for
	reached map[string]bool            // folders of actions that a locked workflow reaches by $/
}

func actionLocksOf(seen *evidence.Snapshot) actionLocks {
	locks := actionLocks{listed: make(map[string]map[string]bool), commits: make(map[string]string), reached: make(map[string]bool)}
	locks.unread = slices.ContainsFunc(seen.Gaps, func(gap evidence.Gap) bool { return gap.Kind == evidence.ActionLocks })
	for _, lock := range seen.ActionLocks {
		for _, workflow := range lock.Workflows {
			actions := make(map[string]bool)
			for _, uses := range workflow.Uses {
				actions[lockKey(evidence.SplitUses(uses.Value))] = true
			}
			locks.listed[workflow.Path] = actions
		}
		for _, entry := range lock.Entries {
			locks.commits[lockKey(evidence.SplitUses(entry.Uses))] = entry.Commit
		}
	}
	if len(locks.listed) > 0 {
		locks.reach(seen)
	}
	return locks
}

// lockKey is how the lock names an action: all actions of a repository at one
// ref are one download, and names do not tell upper from lower case.
func lockKey(uses evidence.Uses) string {
	return strings.ToLower(uses.Owner+"/"+uses.Repo) + "@" + uses.Ref
}

// commit is the commit that the lock runs for a `uses:`, "" where it holds none.
// The lock binds the workflows it lists, and what they reach by $/.
func (l actionLocks) commit(call evidence.Call) string {
	uses := evidence.SplitUses(call.Uses.Value)
	switch {
	case uses.Host != "": // an address of another host
		return ""
	case call.Job: // the lock holds actions; a reusable workflow runs at its ref
		return ""
	case call.Action && l.reached[path.Dir(call.Path)], l.listed[call.Path][lockKey(uses)]:
		return l.commits[lockKey(uses)]
	}
	return ""
}

// reach follows $/ from the locked workflows through this repository's actions.
// A ./ path names what the job has checked out, which no lock can hold.
func (l actionLocks) reach(seen *evidence.Snapshot) {
	for again := true; again; {
		again = false
		for call := range seen.Calls() {
			folder, own := strings.CutPrefix(call.Uses.Value, "$/")
			if _, locked := l.listed[call.Path]; !own || !locked && !l.reached[path.Dir(call.Path)] {
				continue // another's action, or called from what the lock does not bind
			}
			if folder = path.Clean(folder); !l.reached[folder] {
				l.reached[folder], again = true, true
			}
		}
	}
}
