package gitlab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/web"
)

// told reads what the library makes of an answer, or of none.
func (c *client) told(ctx context.Context, err error) error {
	status, body := statusOf(err)
	var refused *web.Refused
	switch {
	case ctx.Err() != nil:
		return c.stop("asking "+c.base.Host+" was interrupted", "Run again.", ctx.Err())
	case errors.Is(err, errSpent), errors.Is(err, web.ErrBudget):
		return c.stop(fmt.Sprintf("the scan has sent the %d requests that it may send to %s", c.cost.Requests, c.base.Host), "Raise --max-requests and run again.", web.ErrBudget)
	case errors.Is(err, web.ErrOffline):
		return c.stop("offline: "+c.base.Host+" is not asked", "Run without --offline.", err)
	case errors.As(err, &refused):
		return c.stop(refused.Error(), "Name the host by flag if it is meant.", err)
	case status == http.StatusTooManyRequests:
		return c.stop(c.base.Host+" was asked too fast, and wants to be left alone for longer than the scan waits (429)", "Run again later.", &web.Status{Code: status, URL: web.Clean(c.base)})
	case status == http.StatusUnauthorized && c.kind.member():
		return c.stop(c.base.Host+" does not take the token (401): it expired, was revoked, or is for another host", "Make a new token and run again.", &web.Status{Code: status, URL: web.Clean(c.base)})
	case status >= 500:
		return c.silence(&web.Status{Code: status, URL: web.Clean(c.base)})
	case status >= 400:
		c.silent = 0
		return c.refuse(status, body)
	}
	return c.silence(bare(err))
}

// silence is a request without an answer, after all tries. Another one in a row ends
// the asking: each costs its pauses.
func (c *client) silence(err error) error {
	if c.silent++; c.silent >= patience {
		return c.stop(fmt.Sprintf("%s does not answer any more: %v", c.base.Host, err), "Run again when it answers.", err)
	}
	return &outage{err}
}

// bare takes the address, with its query, out of an error.
func bare(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// stop ends the asking: every later request gets the same error.
func (c *client) stop(reason, advice string, err error) error {
	if c.failure == nil {
		c.failure = &Unfinished{Reason: reason, Advice: advice, err: err}
	}
	return c.failure
}

// address is the website that the API belongs to.
func (c *client) address() string {
	return strings.TrimSuffix(c.base.String(), "/api/v4/")
}
