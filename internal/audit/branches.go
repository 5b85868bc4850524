package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// EachBranch hands over the branches that the code host told of. One that the policy
// names and the host does not is a doubt, and so is a host that tells of none.
// Without a host it does nothing: the gap says why.
func EachBranch(seen *evidence.Snapshot, record *Record, judge func(*evidence.Host, *evidence.Branch)) {
	host := seen.Host()
	if host == nil {
		return
	}
	for i := range host.Branches {
		judge(host, &host.Branches[i])
	}
	if len(host.Branches) == 0 {
		record.Unseen("branches", host.Why("branches"))
		return
	}
	for _, name := range seen.Settings.Branches.Release {
		told := slices.ContainsFunc(host.Branches, func(b evidence.Branch) bool { return b.Name == name })
		if !told && !strings.ContainsAny(name, `*?[{\`) {
			record.Unseen(OfBranch(name), host.Why("branches/"+name))
		}
	}
}

// OfBranch is the subject of a finding about the settings of a branch.
func OfBranch(name string) string { return "branch " + name }

// BranchDefect is a finding about a setting of a branch: what is wrong, and what to do
// on its settings page.
func BranchDefect(b *evidence.Branch, wrong, remedy string) Finding {
	return Finding{
		Subject: OfBranch(b.Name), Anchor: "host/branches/" + b.Name,
		Message: fmt.Sprintf("branch %s %s; %s%s", b.Name, wrong, remedy, settingsPage(b.Link)),
	}
}

// settingsPage says where the setting is, if that is known.
func settingsPage(link string) string {
	if link == "" {
		return ""
	}
	return " (" + link + ")"
}
