package web

import (
	"context"
	"fmt"
	"io"
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
