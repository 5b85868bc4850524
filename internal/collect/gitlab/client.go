package gitlab

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	// maxAnswer bounds one answer, in bytes.
	maxAnswer = 10 << 20
	// maxPages bounds one list; a page has 100.
	maxPages = 10
)

// client asks one GitLab for one scan, through the library with its retries off: those
// are the web client's.
type client struct {
	options Options
	base    *url.URL // of REST, with a slash at its end
	api     *api.Client
	kind    Kind
	cost    evidence.HostCost
	outages []*outage
	failure *Unfinished // why nothing more is asked
	silent  int         // requests in a row that got no answer
}

// patience is how many requests in a row may get no answer before nothing more is asked.
const patience = 2

func newClient(options Options) (*client, error) {
	c := &client{options: options, kind: DetectToken(options.Token, options.JobToken)}
	base := strings.TrimSuffix(cmp.Or(options.Base, PublicAPI), "/")
	var err error
	c.base, err = url.Parse(base + "/")
	if err != nil || c.base.Host == "" || c.base.User != nil || c.base.RawQuery != "" || !strings.HasSuffix(base, "/api/v4") {
		return nil, errors.New("the address given is none of an API of GitLab, which ends in /api/v4")
	}
	if strings.ContainsFunc(options.Token, func(r rune) bool { return r < '!' || r > '~' }) {
		return nil, errors.New("what was given for a token is none: it holds blanks or letters that no token has")
	}
	var bound []web.Token
	if c.kind.member() {
		bound = append(bound, web.Token{Host: c.base.Host, Value: options.Token})
	}
	c.api, err = api.NewAuthSourceClient(api.Unauthenticated{}, // the token is the transport's matter
		api.WithBaseURL(c.base.String()),
		api.WithHTTPClient(&http.Client{Transport: asking{c, options.Client.Transport(false, bound...)}, CheckRedirect: c.stay}),
		api.WithoutRetries(),
		api.WithCustomLimiter(unlimited{}),
	)
	return c, err
}

// unlimited keeps the library from pacing requests by itself.
type unlimited struct{}

func (unlimited) Wait(ctx context.Context) error { return ctx.Err() }

// asking is the transport below the library: it counts, adds the job token, which has a
// header of its own, and bounds the answer.
type asking struct {
	*client
	under http.RoundTripper
}

func (a asking) RoundTrip(asked *http.Request) (*http.Response, error) {
	if a.options.MaxRequests > 0 && a.cost.Requests >= a.options.MaxRequests {
		return nil, errSpent
	}
	a.cost.Requests++
	own := asked.Clone(asked.Context())
	own.Header.Del("Job-Token")
	if a.kind == Job && a.serves(asked.URL) {
		own.Header.Set("Job-Token", a.options.Token)
	}
	answer, err := a.under.RoundTrip(own)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	answer.Body.Close()
	if err == nil && len(body) > maxAnswer {
		err = web.ErrTooLarge
	}
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// serves says whether an address is of REST, which alone knows job tokens: GraphQL shows
// a job what it shows everybody.
func (c *client) serves(u *url.URL) bool {
	return u.Host == c.base.Host && u.Scheme == c.base.Scheme && strings.HasPrefix(u.Path, c.base.Path)
}

var errSpent = errors.New("the scan has sent the requests that it may send")

// stay follows the redirects of renamed projects, which stay on the host.
func (c *client) stay(next *http.Request, before []*http.Request) error {
	if len(before) > 3 || next.URL.Host != c.base.Host || next.URL.Scheme != c.base.Scheme {
		return &web.Refused{Host: next.URL.Host, Reason: "the API of GitLab redirects there"}
	}
	return nil
}

// get asks for one answer, and says which page comes next (0: none). The path is
// relative to the API and escaped by the caller. An error is a *refusal, an *outage or
// an *Unfinished.
func (c *client) get(ctx context.Context, path string, query url.Values, into any) (next int64, err error) {
	if c.failure != nil {
		return 0, c.failure
	}
	request, err := c.api.NewRequest(http.MethodGet, path, nil, []api.RequestOptionFunc{api.WithContext(ctx)})
	if err != nil {
		return 0, &outage{fmt.Errorf("ask for %q: %w", short(path), err)}
	}
	request.URL.RawQuery = query.Encode()
	var body bytes.Buffer
	answer, err := c.api.Do(request, &body)
	if err != nil {
		return 0, c.told(ctx, err)
	}
	c.silent = 0
	if into != nil {
		if err := json.Unmarshal(body.Bytes(), into); err != nil {
			return 0, &outage{fmt.Errorf("%s%s answered something else than it should: %w", c.base, path, err)}
		}
	}
	return answer.NextPage, nil
}

// pages asks for a list page by page, and says whether it is whole.
func pages[T any](ctx context.Context, c *client, path string, query url.Values) (all []T, whole bool, err error) {
	asked := url.Values{"per_page": {"100"}}
	for key, values := range query {
		asked[key] = values
	}
	for range maxPages {
		var page []T
		next, err := c.get(ctx, path, asked, &page)
		if err != nil {
			return nil, false, err
		}
		if page == nil {
			return nil, false, c.odd(path)
		}
		all = append(all, page...)
		if next == 0 {
			return all, true, nil
		}
		asked.Set("page", strconv.FormatInt(next, 10))
	}
	return all, false, nil
}

// odd is an answer that is not of the form it should have: null is no empty list.
func (c *client) odd(path string) error {
	return &outage{fmt.Errorf("%s%s answered something else than it should", c.base, path)}
}

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
