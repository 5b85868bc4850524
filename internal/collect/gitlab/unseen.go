package gitlab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

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
