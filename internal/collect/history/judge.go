package history

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify/gitsig"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// judged is one commit or tag between reading and reporting.
type judged struct {
	object gitsig.Object
	seen   evidence.GitObject
	err    error // it cannot be read
}

// judge reads the objects, checks their signatures and says whose keys were known.
func (c *collection) judge(ctx context.Context, head string, ids []string, refs []ref) error {
	commits, err := c.read(ctx, ids)
	if err != nil {
		return err
	}
	var names []string
	for _, tag := range refs {
		if tag.sort == "tag" {
			names = append(names, tag.id)
		}
	}
	annotated, err := c.read(ctx, names)
	if err != nil {
		return err
	}
	tags := join(refs, annotated)
	from := head // whose lists of signers count
	if c.options.Base != "" {
		if from, err = c.from.resolve(ctx, c.options.Base); err != nil {
			return err
		}
	}
	signers, err := c.signers(ctx, from)
	if err != nil {
		return err
	}
	verifier := &gitsig.Verifier{Signers: signers, Revoked: c.revoked(), Now: c.options.Now}
	if err := c.keyrings(ctx, from, verifier); err != nil {
		return err
	}
	c.root(verifier, commits, tags)
	check(ctx, verifier, commits)
	check(ctx, verifier, tags)
	renamed(tags)
	if err := c.known(ctx, commits, tags); err != nil {
		return err
	}
	for _, one := range commits {
		c.seen.Commits = append(c.seen.Commits, one.seen)
	}
	for _, one := range tags {
		c.seen.Tags = append(c.seen.Tags, one.seen)
	}
	return ctx.Err()
}

// read reads objects by their ids, and holds them to these: git itself does not
// compute the name of what it reads anew.
func (c *collection) read(ctx context.Context, ids []string) ([]*judged, error) {
	all := make([]*judged, 0, len(ids))
	err := c.from.objects(ctx, ids, func(o object) {
		one := &judged{seen: evidence.GitObject{ID: o.name}}
		all = append(all, one)
		switch {
		case o.sort == "":
			one.err = fmt.Errorf("git has no such object")
		case o.large:
			one.err = fmt.Errorf("it is larger than the %d bytes that are read", maxObject)
		default:
			one.object, one.err = gitsig.Read(o.raw)
		}
		if one.err == nil && one.object.ID != o.name {
			one.err = fmt.Errorf("its content is that of %s", one.object.ID)
		}
		one.seen.Author, one.seen.Committer, one.seen.At = one.object.Author.Email, one.object.Maker.Email, one.object.Maker.At
	})
	return all, err
}

// join makes the tags of their refs and, for annotated ones, their objects.
func join(refs []ref, annotated []*judged) []*judged {
	all := make([]*judged, 0, len(refs))
	for _, tag := range refs {
		if tag.sort != "tag" {
			all = append(all, &judged{seen: evidence.GitObject{ID: tag.id, Name: tag.name, Target: tag.id, Light: true}})
			continue
		}
		one := annotated[0]
		annotated = annotated[1:]
		one.seen.Name, one.seen.Target = tag.name, one.object.Target
		all = append(all, one)
	}
	return all
}

// renamed finds signed tags that are served under another name than the signed one.
func renamed(tags []*judged) {
	for _, one := range tags {
		s := &one.seen.Signature
		if s.Kind != "" && one.err == nil && one.object.Name != one.seen.Name {
			s.Class, s.Detail = provenance.SubjectMismatch, fmt.Sprintf("it was signed as %.80q", one.object.Name)
		}
	}
}

// check checks all signatures, on every processor.
func check(ctx context.Context, verifier *gitsig.Verifier, all []*judged) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(all) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				one := all[i]
				if one.seen.Light {
					one.seen.Signature.Class = provenance.NoProof
				} else if one.err != nil {
					one.seen.Signature = evidence.Signature{Class: provenance.Malformed, Detail: one.err.Error()}
				} else {
					one.seen.Signature = verifier.Check(one.object)
				}
			}
		})
	}
	workers.Wait()
}

// root takes the trust root for X.509 signatures where there are any.
func (c *collection) root(verifier *gitsig.Verifier, lists ...[]*judged) {
	needed := slices.ContainsFunc(slices.Concat(lists...), func(one *judged) bool {
		return strings.HasPrefix(string(one.object.Signature), "-----BEGIN SIGNED MESSAGE-----")
	})
	if !needed || c.options.Roots == nil {
		return
	}
	anchor, err := c.options.Roots.Sigstore(trust.PublicGood)
	if err != nil {
		c.gap("X.509 signatures cannot be checked: "+err.Error(), "")
		return
	}
	verifier.Sigstore = anchor.Material
}

// good says whether a signature holds and its key is that of the signer.
func good(s evidence.Signature) bool {
	return s.Class == provenance.OK || s.Class == provenance.OKKey
}

func sorted(set map[string]bool) []string {
	all := make([]string, 0, len(set))
	for one := range set {
		all = append(all, one)
	}
	slices.Sort(all)
	return all
}
