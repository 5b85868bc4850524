// Package history collects what git holds of a checkout: a sample of its commits
// and its tags, with what their signatures prove. It starts no process per commit,
// and lets the repository start none.
package history

import (
	"context"
	"fmt"
	"time"

	"github.com/sealvet/sealvet/internal/collect/git"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// Options of one collection. The zero value takes the usual sample.
type Options struct {
	Commits int // at most; 0 means 1,000
	Tags    int // at most, the newest; 0 means 200
	// Signers is the path of the allowed-signers file in the repository; empty looks in the usual places.
	Signers string
	// Keyrings are paths in the repository of files with OpenPGP public keys of signers.
	Keyrings []string
	// RevokedKeys are fingerprints and public keys, as gitsig.ReadRevoked reads them.
	RevokedKeys []string
	// Base is a revision from before the change under audit: keys that its history or its
	// signers file know are known. Empty: the signers file as it was before each commit decides.
	Base string
	// At is the commit to look at instead of HEAD.
	At string
	// KnownKeys are fingerprints that an earlier look saw in use; see Keys.
	KnownKeys []string
	// Roots gives the trust root for X.509 signatures; nil when there is none.
	Roots trust.Roots
	Now   time.Time
	// WithoutProgram reads the repository without the git program, as where there is none.
	WithoutProgram bool
}

// The usual sample.
const (
	defaultCommits = 1000
	defaultTags    = 200
)

// maxObject is how many bytes a commit or tag may have.
const maxObject = 1 << 20

// Collect looks at the checkout that root lies in. What cannot be seen is a gap;
// without a history there is at least one.
func Collect(ctx context.Context, root string, options Options) (*evidence.History, []evidence.Gap) {
	if options.Commits <= 0 {
		options.Commits = defaultCommits
	}
	if options.Tags <= 0 {
		options.Tags = defaultTags
	}
	if !git.Inside(root) {
		return nil, []evidence.Gap{gap("it is no git checkout, so there are no commits and tags to look at", "scan a clone of the repository")}
	}
	from, err := open(root, options)
	if err != nil {
		return nil, []evidence.Gap{gap("git's files cannot be read: "+err.Error(), "")}
	}
	defer from.close()
	c := &collection{from: from, options: options, seen: new(evidence.History)}
	if err := c.all(ctx); err != nil {
		c.gap("the history cannot be read: "+err.Error(), "")
	}
	return c.seen, c.gaps
}

// Append adds the history of a checkout to a snapshot, with what could not be seen
// of it.
func Append(ctx context.Context, seen *evidence.Snapshot, root string, options Options) {
	history, gaps := Collect(ctx, root, options)
	if history != nil {
		seen.Histories = append(seen.Histories, *history)
	}
	seen.Gaps = append(seen.Gaps, gaps...)
}

// Keys are the fingerprints of the keys whose signatures hold in a history, for
// Options.KnownKeys of a later look.
func Keys(history *evidence.History) []string {
	set := make(map[string]bool)
	for _, objects := range [][]evidence.GitObject{history.Commits, history.Tags} {
		for _, object := range objects {
			if good(object.Signature) {
				set[object.Signature.Key] = true
			}
		}
	}
	return sorted(set)
}

func gap(reason, unlock string) evidence.Gap {
	return evidence.Gap{Kind: evidence.Histories, Subject: "git history", Reason: reason, Unlock: unlock}
}

// collection is one look at one repository.
type collection struct {
	from    source
	options Options
	seen    *evidence.History
	gaps    []evidence.Gap
}

func (c *collection) gap(reason, unlock string) { c.gaps = append(c.gaps, gap(reason, unlock)) }

func (c *collection) all(ctx context.Context) error {
	head, branch, err := c.from.head(ctx)
	if err != nil {
		return err
	}
	if head == "" {
		c.gap("HEAD names no commit", "")
		return nil
	}
	if c.options.At != "" {
		if head, err = c.from.resolve(ctx, c.options.At); err != nil {
			return err
		}
		branch = ""
	}
	c.seen.Head = head
	if branch != "" {
		c.seen.Head = branch
	}
	ids, err := c.from.walk(ctx, head, c.options.Commits)
	if err != nil {
		return err
	}
	c.seen.Total = len(ids)
	refs, more, err := c.from.tags(ctx, c.options.Tags)
	if err != nil {
		return err
	}
	if err := c.judge(ctx, head, ids, refs); err != nil {
		return err
	}
	if c.seen.Shallow, err = c.from.shallow(ctx); err != nil {
		return err
	}
	if c.seen.Shallow && len(ids) < c.options.Commits {
		c.gap(fmt.Sprintf("the clone is shallow: it holds %s and %s of a longer history", count(len(ids), "commit"), count(len(refs), "tag")),
			"fetch the whole history (fetch-depth: 0 of actions/checkout)")
	}
	c.seen.MoreTags = more
	return ctx.Err()
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
