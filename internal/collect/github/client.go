package github

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/go-github/v60/github"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

// client asks one GitHub for one scan: REST through go-github with our own types
// (those of v60 fail on rules it does not know and lack many fields), GraphQL by
// plain documents.
type client struct {
	options Options
	api     *url.URL // of REST, with a slash at its end
	graph   string   // address of GraphQL
	rest    *github.Client
	source  source
	kind    Kind
	scopes  []string // of a classic token, once an answer told them
	// scoped says that the host told the scopes.
	scoped bool
	pause  time.Duration // the first one between tries
	sleep  func(context.Context, time.Duration) error

	mu      sync.Mutex
	cost    evidence.HostCost
	waited  time.Duration
	silent  int     // requests in a row that nobody answered
	failure error   // why nothing more is asked
	outages []error // of what did not answer
}

func newClient(options Options) (*client, error) {
	c := &client{options: options, kind: DetectToken(options.Token), source: fixed(options.Token), pause: time.Second / 2, sleep: options.hasten}
	base := strings.TrimSuffix(cmp.Or(options.API, PublicAPI), "/")
	var err error
	if c.api, err = url.Parse(base + "/"); err != nil || c.api.Host == "" {
		return nil, errors.New("what is given for GitHub's API is no address")
	}
	if strings.ContainsFunc(options.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("what is given for a token is none: it holds blanks or line breaks")
	}
	c.graph = cmp.Or(options.GraphQL, graphQLOf(base))
	if at, err := url.Parse(c.graph); err != nil || at.Host != c.api.Host || at.Scheme != c.api.Scheme {
		return nil, fmt.Errorf("GraphQL at %q is not on the host of the API, %s, which alone gets the token", c.graph, c.api.Host)
	}
	c.rest = github.NewClient(&http.Client{Transport: patient{c}, CheckRedirect: c.stay})
	c.rest.BaseURL = c.api
	if options.App.ID != "" {
		c.kind, c.source = Installation, newInstallation(c)
	}
	return c, nil
}

// stay follows the redirects of renamed repositories, which stay on the host.
func (c *client) stay(next *http.Request, before []*http.Request) error {
	if len(before) > 3 || next.URL.Host != c.api.Host || next.URL.Scheme != c.api.Scheme {
		return &web.Refused{Host: next.URL.Host, Reason: "the API of GitHub redirects there"}
	}
	return nil
}

// answer is what came with a body.
type answer struct {
	Header http.Header
	Status int
	Next   string // path of the next page, empty on the last
	// Partial says that single sign-on left organisations out, and the list silently short; or that there is a next
	// page which the API does not have.
	Partial bool
}

// get asks for one answer. The path is relative to the API and escaped by the
// caller. An error is a *refusal, an *outage or an *Unfinished.
func (c *client) get(ctx context.Context, path string, into any) (*answer, error) {
	return c.call(ctx, http.MethodGet, path, nil, into)
}

func (c *client) call(ctx context.Context, method, path string, body, into any) (*answer, error) {
	if err := c.stopped(); err != nil {
		return nil, err
	}
	request, err := c.rest.NewRequest(method, path, body)
	if err != nil {
		return nil, &outage{fmt.Errorf("ask for %q: %w", short(path), err)}
	}
	var raw json.RawMessage
	response, err := c.rest.Do(ctx, request, &raw)
	if err != nil {
		return nil, c.told(ctx, err)
	}
	a := &answer{Header: response.Header, Status: response.StatusCode, Partial: strings.HasPrefix(response.Header.Get("X-GitHub-SSO"), "partial-results")}
	next, ours := c.next(response.Header.Get("Link"))
	a.Next, a.Partial = next, a.Partial || !ours
	c.learn(response.Header)
	if into == nil || len(raw) == 0 {
		return a, nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return nil, &outage{fmt.Errorf("%s%s answered something else than it should: %w", c.api, strings.SplitN(path, "?", 2)[0], err)}
	}
	return a, nil
}

// withoutAddress takes the address out of an error of net/http: a redirect can put the
// token into it.
func withoutAddress(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// told brings what go-github makes of an answer back to the answer.
func (c *client) told(ctx context.Context, err error) error {
	var final *Unfinished
	var gone *outage
	var said *github.ErrorResponse
	var factor *github.TwoFactorAuthError
	var rated *github.RateLimitError
	var slowed *github.AbuseRateLimitError
	switch {
	case errors.As(err, &final):
		return c.stop(final)
	case ctx.Err() != nil:
		return c.stop(&Unfinished{Reason: "asking " + c.api.Host + " was interrupted", Advice: "Run again.", err: ctx.Err()})
	case errors.As(err, &gone):
		return gone
	case errors.As(err, &factor):
		said = (*github.ErrorResponse)(factor)
	case errors.As(err, &rated): // no limit (that ended below), but a refusal with the last request of the hour
		said = &github.ErrorResponse{Response: rated.Response, Message: rated.Message}
	case errors.As(err, &slowed):
		said = &github.ErrorResponse{Response: slowed.Response, Message: slowed.Message}
	case !errors.As(err, &said):
		return &outage{withoutAddress(err)}
	}
	if said.Response.StatusCode >= http.StatusInternalServerError {
		return &outage{&web.Status{Code: said.Response.StatusCode, URL: c.api.String()}}
	}
	c.learn(said.Response.Header)
	return c.refuse(said.Response, short(said.Message))
}

// learn keeps the scopes of a classic token, which each answer tells.
func (c *client) learn(header http.Header) {
	if values, is := header["X-Oauth-Scopes"]; is && !c.scoped {
		c.scopes, c.scoped = list(strings.Join(values, ",")), true
		if c.kind == Opaque {
			c.kind = Classic
		}
	}
}

// next reads the path of the next page out of a Link header. A link that leaves the
// API is not followed: it answers false.
func (c *client) next(header string) (path string, ours bool) {
	for one := range strings.SplitSeq(header, ",") {
		address, relation, _ := strings.Cut(one, ">")
		address = strings.TrimPrefix(strings.TrimSpace(address), "<")
		if !strings.Contains(relation, `rel="next"`) {
			continue // another page
		}
		rest, is := strings.CutPrefix(address, c.api.String())
		if !is {
			rest = ""
		}
		return rest, is
	}
	return "", true
}

// pages asks for a list page by page, at most some pages. It says whether the list is
// whole.
func (c *client) pages(ctx context.Context, path string, most int, each func(raw []byte) error) (bool, error) {
	partial := false
	for range most {
		var raw json.RawMessage
		a, err := c.get(ctx, path, &raw)
		if err != nil {
			return false, err
		}
		if err := each(raw); err != nil {
			return false, &outage{fmt.Errorf("%s answered something else than it should: %w", c.api.Host, err)}
		}
		partial = partial || a.Partial
		if path = a.Next; path == "" {
			return !partial, nil
		}
	}
	return false, nil
}

// stop ends the asking: every later request gets the same error.
func (c *client) stop(final *Unfinished) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil {
		c.failure = final
	}
	return c.failure
}

func (c *client) stopped() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failure
}

type lookupKey struct{}

// lookup is a context whose requests are counted apart: those for the actions that
// workflows use.
func lookup(ctx context.Context) context.Context { return context.WithValue(ctx, lookupKey{}, true) }

// charge counts a request before it is sent.
func (c *client) charge(ctx context.Context) error {
	c.mu.Lock()
	over := c.options.MaxRequests > 0 && c.cost.Requests+c.cost.Lookups >= c.options.MaxRequests
	if !over {
		if ctx.Value(lookupKey{}) != nil {
			c.cost.Lookups++
		} else {
			c.cost.Requests++
		}
	}
	c.mu.Unlock()
	if over {
		return c.spent()
	}
	return nil
}

func (c *client) sent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cost.Requests + c.cost.Lookups
}

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
