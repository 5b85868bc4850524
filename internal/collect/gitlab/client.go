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
