package github

import (
	"encoding/json"
	"strconv"

	"github.com/sealvet/sealvet/internal/evidence"
)

// found reads the first answer of a repository.
func (c *collection) found(r *pinned, i int, raw json.RawMessage, refused []fieldError) {
	var f foundRepository
	var fields map[string]json.RawMessage
	if raw == nil || json.Unmarshal(raw, &f) != nil || json.Unmarshal(raw, &fields) != nil {
		reason := "the host does not show the repository to this token"
		if one, is := refusedOf(refused, i); is {
			reason += ": " + one.Message
		}
		c.notePin(r, r.commits, reason, "a token that may read "+r.owner+"/"+r.name)
		return
	}
	r.visible = true
	if f.Branch != nil && f.Branch.Target != nil {
		r.branch, r.tip = f.Branch.Name, f.Branch.Target.SHA
	}
	_, partly := refusedOf(refused, i)
	for j, one := range r.commits {
		var object *gitObject
		said, is := fields["c"+strconv.Itoa(j)]
		switch {
		case !is || json.Unmarshal(said, &object) != nil || object == nil && partly:
			c.notePin(r, []*evidence.PinnedCommit{one}, "the host did not tell whether the commit exists", "a run when the host answers")
		case object == nil || object.Kind != "Commit" && object.Kind != "Tag":
			one.Exists = evidence.No
		default:
			one.Exists = evidence.Yes
		}
		if one.Commit == r.tip && r.tip != "" {
			one.Reachable = evidence.Yes
		}
	}
	if f.Tags != nil {
		r.addTags(f.Tags)
	}
}

// addTags reads a page of tags.
func (r *pinned) addTags(page *foundRefs) {
	whole := true
	for _, tag := range page.Nodes {
		if tag == nil || tag.Target == nil {
			whole = false
			continue // refused by itself
		}
		for _, one := range r.commits {
			if tag.Target.SHA == one.Commit || tag.Target.Target != nil && tag.Target.Target.SHA == one.Commit {
				one.Tags = append(one.Tags, tag.Name)
				one.Exists, one.Reachable = evidence.Yes, evidence.Yes
			}
		}
	}
	switch {
	case !whole:
		r.tags = "" // a list with a hole is never whole
	case page.Page.More:
		r.tags = page.Page.End
	default:
		r.tags, r.listed = "", true
		for _, one := range r.commits {
			one.TagsSeen = evidence.Yes
		}
	}
}
