// Package gitlab asks GitLab, gitlab.com or another instance, what only the code host
// knows: protected branches and tags, approval rules, push rules, how changes were
// merged and approved, two-factor policy, variables, keys and tokens, hooks, the reach
// of job tokens.
//
// Whatever a token may not see is unknown and noted in Host.Unseen with the role, the
// scope or the plan that would show it: what takes a plan that the group does not have
// is not assessed. A key that an answer leaves out is unknown, never "no", which is why
// the answers are read into types with pointers instead of those of the library.
//
// The token goes to the host of the API and to no other.
package gitlab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

// PublicAPI is the API of gitlab.com.
const PublicAPI = "https://gitlab.com/api/v4"

// Options say whom to ask about what.
type Options struct {
	Client *web.Client
	// Base is the address of the API, which ends in /api/v4; PublicAPI when empty. It comes from a flag or from the
	// environment of the CI, never from the audited repository: see Where.
	Base string
	// Token goes to the host of Base. JobToken says that it is CI_JOB_TOKEN.
	Token    string
	JobToken bool
	// Project is the path: group/subgroup/name.
	Project string
	// Branches are those wanted besides the default one; their names may hold stars.
	Branches []WantedBranch
	// Changes is how many of the newest commits are looked at (30).
	Changes int
	// MaxRequests bounds what is asked; no bound when 0.
	MaxRequests int
	Now         func() time.Time
}

// WantedBranch is a branch and why it is looked at: release, publishes.
type WantedBranch struct{ Name, Role string }

// String keeps the secret out of logs.
func (o Options) String() string { return "options for " + o.Project }

// GoString keeps the secret out of logs.
func (o Options) GoString() string { return o.String() }

// collection is one scan while it goes on.
type collection struct {
	*client
	host    *evidence.Host
	options Options
	repo    projectAnswer
	// protections are the protected branches, nil where they were not told.
	protections []protection
	protectSeen bool
	// names is the list of branches, once it was asked for.
	names    *branchNames
	approval approvalRuling
	push     pushRuling
	// levels are the roles of members, where the list is whole.
	levels   map[string]int
	accounts map[string]string // address, in lower case, to user name
}

// Collect appends what the host says to seen.Hosts, with what was refused in
// Host.Unseen. A project that could not be asked about at all becomes a Gap. The error
// says why a scan is unfinished; what came until then is in seen.
func Collect(ctx context.Context, seen *evidence.Snapshot, options Options) error {
	options.fill()
	if !isProject(options.Project) {
		gap(seen, "the repository has no name on the host", "a git remote, or the path of the project as group/name")
		return nil
	}
	client, err := newClient(options)
	if err != nil {
		gap(seen, err.Error(), "the address of the API of GitLab")
		return err
	}
	c := &collection{client: client, options: options, accounts: map[string]string{}}
	c.host = &evidence.Host{System: "gitlab", At: options.Now().UTC(), Address: client.address(), Name: options.Project}
	err = c.identify(ctx)
	var no *refusal
	switch {
	case errors.As(err, &no):
		gap(seen, no.Reason, no.Unlock)
		return nil
	case err != nil:
		gap(seen, reasonOf(err), "a run when the host answers")
		return c.verdict(err)
	}
	err = c.everything(ctx)
	c.finish()
	seen.Hosts = append(seen.Hosts, *c.host)
	return c.verdict(err)
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Client == nil {
		o.Client = web.New(web.Options{})
	}
	if o.Changes <= 0 {
		o.Changes = 30
	}
	o.Changes = min(o.Changes, 100)
	o.Token = strings.TrimSpace(o.Token)
	o.Project = strings.Trim(o.Project, "/")
}

func gap(seen *evidence.Snapshot, reason, unlock string) {
	seen.Gaps = append(seen.Gaps, evidence.Gap{Kind: evidence.Hosts, Subject: "host", Reason: reason, Unlock: unlock})
}

// everything collects part by part. A part answers an error only for what ends the
// scan; the parts after it are then left open.
func (c *collection) everything(ctx context.Context) error {
	var ended error
	for _, part := range []struct {
		what    []string
		collect func(context.Context) error
	}{
		{[]string{"branches"}, c.branches},
		{[]string{"rulesets"}, c.tags},
		{[]string{"changes"}, c.changes},
		{[]string{"organisation"}, c.owner},
		{[]string{"secrets"}, c.secrets},
		{[]string{"deployKeys"}, c.deployKeys},
		{[]string{"webhooks"}, c.webhooks},
		{[]string{"actions"}, c.pipelines},
		{[]string{"runners"}, c.runners},
		{[]string{"environments"}, c.environments},
		{[]string{"security"}, c.security},
		{[]string{"signers"}, c.signatures},
	} {
		if ended == nil {
			ended = part.collect(ctx)
		}
		if ended != nil {
			for _, what := range part.what {
				c.note(what, reasonOf(ended), "a run that goes to its end")
			}
		}
	}
	return ended
}

// why says what an error leaves open, and hands back one that ends the scan.
func (c *collection) why(err error, takes need) (evidence.Unseen, error) {
	var no *refusal
	var gone *outage
	switch {
	case errors.As(err, &no):
		no = c.explain(no, takes)
		return evidence.Unseen{Reason: no.Reason, Unlock: no.Unlock}, nil
	case errors.As(err, &gone):
		c.outages = append(c.outages, gone)
		return evidence.Unseen{Reason: "the host did not answer: " + gone.Error(), Unlock: "a run when the host answers"}, nil
	}
	return evidence.Unseen{}, err
}

// unseen notes a refusal or an outage at each path and answers nil; an error that ends
// the scan it hands back.
func (c *collection) unseen(err error, takes need, paths ...string) error {
	why, err := c.why(err, takes)
	c.noteAll(why, paths...)
	return err
}

func (c *collection) note(what, reason, unlock string) {
	c.host.Unseen = append(c.host.Unseen, evidence.Unseen{What: what, Reason: reason, Unlock: unlock})
}

// noteAll notes paths with a reason; without one there is nothing to note.
func (c *collection) noteAll(why evidence.Unseen, paths ...string) {
	for _, what := range paths {
		if why.Reason != "" {
			c.note(what, why.Reason, why.Unlock)
		}
	}
}

// setting asks for what only members with a role are told. Nobody else asks: the
// answer is known. A reason says that it was not told.
func (c *collection) setting(ctx context.Context, takes need, path string, into any) (evidence.Unseen, error) {
	if why := c.strange(takes); why.Reason != "" {
		return why, nil
	}
	_, err := c.get(ctx, path, nil, into)
	return c.why(err, takes)
}

// strange is the reason why a token without an account is told nothing.
func (c *collection) strange(takes need) evidence.Unseen {
	if c.kind.member() {
		return evidence.Unseen{}
	}
	return evidence.Unseen{Reason: "it is told to members of the project alone, and " + c.kind.Describe() + " is none", Unlock: takes.unlock()}
}

// settings asks for a whole list like that, and notes the paths where it is not.
func settings[T any](ctx context.Context, c *collection, takes need, path string, paths ...string) ([]T, evidence.Unseen, error) {
	why := c.strange(takes)
	var all []T
	var err error
	if why.Reason == "" {
		var whole bool
		all, whole, err = pages[T](ctx, c.client, path, nil)
		if err == nil && !whole {
			why.Reason = "the list is longer than is read"
		} else if err != nil {
			why, err = c.why(err, takes)
		}
	}
	c.noteAll(why, paths...)
	return all, why, err
}

// finish brings the host into order.
func (c *collection) finish() {
	h := c.host
	h.Cost, h.Asker = c.cost, string(c.kind)
	slices.SortStableFunc(h.Unseen, func(a, b evidence.Unseen) int { return strings.Compare(a.What, b.What) })
	h.Unseen = slices.CompactFunc(h.Unseen, func(a, b evidence.Unseen) bool { return a.What == b.What })
}

// verdict says whether the scan is whole, and if not what to do.
func (c *collection) verdict(err error) error {
	var final *Unfinished
	var gone *outage
	switch {
	case err == nil && len(c.outages) == 0, errors.As(err, &final):
		return err
	case err == nil, errors.As(err, &gone):
		if gone == nil {
			gone = c.outages[0]
		}
		return &Unfinished{Reason: fmt.Sprintf("%s did not answer everything: %v", c.base.Host, gone), Advice: "Run again when it answers.", err: gone}
	}
	return err
}

func answerOf(said *bool) evidence.Answer {
	if said == nil {
		return evidence.Unknown
	}
	return evidence.Known(*said)
}

func when(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return at.UTC()
}

func id(n int64) string { return strconv.FormatInt(n, 10) }
