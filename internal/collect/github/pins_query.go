package github

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
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
	return c != nil && (strings.EqualFold(c.Status, "BEHIND") || strings.EqualFold(c.Status, "IDENTICAL")) // REST writes it small
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
