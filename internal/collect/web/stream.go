package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// errSilent is a host that keeps a connection open and says nothing.
var errSilent net.Error = silentError{}

type silentError struct{}

func (silentError) Error() string   { return "the host fell silent" }
func (silentError) Timeout() bool   { return true }
func (silentError) Temporary() bool { return true }

// errSlow is a host that says a little all the time.
var errSlow = errors.New("the host takes too long over its answer")

// dripping is how many times the allowed silence one answer may take.
const dripping = 20

// patience bounds the silences of one try, and the whole of it: a large answer over
// a slow line is fine, one that drips for ever is not.
type patience struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	silent *time.Timer
	slow   *time.Timer
	quiet  time.Duration
}

func (c *Client) patience(ctx context.Context) *patience {
	p := &patience{quiet: c.options.Timeout}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	p.silent = time.AfterFunc(p.quiet, func() { p.cancel(errSilent) })
	p.slow = time.AfterFunc(p.quiet*time.Duration(c.dripping), func() { p.cancel(errSlow) })
	return p
}

func (p *patience) end() {
	p.silent.Stop()
	p.slow.Stop()
	p.cancel(nil)
}

// explain says why a try was given up, which net/http does not know.
func (p *patience) explain(request Request, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(p.ctx); errors.Is(cause, errSilent) || errors.Is(cause, errSlow) {
		return fmt.Errorf("%s: %w", request.place(), cause)
	}
	return err
}

// quiet is a body whose every piece renews the patience.
type quiet struct {
	io.ReadCloser
	patience *patience
}

func (q *quiet) Read(into []byte) (int, error) {
	q.patience.silent.Reset(q.patience.quiet)
	n, err := q.ReadCloser.Read(into)
	if cause := context.Cause(q.patience.ctx); err != nil && err != io.EOF && cause != nil {
		err = cause
	}
	return n, err
}

// stream is the body of an answer that is read as it comes. One that is too long
// ends in ErrTooLarge.
type stream struct {
	body     io.ReadCloser
	left     int64
	patience *patience
	bytes    *atomic.Int64
}

func (s *stream) Read(into []byte) (int, error) {
	if s.left < 0 {
		return 0, ErrTooLarge
	}
	// One byte more than is left tells the end from an overflow.
	if int64(len(into)) > s.left+1 {
		into = into[:s.left+1]
	}
	n, err := s.body.Read(into)
	s.bytes.Add(int64(n))
	s.left -= int64(n)
	if s.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}

func (s *stream) Close() error {
	s.patience.end()
	return s.body.Close()
}
