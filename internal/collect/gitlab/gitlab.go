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
