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
	"time"
)

// maxRedirects is how many are followed.
const maxRedirects = 5

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
	if c.mute(asked.URL.Host) {
		return nil, &unreached{Clean(asked.URL), errMute}
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
	answer, err := c.patiently(through, asked)
	if err != nil {
		var refused *Refused
		if errors.As(err, &refused) {
			return nil, refused
		}
		if silent(err) && asked.Context().Err() == nil {
			c.silences(asked.URL.Host, 1)
		}
		return nil, &unreached{Clean(asked.URL), withoutAddress(err)}
	}
	c.silences(asked.URL.Host, -1)
	return answer, nil
}

// maxSilences is how often in a row a host may say nothing at all. Then it is left
// alone: a network that swallows everything would cost each look-up all its patience.
const maxSilences = 2

// errMute says that a host was left alone. It is one more silence: a net.Error.
var errMute net.Error = muteError{}

type muteError struct{}

func (muteError) Error() string   { return "it did not answer before, and is left alone" }
func (muteError) Timeout() bool   { return true }
func (muteError) Temporary() bool { return false }

// patiently waits for the head of an answer no longer than the options say, the
// connection through a proxy included, for which net/http takes a minute of its own.
func (c *Client) patiently(through *http.Transport, asked *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(asked.Context())
	timer := time.AfterFunc(c.options.Timeout, func() { cancel(errSilent) })
	answer, err := through.RoundTrip(asked.WithContext(ctx))
	timer.Stop()
	if err != nil {
		if errors.Is(context.Cause(ctx), errSilent) {
			err = errSilent
		}
		cancel(nil)
		return nil, err
	}
	answer.Request = asked
	answer.Body = &ending{answer.Body, func() { cancel(nil) }}
	return answer, nil
}

// ending does something once a body is closed.
type ending struct {
	io.ReadCloser
	end func()
}

func (e *ending) Close() error {
	defer e.end()
	return e.ReadCloser.Close()
}

func (c *Client) mute(host string) bool {
	c.silence.Lock()
	defer c.silence.Unlock()
	return c.silent[host] >= maxSilences
}

// silences counts one more, or forgets them all where the host spoke.
func (c *Client) silences(host string, more int) {
	c.silence.Lock()
	defer c.silence.Unlock()
	if more < 0 {
		delete(c.silent, host)
		return
	}
	if c.silent == nil {
		c.silent = make(map[string]int)
	}
	c.silent[host] += more
}
