package github

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
)

const (
	// maxAnswer bounds one answer of the API, in bytes.
	maxAnswer = 16 << 20
	// maxTries is how often one request is sent, the first time included.
	maxTries = 4
	// unsaid is how long to wait where the host says too fast but not for how long. Source: GitHub's documentation.
	unsaid = time.Minute
)

// errRenewed is a token of an installation that was refused: the next try has a new
// one.
var errRenewed = errors.New("the token of the installation was refused; a new one is asked for")

// patient sends requests with the token of the moment, counts them, reads their whole
// answers and tries again what may pass. It stands below go-github, whose own ideas of
// limits miss 429, and knows one failure from another by status, headers and message.
type patient struct{ *client }

func (p patient) RoundTrip(asked *http.Request) (*http.Response, error) {
	ctx := asked.Context()
	for try := 1; ; try++ {
		answer, body, err := p.send(asked)
		var final *Unfinished
		if errors.As(err, &final) {
			return nil, final
		}
		pause, reason := p.judge(answer, body, err, try)
		switch {
		case reason == "" && err != nil:
			return nil, &outage{err}
		case reason == "":
			p.answered()
			return wrapped(answer, body), nil
		case try >= maxTries && err == nil && limited(answer, body):
			return nil, p.exhausted(answer, reason)
		case try >= maxTries:
			return nil, p.givenUp(asked, answer, err)
		}
		if err := p.wait(ctx, pause, reason); err != nil {
			return nil, err
		}
	}
}

// send is one try. An answer comes with its whole body.
func (p patient) send(asked *http.Request) (*http.Response, []byte, error) {
	ctx := asked.Context()
	if err := p.charge(ctx); err != nil {
		return nil, nil, err
	}
	value, err := p.source.token(ctx)
	if err != nil {
		return nil, nil, err
	}
	own := asked.Clone(ctx)
	if asked.GetBody != nil {
		if own.Body, err = asked.GetBody(); err != nil {
			return nil, nil, err
		}
	}
	own.Header.Del("Authorization")
	answer, err := p.options.Client.Once(false, web.Token{Host: p.api.Host, Value: value}).RoundTrip(own)
	if err != nil {
		return nil, nil, p.unreached(ctx, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		return nil, nil, &outage{fmt.Errorf("%s: %w", web.Clean(asked.URL), web.ErrTooLarge)}
	}
	if err != nil {
		return nil, nil, p.unreached(ctx, fmt.Errorf("read the answer of %s: %w", web.Clean(asked.URL), err))
	}
	if answer.StatusCode == http.StatusUnauthorized && value != "" {
		if p.source.renew() {
			return nil, nil, errRenewed
		}
		return nil, nil, p.dead()
	}
	return answer, body, nil
}

// unreached tells what ends the scan from what another try may mend.
func (p patient) unreached(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return &Unfinished{Reason: "asking " + p.api.Host + " was interrupted", Advice: "Run again.", err: ctx.Err()}
	case errors.Is(err, web.ErrBudget):
		return p.spent()
	case errors.Is(err, web.ErrOffline):
		return &Unfinished{Reason: "offline: " + p.api.Host + " is not asked", Advice: "Run without --offline.", err: err}
	}
	return err
}

// judge says whether to try again: after which pause, and why. An empty reason takes
// the answer as it is.
func (p patient) judge(answer *http.Response, body []byte, err error, try int) (time.Duration, string) {
	doubling := p.pause << min(try-1, 6)
	var gone *outage
	var refused *web.Refused
	switch {
	case errors.As(err, &gone), errors.As(err, &refused), nobody(err), try >= 2 && speechless(err):
		return 0, ""
	case errors.Is(err, errRenewed):
		return 0, err.Error()
	case err != nil:
		return doubling, err.Error()
	case limited(answer, body):
		pause, until := p.asks(answer, try)
		return pause, p.api.Host + " " + until
	case heavy(answer) && answer.Request.Method == http.MethodPost && try >= 2:
		return 0, "" // a query that is too large stays so: whoever asked halves it
	case answer.StatusCode >= http.StatusInternalServerError:
		return doubling, fmt.Sprintf("%s answered %d", p.api.Host, answer.StatusCode)
	}
	return 0, ""
}

// nobody says that there is no such host: it will not be there in a second either.
func nobody(err error) bool {
	var name *net.DNSError
	return errors.As(err, &name) && name.IsNotFound
}

// speechless says that nobody answered in time.
func speechless(err error) bool {
	var failed net.Error
	return errors.As(err, &failed) && failed.Timeout()
}

func heavy(answer *http.Response) bool {
	return answer.StatusCode == http.StatusBadGateway || answer.StatusCode == http.StatusGatewayTimeout
}

// limited tells a limit from a missing permission. Both are 403; a permission that is
// missed by the last request of the hour comes with nothing remaining, too.
func limited(answer *http.Response, body []byte) bool {
	switch answer.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden:
		return answer.Header.Get("Retry-After") != "" || strings.Contains(strings.ToLower(message(body)), "rate limit")
	}
	return false
}

// asks is how long the host wants to be left alone, in its own words: Retry-After,
// else the end of the hour where nothing remains, else a minute that doubles.
func (c *client) asks(answer *http.Response, try int) (time.Duration, string) {
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, "was asked too fast"
	}
	if answer.Header.Get("X-RateLimit-Remaining") == "0" {
		if at, err := strconv.ParseInt(answer.Header.Get("X-RateLimit-Reset"), 10, 64); err == nil {
			reset := time.Unix(at, 0)
			return max(reset.Sub(c.options.Now()), 0) + time.Second, "has no more requests left until " + reset.UTC().Format("15:04:05 UTC")
		}
	}
	return unsaid << min(try-1, 4), "was asked too fast"
}

// wait pauses within the patience of the run, and says why.
func (c *client) wait(ctx context.Context, pause time.Duration, reason string) error {
	c.mu.Lock()
	left := c.options.Patience - c.waited
	if pause <= left {
		c.waited += pause
	}
	c.mu.Unlock()
	if pause > left {
		return c.stop(&Unfinished{
			Reason: fmt.Sprintf("%s; it wants to be left alone for %s, which is longer than the scan waits", reason, pause.Round(time.Second)),
			Advice: c.relief(),
		})
	}
	if pause >= time.Second {
		c.options.Waiting(fmt.Sprintf("%s; waiting %s", reason, pause.Round(time.Second)))
	}
	if err := c.sleep(ctx, pause); err != nil {
		return &Unfinished{Reason: "asking " + c.api.Host + " was interrupted", Advice: "Run again.", err: err}
	}
	return nil
}

func (c *client) relief() string {
	if c.kind == Anonymous {
		return "Give a token: it raises the limit from 60 requests an hour to some thousand."
	}
	return "Run again later, or with a token whose limit is higher."
}

func (c *client) exhausted(answer *http.Response, reason string) error {
	return c.stop(&Unfinished{Reason: reason, Advice: c.relief(), err: &web.Status{Code: answer.StatusCode, URL: web.Clean(answer.Request.URL)}})
}

// brokenCircuit is how many requests in a row may go without an answer. Then the host is
// left alone: each part of the scan would wait for all its tries.
const brokenCircuit = 2

func (c *client) givenUp(asked *http.Request, answer *http.Response, err error) error {
	if err == nil {
		err = &web.Status{Code: answer.StatusCode, URL: web.Clean(asked.URL)}
	}
	c.mu.Lock()
	c.silent++
	over := c.silent >= brokenCircuit
	c.mu.Unlock()
	if !over {
		return &outage{err}
	}
	return c.stop(&Unfinished{Reason: fmt.Sprintf("%s does not answer any more: %v", c.api.Host, err), Advice: "Run again when it answers.", err: err})
}

// answered closes the circuit again.
func (c *client) answered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.silent = 0
}

func (c *client) dead() error {
	return c.stop(&Unfinished{
		Reason: c.api.Host + " does not take the token (401): it expired, was revoked, or is for another host",
		Advice: "Make a new token and run again.",
		err:    &web.Status{Code: http.StatusUnauthorized, URL: c.api.String()},
	})
}

func (c *client) spent() error {
	return c.stop(&Unfinished{
		Reason: fmt.Sprintf("the scan has sent the %d requests that it may send to %s", c.sent(), c.api.Host),
		Advice: "Raise --max-requests and run again.",
		err:    web.ErrBudget,
	})
}

// wrapped gives an answer its body back. X-From-Cache keeps go-github from locking
// itself out when nothing remains: that is decided here.
func wrapped(answer *http.Response, body []byte) *http.Response {
	answer.Header.Set("X-From-Cache", "1")
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer
}
