package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Request asks for one answer.
type Request struct {
	URL    string
	Method string // GET when empty
	Body   []byte
	Accept string
	// Header holds more headers. Authorization and Cookie have no place in it: see Token.
	Header http.Header
	// Max bounds the answer after decompression, in bytes; 10 MiB when zero.
	Max int64
	// Named says that the address came from the audited repository, so that it is asked only if its
	// host is built in or allowed.
	Named bool
	// Token goes with the request if it is for Token.Host.
	Token Token
	// Safe says that a POST changes nothing and may be tried again (a query).
	Safe bool
	// Digest names the answer, where it is known: it is checked, and the answer is taken from and put into the
	// cache. sha256 and sha512.
	Digest evidence.Digest
}

// Token is a secret and the one host (host, or host:port) that may see it.
type Token struct {
	Host   string
	Value  string
	Scheme string // Bearer when empty
}

// String keeps the secret out of logs.
func (t Token) String() string { return "token for " + t.Host }

// GoString keeps the secret out of logs.
func (t Token) GoString() string { return t.String() }

// Response is an answer.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	URL    string // after redirects, without its query
	Cached bool
}

// defaultMax is what one answer may have when the request does not say.
const defaultMax = 10 << 20

// maxRedirects is how many are followed.
const maxRedirects = 5

// Do sends a request and reads the whole answer. An answer of 400 and above is an
// error (*Status); it then comes with the first 64 KiB of its body, which often say
// why.
func (c *Client) Do(ctx context.Context, request Request) (*Response, error) {
	if raw, is := c.cached(request); is {
		return &Response{Status: http.StatusOK, Header: http.Header{}, Body: raw, URL: request.place(), Cached: true}, nil
	}
	var response *Response
	err := c.tries(ctx, request, func(ctx context.Context) error {
		patience := c.patience(ctx)
		defer patience.end()
		response = nil
		answer, err := c.follow(patience.ctx, request, false)
		if err == nil {
			answer.Body = &quiet{answer.Body, patience}
			response, err = c.read(answer, request)
			answer.Body.Close()
		}
		return patience.explain(request, err)
	})
	if err != nil {
		return response, err
	}
	if err := c.keep(request, response); err != nil {
		return nil, err
	}
	return response, nil
}

// Open sends a request and hands out the body as it comes: the bytes that were
// sent, without decompression. A body beyond Max ends in ErrTooLarge, one that
// falls silent in an error. The caller closes it.
func (c *Client) Open(ctx context.Context, request Request) (response *Response, body io.ReadCloser, err error) {
	err = c.tries(ctx, request, func(ctx context.Context) (err error) {
		response, body, err = c.open(ctx, request)
		return err
	})
	if err != nil {
		return response, nil, err
	}
	return response, body, nil
}

// open is one try of Open.
func (c *Client) open(ctx context.Context, request Request) (*Response, io.ReadCloser, error) {
	patience := c.patience(ctx)
	answer, err := c.follow(patience.ctx, request, true)
	var response *Response
	if err == nil {
		answer.Body = &quiet{answer.Body, patience}
		if answer.StatusCode < 400 && answer.ContentLength <= request.limit() {
			response = &Response{Status: answer.StatusCode, Header: answer.Header, URL: Clean(answer.Request.URL)}
			return response, &stream{body: answer.Body, left: request.limit(), patience: patience, bytes: &c.counters.bytes}, nil
		}
		response, err = c.read(answer, request)
		answer.Body.Close()
	}
	err = patience.explain(request, err)
	patience.end()
	return response, nil, err
}

// place is the address of a request for people.
func (r Request) place() string {
	u, err := url.Parse(r.URL)
	if err != nil {
		return "an address"
	}
	return Clean(u)
}

func (r Request) limit() int64 {
	if r.Max > 0 {
		return r.Max
	}
	return defaultMax
}

func (r Request) method() string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

// read takes in the whole body within the limit of the request.
func (c *Client) read(answer *http.Response, request Request) (*Response, error) {
	response := &Response{Status: answer.StatusCode, Header: answer.Header, URL: Clean(answer.Request.URL)}
	if answer.StatusCode >= 400 {
		response.Body, _ = io.ReadAll(io.LimitReader(answer.Body, 64<<10)) // the status is the error, the body only its reason
		return response, &Status{Code: answer.StatusCode, URL: response.URL, RetryAfter: retryAfter(answer)}
	}
	limit := request.limit()
	if answer.ContentLength > limit {
		return nil, fmt.Errorf("%s: %w: it announces %d bytes, at most %d are", response.URL, ErrTooLarge, answer.ContentLength, limit)
	}
	if coding := answer.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return nil, fmt.Errorf("%s answered in the encoding %.20q, which was not asked for", response.URL, coding)
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	c.counters.bytes.Add(int64(len(raw)))
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", response.URL, withoutAddress(err))
	}
	if int64(len(raw)) > limit {
		return nil, fmt.Errorf("%s: %w: at most %d bytes are", response.URL, ErrTooLarge, limit)
	}
	response.Body = raw
	return response, nil
}

// follow sends one request and those that its redirects lead to.
func (c *Client) follow(ctx context.Context, request Request, verbatim bool) (*http.Response, error) {
	u, err := url.Parse(request.URL)
	if err != nil {
		return nil, &Refused{Host: "an address", Reason: "it is not a URL"}
	}
	origin, home, named := u, true, request.Named
	for hop := 0; ; hop++ {
		if err := c.judge(u, named); err != nil {
			return nil, err
		}
		asked, err := c.build(ctx, request, u, origin, hop, home)
		if err != nil {
			return nil, err
		}
		if verbatim {
			asked.Header.Set("Accept-Encoding", "identity")
		}
		answer, err := c.send(asked)
		if err != nil {
			return nil, err
		}
		next, err := redirect(answer, asked)
		if err != nil || next == nil {
			return answer, err
		}
		drain(answer)
		c.counters.redirects.Add(1)
		if hop == maxRedirects {
			return nil, &Refused{Host: u.Host, Reason: fmt.Sprintf("it redirects more than %d times", maxRedirects)}
		}
		named = false // from here the host that redirects chooses, which was judged
		home = home && sameHost(next, origin)
		u = next
	}
}

// build writes the request for one hop. Home says that no redirect has left the
// host that was asked at first; headers of the caller and the token stay there.
func (c *Client) build(ctx context.Context, request Request, u, origin *url.URL, hop int, home bool) (*http.Request, error) {
	var body io.Reader
	if len(request.Body) > 0 {
		body = bytes.NewReader(request.Body)
	}
	asked, err := http.NewRequestWithContext(ctx, request.method(), u.String(), body)
	if err != nil {
		return nil, &Refused{Host: u.Host, Reason: "it cannot be asked: " + err.Error()}
	}
	if home {
		for name, values := range request.Header {
			name = http.CanonicalHeaderKey(name)
			if name == "Authorization" || name == "Cookie" || name == "Proxy-Authorization" {
				return nil, &Refused{Host: u.Host, Reason: "a token goes into Request.Token, not into a header"}
			}
			asked.Header[name] = values
		}
		c.present(asked, request.Token)
	}
	asked.Header.Set("User-Agent", c.options.UserAgent)
	if request.Accept != "" {
		asked.Header.Set("Accept", request.Accept)
	}
	return asked, nil
}

// present gives the token to its host and to nobody else.
func (c *Client) present(asked *http.Request, token Token) {
	if token.Value == "" || !token.goesTo(asked.URL) {
		return
	}
	if asked.URL.Scheme != "https" && !c.hosts.allowed(asked.URL) {
		return
	}
	scheme := token.Scheme
	if scheme == "" {
		scheme = "Bearer"
	}
	asked.Header.Set("Authorization", scheme+" "+token.Value)
}

// goesTo says whether the token is for the host of an address. A bare host is that
// host on the port of its scheme.
func (t Token) goesTo(u *url.URL) bool {
	host, want := plainHost(t.Host), plainHost(u.Hostname())
	if port(u) == "443" && host == want && host != "" {
		return true
	}
	_, is := newHosts([]string{t.Host})[net.JoinHostPort(want, port(u))]
	return is
}

// redirect is where an answer leads to, nil when it is one to read.
func redirect(answer *http.Response, asked *http.Request) (*url.URL, error) {
	switch answer.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	next, err := answer.Location()
	if err != nil {
		drain(answer)
		return nil, &Refused{Host: asked.URL.Host, Reason: "it redirects without saying where to"}
	}
	if err := judgeRedirect(asked, next); err != nil {
		drain(answer)
		return nil, err
	}
	next.Fragment = ""
	return next, nil
}

func judgeRedirect(asked *http.Request, next *url.URL) error {
	if asked.URL.Scheme == "https" && next.Scheme != "https" {
		return &Refused{Host: next.Host, Reason: asked.URL.Host + " redirects there from https to " + next.Scheme}
	}
	if asked.Method != http.MethodGet && asked.Method != http.MethodHead {
		return &Refused{Host: next.Host, Reason: asked.URL.Host + " redirects a " + asked.Method + " there"}
	}
	return nil
}

// drain reads the short rest of a body so that the connection can be used again.
func drain(answer *http.Response) {
	_, _ = io.CopyN(io.Discard, answer.Body, 4<<10) // a failure only costs the connection
	answer.Body.Close()
}

// send puts one request on the wire.
func (c *Client) send(asked *http.Request) (*http.Response, error) {
	if c.options.Offline {
		return nil, ErrOffline
	}
	if c.sent.Add(1) > c.options.MaxRequests {
		return nil, fmt.Errorf("%w (%d)", ErrBudget, c.options.MaxRequests)
	}
	c.counters.count(asked.URL.Host)
	through := c.direct
	proxy, err := c.options.Proxy(asked)
	if err != nil {
		return nil, fmt.Errorf("read the proxy of the environment: %w", err)
	}
	if proxy != nil {
		through = c.proxied
	}
	answer, err := through.RoundTrip(asked)
	if err != nil {
		var refused *Refused
		if errors.As(err, &refused) {
			return nil, refused
		}
		return nil, fmt.Errorf("ask %s: %w", Clean(asked.URL), withoutAddress(err))
	}
	return answer, nil
}
