package branches

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed mutable_release_tags.md
var mutableReleaseTagsDoc string

// MutableReleaseTags finds repositories where a tag of a release can be moved or deleted.
var MutableReleaseTags = &audit.Check{
	ID:       "mutable-release-tags",
	Title:    "Tag of a release can be moved to other code",
	Family:   audit.Branches,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      mutableReleaseTagsDoc,
	Controls: []string{"SLSA-SOURCE-L2", "OSPS-BR-02.01", "CIS-SSC-1.1.16", "SSDF-PS.1.1", "CICD-SEC-1"},
	Inspect:  inspectMutableReleaseTags,
}

const tagSubject = "release tags"

func inspectMutableReleaseTags(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return
	}
	tags := releaseTags(seen)
	guards := guardsTags(host, tags)
	moved, deleted := "", ""
	for _, tag := range tags {
		if moved == "" && !forbids(host, guards, "update", tag) {
			moved = tag
		}
		if deleted == "" && !forbids(host, guards, "deletion", tag) {
			deleted = tag
		}
	}
	if moved == "" && deleted == "" {
		record.Pass(tagSubject, evidence.Location{})
		return
	}
	if why, refused := unseen(host, "rulesets"); refused {
		record.Unseen(tagSubject, why)
		return
	}
	for i := range host.Rulesets {
		if r := &host.Rulesets[i]; r.Target == "tag" && r.Enforcement == "active" {
			if why, refused := unseen(host, "rulesets/"+r.ID, "rulesets/"+r.ID+"/rules", "rulesets/"+r.ID+"/include"); refused {
				record.Unseen(tagSubject, why) // it may hold the rule that is missed
				return
			}
		}
	}
	switch immutable(seen, host) {
	case evidence.Yes:
		record.Pass(tagSubject, evidence.Location{}) // the tag of a release is locked with it
	case evidence.No:
		record.Defect(mutableTag(host, guards, moved, deleted))
	case evidence.Unknown:
		why := host.Why("security/immutableRelease")
		why.Reason = "no ruleset locks the tags of releases, and whether releases are immutable was not told: " + why.Reason
		record.Unseen(tagSubject, why)
	}
}

// immutable tells whether releases lock their tags: by the setting, or else by the
// newest release, which says it to everybody.
func immutable(seen *evidence.Snapshot, host *evidence.Host) evidence.Answer {
	if host.Security.ImmutableRelease != evidence.Unknown {
		return host.Security.ImmutableRelease
	}
	if host.Organisation != nil && host.Organisation.ImmutableReleases == evidence.Yes {
		return evidence.Yes
	}
	for _, r := range seen.Releases {
		if !r.Draft && r.Rank == 0 && r.Immutable != evidence.Unknown {
			return r.Immutable
		}
	}
	return evidence.Unknown
}

func mutableTag(host *evidence.Host, guards []*evidence.Ruleset, moved, deleted string) audit.Finding {
	what, tag := "moved to another commit or deleted", moved
	switch {
	case moved == "":
		what, tag = "deleted, and made anew at another commit", deleted
	case deleted == "":
		what = "moved to another commit"
	}
	reason := "no active tag ruleset covers it"
	if len(guards) > 0 {
		reason = "no active tag ruleset that covers it restricts that"
	}
	remedy := "restrict updates and deletions of release tags, or turn on immutable releases"
	if host.System == "gitlab" {
		reason, remedy = "nothing protects it", "protect the tags of releases, and let a push rule deny their deletion"
	}
	return audit.Finding{
		Subject: tagSubject, Anchor: "host/rulesets",
		Message: fmt.Sprintf("a release tag like %s can be %s, for %s; %s", tag, what, reason, remedy),
	}
}
