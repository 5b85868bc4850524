package history

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify/gitsig"
)

// known says of every key whether it was known before it signed. With a base, known
// is what its history used and its list of signers names. Without one, it is what
// the list named in the commit before: so an attacker's commit that adds a key to
// the list does not make that key known, nor a listed one.
func (c *collection) known(ctx context.Context, commits, tags []*judged) error {
	if c.seen.Signers != "" {
		if err := c.knownByList(ctx, commits, tags); err != nil {
			return err
		}
	}
	if c.options.Base != "" || len(c.options.KnownKeys) > 0 {
		return c.knownSince(ctx, commits, tags)
	}
	return nil
}

// knownByList follows the list through the sample, from the oldest commit on.
func (c *collection) knownByList(ctx context.Context, commits, tags []*judged) error {
	l := &lists{c: c, read: make(map[string]*gitsig.Signers), unvouched: make(map[string]string)}
	if err := l.find(ctx, commits, tags); err != nil {
		return err
	}
	for _, one := range parentsFirst(commits) {
		if err := l.commit(ctx, one); err != nil {
			return err
		}
	}
	for _, one := range tags {
		list, err := l.at(ctx, l.own[one.object.Target])
		if err != nil {
			return err
		}
		l.say(one, list)
	}
	if len(commits) == 0 {
		return nil
	}
	newest, err := l.at(ctx, l.own[commits[0].seen.ID])
	if err != nil || newest == nil {
		return err
	}
	for _, one := range slices.Concat(commits, tags) {
		s := &one.seen.Signature
		if s.Class != provenance.OK || s.Kind != gitsig.SSH {
			continue // it is not by the list that it is good
		}
		if by := l.unvouched[newest.Names(one.object)]; by != "" {
			s.Class, s.Detail = provenance.OKKey, l.added(by)
			s.Signer = nil // a name that nobody vouches for
		}
	}
	return nil
}

// lists follows the list of signers through the sample.
type lists struct {
	c    *collection
	own  map[string]string // commit -> blob of the list in it
	read map[string]*gitsig.Signers
	// sample are the commits that were read.
	sample map[string]bool
	// unvouched are keys that were added by a commit which no known key signed: key -> commit.
	unvouched map[string]string
}

// find learns which content the list has in every commit, in its first parent, and
// in what the tags point to.
func (l *lists) find(ctx context.Context, commits, tags []*judged) error {
	set := make(map[string]bool)
	l.sample = make(map[string]bool)
	for _, one := range commits {
		set[one.seen.ID], l.sample[one.seen.ID] = true, one.err == nil
		for _, parent := range one.object.Parents[:min(1, len(one.object.Parents))] {
			set[parent] = true
		}
	}
	for _, one := range tags {
		if one.object.Target != "" {
			set[one.object.Target] = true
		}
	}
	names := sorted(set)
	blobs, err := l.c.from.contents(ctx, names, l.c.seen.Signers)
	if err != nil {
		return err
	}
	l.own = make(map[string]string)
	for i, name := range names {
		l.own[name] = blobs[i]
	}
	if len(commits) > 0 {
		l.c.seen.Base = commits[len(commits)-1].seen.ID
	}
	return nil
}

func (l *lists) at(ctx context.Context, blob string) (*gitsig.Signers, error) {
	if blob == "" {
		return nil, nil
	}
	if list, done := l.read[blob]; done {
		return list, nil
	}
	content, err := l.c.blob(ctx, blob)
	if err != nil {
		return nil, err
	}
	// A list of the past that cannot be read named nobody.
	list, err := gitsig.ReadSigners(l.c.seen.Signers, content)
	if err != nil {
		list = &gitsig.Signers{Path: l.c.seen.Signers}
	}
	l.read[blob] = list
	return list, nil
}

// commit says whether a commit's key was known, and who vouches for the keys that it adds.
func (l *lists) commit(ctx context.Context, one *judged) error {
	before, after := "", l.own[one.seen.ID]
	if len(one.object.Parents) > 0 {
		before = l.own[one.object.Parents[0]]
	}
	old, err := l.at(ctx, before)
	if err != nil {
		return err
	}
	list, err := l.at(ctx, after)
	if err != nil {
		return err
	}
	if old == nil {
		if l.begins(one) {
			l.say(one, list) // the first list is where trust begins
		}
		return nil
	}
	l.say(one, old)
	if after == before {
		return nil
	}
	vouched := one.seen.Signature.Known == evidence.Yes && good(one.seen.Signature) ||
		one.seen.Signature.Class == provenance.OKWebFlow && !isTrial(one.object)
	had := old.Keys()
	for _, key := range list.Keys() {
		switch {
		case slices.Contains(had, key):
		case vouched:
			delete(l.unvouched, key)
		default:
			l.unvouched[key] = one.seen.ID
		}
	}
	return nil
}

// begins says whether nothing can have come before a commit's list: it has no
// parent, or one that was read. At the end of a shallow clone, something may have.
func (l *lists) begins(one *judged) bool {
	return len(one.object.Parents) == 0 || l.sample[one.object.Parents[0]]
}

// say says whether the key of an SSH signature stood in the list.
func (l *lists) say(one *judged, list *gitsig.Signers) {
	s := &one.seen.Signature
	if !good(*s) || s.Kind != gitsig.SSH || list == nil {
		return // no key is proved, it is of a sort that the list cannot hold, or there was no list
	}
	names := list.Names(one.object)
	if names == "" {
		s.Known, s.KnownBy = evidence.No, l.c.seen.Signers+" did not list it then"
		return
	}
	if by := l.unvouched[names]; by != "" {
		s.Known, s.KnownBy = evidence.No, l.added(by)
		return
	}
	s.Known, s.KnownBy = evidence.Yes, l.c.seen.Signers
}

func (l *lists) added(by string) string {
	return fmt.Sprintf("it was added to %s by %.10s, which no known key signed", l.c.seen.Signers, by)
}

// isTrial knows the merge that the code host makes and signs of every open pull
// request, for its checks: nobody has approved it. `Merge <commit> into <commit>`
// is the whole message.
func isTrial(o gitsig.Object) bool {
	_, message, _ := bytes.Cut(o.Payload, []byte("\n\n"))
	words := strings.Fields(string(message))
	return len(words) == 4 && words[0] == "Merge" && words[2] == "into" && len(o.Parents) == 2 && words[1] == o.Parents[1] && words[3] == o.Parents[0]
}

// knownSince holds the keys against a base or an earlier look.
func (c *collection) knownSince(ctx context.Context, commits, tags []*judged) error {
	known := make(map[string]bool)
	for _, key := range c.options.KnownKeys {
		known[key] = true
	}
	old := make(map[string]bool) // commits of the base's history
	var list *gitsig.Signers
	if c.options.Base != "" {
		base, err := c.from.resolve(ctx, c.options.Base)
		if err != nil {
			c.gap("the base "+err.Error(), "fetch it (fetch-depth: 0 of actions/checkout)")
			return nil
		}
		c.seen.Base = base
		ids, err := c.from.walk(ctx, base, c.options.Commits)
		if err != nil {
			return err
		}
		for _, id := range ids {
			old[id] = true
		}
		if c.seen.Signers != "" {
			if list, err = c.signersAt(ctx, base, c.seen.Signers); err != nil {
				return err
			}
		}
	}
	for _, one := range commits {
		if old[one.seen.ID] && good(one.seen.Signature) {
			known[one.seen.Signature.Key] = true
		}
	}
	for _, one := range slices.Concat(commits, tags) {
		s := &one.seen.Signature
		s.Known, s.KnownBy = evidence.Unknown, ""
		switch {
		case !good(*s):
			// No key is proved.
		case known[s.Key]:
			s.Known, s.KnownBy = evidence.Yes, "it signed before"
		case list != nil && list.Names(one.object) != "":
			s.Known, s.KnownBy = evidence.Yes, list.Path
		case one.object.Sort == gitsig.Tag && len(c.options.KnownKeys) == 0:
			// A tag has no place in the history: one that was made today can point to an old commit.
			s.KnownBy = "nothing tells whether the tag is older than the base"
		default:
			s.Known, s.KnownBy = evidence.No, "it signed nothing before"
		}
	}
	return nil
}

// parentsFirst orders a sample so that every commit comes after its parents in it.
func parentsFirst(commits []*judged) []*judged {
	byID := make(map[string]*judged)
	for _, one := range commits {
		byID[one.seen.ID] = one
	}
	done := make(map[string]bool)
	ordered := make([]*judged, 0, len(commits))
	for i := len(commits) - 1; i >= 0; i-- {
		stack := []*judged{commits[i]}
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			waits := false
			if !done[top.seen.ID] {
				done[top.seen.ID] = true // met; it is added once its parents were
				for _, parent := range top.object.Parents {
					if next := byID[parent]; next != nil && !done[parent] {
						stack, waits = append(stack, next), true
					}
				}
			}
			if waits {
				continue
			}
			stack = stack[:len(stack)-1]
			if byID[top.seen.ID] != nil {
				ordered = append(ordered, top)
				delete(byID, top.seen.ID)
			}
		}
	}
	return ordered
}
