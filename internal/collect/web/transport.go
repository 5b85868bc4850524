package web

import (
	"net/http"
)

// Transport is the client for libraries that bring their own requests. Each of
// them, and each redirect that the library follows, is held to the rules of this
// package; named says that the audited repository chose the addresses. Tokens go
// to their hosts; an Authorization header of the library's own is dropped when a
// redirect leads to another host. It adds retries for GET and HEAD, and no limit of
// the body: that is for the library, or whoever reads what it hands out.
func (c *Client) Transport(named bool, tokens ...Token) http.RoundTripper {
	return &tripper{client: c, named: named, tokens: tokens}
}

// Once is Transport without retries, for a library that knows better what its host
// means by a failure. Every request it is handed is one that is sent.
func (c *Client) Once(named bool, tokens ...Token) http.RoundTripper {
	return &tripper{client: c, named: named, tokens: tokens, once: true}
}

// HTTP is an http.Client over Transport, without cookies.
func (c *Client) HTTP(named bool, tokens ...Token) *http.Client {
	return &http.Client{Transport: c.Transport(named, tokens...)}
}

type tripper struct {
	client *Client
	named  bool
	tokens []Token
	once   bool
}

func (t *tripper) RoundTrip(asked *http.Request) (*http.Response, error) {
	c := t.client
	if c.options.Offline {
		return nil, closing(asked, ErrOffline)
	}
	// net/http puts the answer that redirected here into the request.
	redirected := asked.Response != nil && asked.Response.Request != nil
	if redirected {
		if err := judgeHop(asked); err != nil {
			return nil, closing(asked, err)
		}
	}
	if err := c.judge(asked.URL, t.named && !redirected); err != nil {
		return nil, closing(asked, err)
	}
	own := asked.Clone(asked.Context())
	own.Header.Del("Cookie")
	own.Header.Del("Referer") // net/http would show the next host the query of the one before
	own.Header.Set("User-Agent", c.options.UserAgent)
	t.authorize(own, asked, redirected)
	answer, err := t.tries(own)
	return answer, bare(err)
}

func judgeHop(asked *http.Request) error {
	from := asked.Response.Request
	if from.URL.Scheme == "https" && asked.URL.Scheme != "https" {
		return &Refused{Host: asked.URL.Host, Reason: from.URL.Host + " redirects there from https to " + asked.URL.Scheme}
	}
	return nil
}

// authorize keeps tokens at home. A redirect may go away and come back: whatever
// left the first host gets nothing any more.
func (t *tripper) authorize(own, asked *http.Request, redirected bool) {
	if redirected {
		for from := asked.Response; from != nil && from.Request != nil; from = from.Request.Response {
			if !sameHost(from.Request.URL, asked.URL) {
				own.Header.Del("Authorization")
				return
			}
		}
	}
	if own.Header.Get("Authorization") != "" {
		return
	}
	for _, token := range t.tokens {
		t.client.present(own, token)
	}
}

func (t *tripper) tries(asked *http.Request) (*http.Response, error) {
	c := t.client
	repeatable := !t.once && asked.Body == nil && (asked.Method == http.MethodGet || asked.Method == http.MethodHead || asked.Method == "")
	for try := 0; ; try++ {
		answer, err := c.send(asked)
		if !repeatable || try >= c.options.Retries || asked.Context().Err() != nil {
			return answer, err
		}
		failure := err
		if err == nil {
			if answer.StatusCode < 400 {
				return answer, nil
			}
			failure = &Status{Code: answer.StatusCode, URL: Clean(asked.URL), RetryAfter: retryAfter(answer)}
		}
		pause, again := c.pause(try, failure)
		if !again {
			return answer, err
		}
		if answer != nil {
			drain(answer)
		}
		if err := c.wait(asked.Context(), pause, failure); err != nil {
			return nil, err
		}
	}
}

// closing keeps the promise of http.RoundTripper to close the body, whatever
// happens.
func closing(asked *http.Request, err error) error {
	if asked.Body != nil {
		asked.Body.Close()
	}
	return err
}
