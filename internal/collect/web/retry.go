package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// tries sends a request until it is answered, as often as the options say.
func (c *Client) tries(ctx context.Context, request Request, once func(context.Context) error) error {
	if c.options.Offline {
		return ErrOffline
	}
	repeatable := request.Safe || request.method() == http.MethodGet || request.method() == http.MethodHead
	for try := 0; ; try++ {
		err := once(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w (%v)", ctx.Err(), err)
		}
		pause, again := c.pause(try, err)
		if !again || !repeatable || try >= c.options.Retries {
			return err
		}
		if err := c.wait(ctx, pause, err); err != nil {
			return err
		}
	}
}

func (c *Client) wait(ctx context.Context, pause time.Duration, reason error) error {
	c.counters.retries.Add(1)
	c.counters.waited.Add(int64(pause))
	if pause >= time.Second {
		c.options.Waiting(fmt.Sprintf("%v; trying again in %s", reason, pause.Round(time.Second)))
	}
	return c.sleep(ctx, pause)
}

// pause says whether a failure may pass, and how long to wait: what the host asks
// for, else a pause that doubles, give or take a half so that many clients do not
// come back together.
func (c *Client) pause(try int, err error) (time.Duration, bool) {
	var status *Status
	if errors.As(err, &status) {
		if !passing(status.Code, status.RetryAfter) {
			return 0, false
		}
		if status.RetryAfter > 0 {
			return status.RetryAfter, status.RetryAfter <= c.options.MaxWait
		}
	} else if !passes(err) || try >= 1 && silent(err) {
		return 0, false // who said nothing twice will say nothing the third time
	}
	base := c.options.Pause << min(try, 6)
	pause := base/2 + rand.N(base)
	return min(pause, c.options.MaxWait), true
}

// passing knows the statuses that say: not now. GitHub says 403 with a
// Retry-After when it is asked too fast.
func passing(code int, after time.Duration) bool {
	switch code {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusRequestTimeout:
		return true
	case http.StatusForbidden:
		return after > 0
	}
	return false
}

// passes tells a connection that broke from an answer that will be the same again.
func passes(err error) bool {
	var refused *Refused
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name *net.DNSError
	var failed net.Error
	switch {
	case errors.As(err, &refused), errors.Is(err, ErrOffline), errors.Is(err, ErrTooLarge), errors.Is(err, ErrBudget), errors.Is(err, ErrDigest):
		return false
	case errors.As(err, &certificate), errors.As(err, &authority):
		return false
	case errors.As(err, &name):
		return name.IsTemporary || name.IsTimeout
	case errors.Is(err, errSilent):
		return true
	case errors.Is(err, errSlow):
		return false // it would drip again
	case errors.As(err, &failed):
		return true
	}
	return broken(err)
}

// silent says whether nobody answered in time.
func silent(err error) bool {
	var failed net.Error
	return errors.Is(err, errSilent) || errors.As(err, &failed) && failed.Timeout()
}

// broken knows a connection that was cut. net/http has no type for some of
// them.
func broken(err error) bool {
	text := err.Error()
	for _, sign := range []string{"EOF", "connection reset", "broken pipe", "connection refused", "server closed idle connection", "GOAWAY", "stream error"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// retryAfter reads how long a host asks to wait: seconds, or a date. Zero when it
// does not say.
func retryAfter(answer *http.Response) time.Duration {
	value := strings.TrimSpace(answer.Header.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(time.Duration(seconds)*time.Second, 0)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(time.Until(at).Round(time.Second), 0)
	}
	return 0
}
