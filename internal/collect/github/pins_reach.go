package github

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	// refsAtOnce is how many branches and how many tags are compared in one query; each comparison takes the host some time.
	refsAtOnce = 25
	// reachPages bounds the queries for one repository: 300 branches and 300 tags.
	reachPages = 12
	// reachedAtOnce is how many repositories are compared in one query.
	reachedAtOnce = 4
)

// reachDefault compares with the default branch what no tag points to. That settles
// nearly all of it.
func (c *collection) reachDefault(ctx context.Context, all []*pinned) error {
	var open []*pinned
	for _, r := range unsettled(all) {
		if r.tip != "" {
			open = append(open, r)
		}
	}
	return c.inBatches(open, reposAtOnce, func(part []*pinned) error {
		answers, _, err := c.batch(ctx, part, func(r *pinned) string {
			return "defaultBranchRef{ name " + compareFields(r.unreached()) + " }"
		})
		for i, raw := range answers {
			var f struct {
				Branch map[string]json.RawMessage `json:"defaultBranchRef"`
			}
			if json.Unmarshal(raw, &f) != nil {
				continue // the next step says so
			}
			part[i].reach(f.Branch, part[i].unreached())
		}
		return err
	})
}

// compareFields compares a ref with commits: c0, c1, ...
func compareFields(commits []*evidence.PinnedCommit) string {
	var text strings.Builder
	for i, one := range commits {
		fmt.Fprintf(&text, " c%d: compare(headRef:%q){ status }", i, one.Commit)
	}
	return text.String()
}

// reach reads the comparisons of one ref.
func (r *pinned) reach(fields map[string]json.RawMessage, commits []*evidence.PinnedCommit) {
	for i, one := range commits {
		var told *comparison
		if json.Unmarshal(fields["c"+strconv.Itoa(i)], &told) == nil && told.reached() {
			one.Reachable = evidence.Yes
		}
	}
}

// comparedRefs are refs with their comparisons.
type comparedRefs struct {
	Page  pageInfo                     `json:"pageInfo"`
	Nodes []map[string]json.RawMessage `json:"nodes"`
}

// reaching is how far the refs of a repository were compared.
type reaching struct {
	*pinned
	commits        []*evidence.PinnedCommit // that were open at the start
	branches, tags string                   // cursors
	branchesDone   bool
	tagsDone       bool
	holes          bool     // something was not told
	refused        bool     // comparisons were, and nothing else
	proved         bool     // the host does compare refs with commits here
	tips           []string // commits of all refs
}

// reachAny compares with every branch and tag what is still open. Only if all of them
// were compared, and none leads to a commit, is it one that only a fork has.
func (c *collection) reachAny(ctx context.Context, all []*pinned) error {
	states := make(map[*pinned]*reaching)
	for _, r := range unsettled(all) {
		states[r] = &reaching{pinned: r, commits: r.unreached()}
	}
	for range reachPages {
		var open []*pinned
		for _, r := range all {
			s := states[r]
			if s != nil && len(r.unreached()) > 0 && !s.holes && !(s.branchesDone && s.tagsDone) {
				open = append(open, r)
			}
		}
		err := c.inBatches(open, reachedAtOnce, func(part []*pinned) error {
			answers, refused, err := c.batch(ctx, part, func(r *pinned) string { return states[r].fields() })
			for i, raw := range answers {
				states[part[i]].read(raw, refused, i)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, r := range all {
		if s := states[r]; s != nil {
			if err := c.compareByREST(ctx, s); err != nil {
				return err
			}
			c.conclude(s)
		}
	}
	return nil
}

// fields asks for the next page of what is open. The default branch compared with its
// own tip shows that the host compares at all.
func (s *reaching) fields() string {
	var text strings.Builder
	if s.tip != "" {
		fmt.Fprintf(&text, "defaultBranchRef{ name self: compare(headRef:%q){ status } }", s.tip)
	}
	page := func(name, prefix, after string, done bool) {
		if done {
			return
		}
		from := ""
		if after != "" {
			from = ",after:" + quoted(after)
		}
		fmt.Fprintf(&text, " %s: refs(refPrefix:%q,first:%d%s){ pageInfo{ hasNextPage endCursor } nodes{ target{ __typename oid ... on Tag{ target{ oid } } } %s } }", name, prefix, refsAtOnce, from, compareFields(s.commits))
	}
	page("branches", "refs/heads/", s.branches, s.branchesDone)
	page("tags", "refs/tags/", s.tags, s.tagsDone)
	return text.String()
}

// read takes a page. A comparison that cannot be made, as with a history that has no
// commit in common, does not lead to the commit; one that was refused is left to REST.
func (s *reaching) read(raw json.RawMessage, refused []fieldError, i int) {
	var f struct {
		foundRepository
		Branches *comparedRefs `json:"branches"`
		Compared *comparedRefs `json:"tags"`
	}
	if raw == nil || json.Unmarshal(raw, &f) != nil {
		s.holes = true
		return
	}
	for _, one := range refused {
		if len(one.Path) == 0 || one.Path[0] != "r"+strconv.Itoa(i) {
			continue // of another repository
		}
		if strings.HasPrefix(one.Path[len(one.Path)-1], "c") {
			s.refused = true
		} else {
			s.holes = true
		}
	}
	if f.Branch != nil && f.Branch.Self.reached() {
		s.proved = true
	}
	s.branches, s.branchesDone = s.page(f.Branches, s.branchesDone)
	s.tags, s.tagsDone = s.page(f.Compared, s.tagsDone)
}

func (s *reaching) page(refs *comparedRefs, done bool) (after string, now bool) {
	switch {
	case done:
		return "", true
	case refs == nil:
		s.holes = true
		return "", false
	}
	for _, ref := range refs.Nodes {
		if ref == nil {
			s.holes = true
			continue // refused by itself
		}
		s.reach(ref, s.commits)
		var target *gitObject
		if json.Unmarshal(ref["target"], &target) != nil || target == nil {
			s.holes = true
			continue // of no object
		}
		if target.Target != nil {
			target = target.Target // what the tag object tags
		}
		if shaForm.MatchString(target.SHA) && !slices.Contains(s.tips, target.SHA) {
			s.tips = append(s.tips, target.SHA)
		}
	}
	return refs.Page.End, !refs.Page.More
}

// conclude says of what nothing leads to that it is of a fork, or why nobody knows.
func (c *collection) conclude(s *reaching) {
	open := s.unreached()
	switch {
	case len(open) == 0:
	case s.holes || s.refused || !s.proved:
		c.notePin(s.pinned, open, "the host did not compare every branch and tag with the commit", "a run when the host answers")
	case !s.branchesDone || !s.tagsDone:
		c.notePin(s.pinned, open, fmt.Sprintf("more than %d branches or tags could lead to the commit", refsAtOnce*reachPages), "a look at the repository of the action")
	default:
		for _, one := range open {
			one.Reachable = evidence.No
		}
	}
}
