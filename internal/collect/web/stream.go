package web

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// errSilent is a host that keeps a connection open and says nothing.
var errSilent = errors.New("the host fell silent")

// stream is the body of an answer that is read as it comes. A body that falls
// silent for a time is cut off, one that is too long ends in ErrTooLarge.
type stream struct {
	ctx    context.Context
	body   io.ReadCloser
	left   int64
	watch  *time.Timer
	quiet  time.Duration
	cancel context.CancelCauseFunc
	bytes  *atomic.Int64
}

func (s *stream) Read(into []byte) (int, error) {
	if s.left < 0 {
		return 0, ErrTooLarge
	}
	// One byte more than is left tells the end from an overflow.
	if int64(len(into)) > s.left+1 {
		into = into[:s.left+1]
	}
	s.watch.Reset(s.quiet)
	n, err := s.body.Read(into)
	s.bytes.Add(int64(n))
	s.left -= int64(n)
	if s.left < 0 {
		return n - 1, ErrTooLarge
	}
	if err != nil && errors.Is(context.Cause(s.ctx), errSilent) {
		err = errSilent
	}
	return n, err
}

func (s *stream) Close() error {
	s.watch.Stop()
	s.cancel(nil)
	return s.body.Close()
}
