package github

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// foundRepository is what a batch answers of one repository. The commits of c0, c1, ...
// are in Fields.
type foundRepository struct {
	Branch *struct {
		Name   string      `json:"name"`
		Target *gitObject  `json:"target"`
		Self   *comparison `json:"self"`
	} `json:"defaultBranchRef"`
	Tags *foundRefs `json:"tags"`
}

type foundRefs struct {
	Page  pageInfo    `json:"pageInfo"`
	Nodes []*foundRef `json:"nodes"`
}

type foundRef struct {
	Name   string     `json:"name"`
	Target *gitObject `json:"target"`
}

type gitObject struct {
	Kind   string     `json:"__typename"`
	SHA    string     `json:"oid"`
	Target *gitObject `json:"target"` // of a tag object
}

// comparison tells how a commit lies to a ref: BEHIND and IDENTICAL are reached by it.
type comparison struct {
	Status string `json:"status"`
}

func (c *comparison) reached() bool {
	return c != nil && (c.Status == "BEHIND" || c.Status == "IDENTICAL")
}

// batch asks one query about repositories: each is a field r0, r1, ... The answers are
// raw, one for each; nil where the host did not show it.
func (c *collection) batch(ctx context.Context, part []*pinned, ask func(*pinned) string) ([]json.RawMessage, []fieldError, error) {
	var text strings.Builder
	text.WriteString("query Pins{ rateLimit{cost remaining resetAt}\n")
	for i, r := range part {
		fmt.Fprintf(&text, " r%d: repository(owner:%q,name:%q){ %s }\n", i, r.owner, r.name, ask(r))
	}
	text.WriteString("}")
	var seen map[string]json.RawMessage
	refused, err := c.query(ctx, text.String(), nil, &seen)
	if err != nil {
		return nil, nil, err
	}
	answers := make([]json.RawMessage, len(part))
	for i := range part {
		if raw := seen["r"+strconv.Itoa(i)]; len(raw) > 0 && string(raw) != "null" {
			answers[i] = raw
		}
	}
	return answers, refused, nil
}

// refusedOf says whether anything of one repository of a batch was refused.
func refusedOf(refused []fieldError, i int) (fieldError, bool) {
	for _, one := range refused {
		if len(one.Path) > 0 && one.Path[0] == "r"+strconv.Itoa(i) {
			return one, true
		}
	}
	return fieldError{}, false
}

// findPins asks for the commits and the tags of all repositories at once, then for the
// further tags of those that have more than a page.
func (c *collection) findPins(ctx context.Context, all []*pinned) error {
	err := c.inBatches(all, reposAtOnce, func(part []*pinned) error {
		answers, refused, err := c.batch(ctx, part, findFields)
		for i, raw := range answers {
			c.found(part[i], i, raw, refused)
		}
		return err
	})
	if err != nil {
		return err
	}
	for range tagPages - 1 {
		var more []*pinned
		for _, r := range all {
			if r.visible && !r.listed && r.tags != "" {
				more = append(more, r)
			}
		}
		err := c.inBatches(more, reposAtOnce, func(part []*pinned) error {
			answers, _, err := c.batch(ctx, part, func(r *pinned) string { return tagFields(r.tags) })
			for i, raw := range answers {
				var f foundRepository
				if json.Unmarshal(raw, &f) != nil || f.Tags == nil {
					part[i].tags = "" // not asked again; the list stays open
					continue
				}
				part[i].addTags(f.Tags)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, r := range all {
		if r.visible && !r.listed {
			c.notePin(r, r.commits, "the repository has more tags than were read", "a look at the repository of the action")
		}
	}
	return nil
}

func findFields(r *pinned) string {
	var text strings.Builder
	text.WriteString("defaultBranchRef{ name target{ __typename oid } } " + tagFields(""))
	for i, one := range r.commits {
		fmt.Fprintf(&text, " c%d: object(oid:%q){ __typename oid }", i, one.Commit)
	}
	return text.String()
}

// tagFields is a page of tags, the newest first.
func tagFields(after string) string {
	from := ""
	if after != "" {
		from = ",after:" + quoted(after)
	}
	return `tags: refs(refPrefix:"refs/tags/",first:100,orderBy:{field:TAG_COMMIT_DATE,direction:DESC}` + from +
		`){ pageInfo{ hasNextPage endCursor } nodes{ name target{ __typename oid ... on Tag{ target{ __typename oid } } } } }`
}

// quoted writes a string as GraphQL does, which is JSON's way.
func quoted(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		return `""`
	}
	return string(raw)
}

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
