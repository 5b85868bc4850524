// Package github asks GitHub, or a GitHub Enterprise Server, what only the code host
// knows: the rules that bind branches and tags, environments, secrets' ages, keys,
// hooks, what workflows may do, who owns the organisation and how its people sign in,
// and how changes came into the default branch.
//
// Whatever a token may not see is unknown and noted in Host.Unseen with the
// permission that would show it. A 404 is never read as "none" unless a fact of
// before proves that the token would see it. It asks as little as it can: what a kind
// of token can never see is not asked for.
//
// The token goes to the host of the API and to no other.
package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

// PublicAPI is the API of github.com.
const PublicAPI = "https://api.github.com"

// Options say whom to ask about what.
type Options struct {
	Client *web.Client
	// API is the address of REST, PublicAPI when empty; that of an Enterprise Server ends in /api/v3. It comes
	// from a flag or from the environment of the CI, never from the audited repository: see Where. GraphQL is
	// worked out when empty, and must be on the same host.
	API     string
	GraphQL string
	// Token goes to the host of the API. App, where it has an ID, is asked for tokens instead.
	Token string
	App   App
	// JobToken says that Token is probably the one that a workflow job was given. The host has the last word.
	JobToken bool
	Owner    string
	Name     string
	// Environments are those that publishing jobs name, Branches those wanted besides the default one.
	Environments []string
	Branches     []WantedBranch
	// Changes is how many of the newest commits of the default branch are looked at (100).
	Changes int
	// SignerKeys says that the token is meant for asking after the keys of the accounts that signed.
	SignerKeys bool
	// MaxRequests bounds what is sent, tries included; no bound when 0.
	MaxRequests int
	// Patience is how long all pauses together may take (2 min).
	Patience time.Duration
	Now      func() time.Time
	// Waiting hears why the collector pauses.
	Waiting func(reason string)
	// hasten replaces the clock of pauses in tests.
	hasten func(context.Context, time.Duration) error
}

// WantedBranch is a branch and why it is looked at: release, publishes. The name may be a
// pattern: a star matches anything but a slash, two of them anything.
type WantedBranch struct{ Name, Role string }

// String keeps the secrets out of logs.
func (o Options) String() string { return "options for " + o.Owner + "/" + o.Name }

// GoString keeps the secrets out of logs.
func (o Options) GoString() string { return o.String() }

// collection is one scan while it goes on.
type collection struct {
	*client
	seen    *evidence.Snapshot
	host    *evidence.Host
	owner   string // as the host spells it, once it answered
	name    string
	id      string // node id of GraphQL
	options Options
	// repo is what the host says of the repository itself.
	repo repositoryAnswer
	// signed are the accounts that signed commits of the sample with keys of their own.
	signed map[string]bool
	// visible is what GraphQL shows of the classic protection of the default branch to those who only read.
	visible *visibleRule
	// flags say of branches whether anything protects them.
	flags map[string]bool
	// detailed are the rulesets that were asked for one by one.
	detailed map[string]bool
	// administration says that a setting was answered which takes administration:read.
	administration bool
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$`)

// Collect appends what the host says to seen.Hosts, with what was refused in
// Host.Unseen. A repository that could not be asked about at all becomes a Gap. The
// error says why a scan is unfinished; what came until then is in seen.
func Collect(ctx context.Context, seen *evidence.Snapshot, options Options) error {
	options.fill()
	if !nameForm.MatchString(options.Owner) || !nameForm.MatchString(options.Name) || strings.Trim(options.Name, ".") == "" {
		gap(seen, "the repository has no name on the host", "a git remote, or --repository owner/name")
		return nil
	}
	if options.Client.Offline() {
		gap(seen, "offline: the host is not asked", "a run without --offline")
		return nil
	}
	client, err := newClient(options)
	if err != nil {
		gap(seen, err.Error(), "the address of the API by --github-api, and a token in the environment")
		return err
	}
	c := &collection{client: client, seen: seen, owner: options.Owner, name: options.Name, options: options, flags: map[string]bool{}, detailed: map[string]bool{}}
	c.host = &evidence.Host{System: "github", Address: client.address(), Name: options.Owner + "/" + options.Name}
	known, err := c.identify(ctx)
	if known {
		if err == nil {
			err = c.everything(ctx)
		}
		c.finish()
		seen.Hosts = append(seen.Hosts, *c.host)
	}
	return c.verdict(err)
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Waiting == nil {
		o.Waiting = func(string) {}
	}
	if o.Patience == 0 {
		o.Patience = 2 * time.Minute
	}
	if o.hasten == nil {
		o.hasten = sleep
	}
	if o.Client == nil {
		o.Client = web.New(web.Options{})
	}
	o.Token = strings.TrimSpace(o.Token)
}

func gap(seen *evidence.Snapshot, reason, unlock string) {
	seen.Gaps = append(seen.Gaps, evidence.Gap{Kind: evidence.Hosts, Subject: "host", Reason: reason, Unlock: unlock})
}

// everything collects part by part. A part answers an error only for what ends the
// scan.
func (c *collection) everything(ctx context.Context) error {
	for _, part := range []struct {
		what    []string // left open when the scan ends before
		collect func(context.Context) error
	}{
		{[]string{"rulesets", "ownerProblems", "security"}, c.overview},
		{[]string{"branches"}, c.branches},
		{[]string{"environments"}, c.environments},
		{[]string{"security/privateReports"}, c.reporting},
		{[]string{"environments"}, c.deployingBranches},
		{[]string{"changes"}, c.changes},
		{[]string{"releases"}, c.releases},
		{[]string{"actions", "security/immutableRelease"}, c.actionsPolicy},
		{[]string{"secrets"}, c.secrets},
		{[]string{"deployKeys"}, c.deployKeys},
		{[]string{"webhooks"}, c.webhooks},
		{[]string{"runners"}, c.runners},
		{[]string{"organisation"}, c.organisation},
		{[]string{"pins"}, c.pins},
		{[]string{"signers"}, c.signers},
	} {
		err := c.stopped()
		if err == nil {
			err = part.collect(ctx)
		}
		if err == nil {
			continue // on to the next part
		}
		for _, what := range part.what {
			c.note(what, reasonOf(err), "a run that goes to its end")
		}
		if c.stopped() == nil {
			return err
		}
	}
	return c.stopped()
}

// unseen notes a refusal and answers nil; an error that ends the scan it hands back.
// The permission is the one that the host's documentation wants, for hosts that do
// not say.
func (c *collection) unseen(what string, err error, permission string) error {
	var no *refusal
	var gone *outage
	switch {
	case err == nil:
		return nil
	case errors.As(err, &no):
		c.note(what, no.Reason, cmp.Or(no.Unlock, permission))
		return nil
	case errors.As(err, &gone):
		c.note(what, "the host did not answer: "+gone.Error(), "a run when the host answers")
		c.mu.Lock()
		c.outages = append(c.outages, fmt.Errorf("%s: %w", what, gone))
		c.mu.Unlock()
		return nil
	case errors.Is(err, errHeavy):
		return c.unseen(what, &outage{err}, permission)
	}
	return err
}

func (c *collection) note(what, reason, unlock string) {
	c.host.Unseen = append(c.host.Unseen, evidence.Unseen{What: what, Reason: reason, Unlock: unlock})
}

// finish brings the host into order.
func (c *collection) finish() {
	h := c.host
	h.At, h.Asker = c.seen.TakenAt, string(c.kind)
	if h.At.IsZero() {
		h.At = c.options.Now().UTC()
	}
	c.mu.Lock()
	h.Cost = c.cost
	c.mu.Unlock()
	slices.SortStableFunc(h.Unseen, func(a, b evidence.Unseen) int { return strings.Compare(a.What, b.What) })
	h.Unseen = slices.CompactFunc(h.Unseen, func(a, b evidence.Unseen) bool { return a.What == b.What })
}

// verdict says whether the scan is whole, and if not what to do.
func (c *collection) verdict(err error) error {
	var final *Unfinished
	if errors.As(err, &final) {
		return final
	}
	if err == nil && len(c.outages) > 0 {
		return &Unfinished{
			Reason: fmt.Sprintf("%s did not answer everything: %v", c.api.Host, c.outages[0]),
			Advice: "Run again when it answers.",
			err:    errors.Join(c.outages...),
		}
	}
	return err
}

func reasonOf(err error) string {
	var final *Unfinished
	if errors.As(err, &final) {
		return final.Reason
	}
	return err.Error()
}
