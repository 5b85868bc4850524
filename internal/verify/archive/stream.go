package archive

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// exact reads what an entry declares, and fails where there is more or less.
type exact struct {
	from  io.Reader
	left  int64
	entry string
}

func (e *exact) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if int64(len(p)) > e.left+1 {
		p = p[:e.left+1] // one more than declared, to see whether it ends
	}
	n, err := e.from.Read(p)
	if int64(n) > e.left {
		return 0, &Error{Entry: e.entry, Problem: ErrSize, Cause: errors.New("there is more")}
	}
	e.left -= int64(n)
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF && e.left == 0:
		return n, io.EOF
	case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF) && e.left > 0:
		return n, &Error{Entry: e.entry, Problem: ErrTruncated, Cause: fmt.Errorf("%d bytes are missing", e.left)}
	}
	return n, wrap(e.entry, err)
}

// wrap sorts what the libraries say.
func wrap(entry string, err error) error {
	var typed *Error
	if errors.As(err, &typed) {
		return err
	}
	problem := ErrMalformed
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		problem = ErrTruncated
	case errors.Is(err, zip.ErrFormat):
		problem = ErrSize
	}
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) {
		problem = ErrMalformed
	}
	return &Error{Entry: entry, Problem: problem, Cause: err}
}

// bounded is an unpacked stream that stops a bomb while it bursts.
type bounded struct {
	from   io.Reader
	packed *counter
	limits Limits
	read   int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.read += int64(n)
	switch {
	case b.read > b.limits.Total:
		return 0, &Error{Problem: ErrTooLarge, Cause: fmt.Errorf("more than %d bytes", b.limits.Total)}
	case b.packed != nil && b.limits.tight(b.read, b.packed.read):
		return 0, &Error{Problem: ErrRatio, Cause: fmt.Errorf("%d bytes in %d", b.read, b.packed.read)}
	}
	return n, err
}

type counter struct {
	from io.Reader
	read int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.read += int64(n)
	return n, err
}

// unpacked takes off gzip or zstd, which it knows by their first bytes.
func unpacked(r io.Reader, limits Limits) (io.Reader, func(), error) {
	packed := &counter{from: r}
	buffered := bufio.NewReaderSize(packed, 1<<15)
	start, _ := buffered.Peek(4)
	switch {
	case bytes.HasPrefix(start, []byte{0x1f, 0x8b}):
		from, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, nil, wrap("", err)
		}
		return &bounded{from: from, packed: packed, limits: limits}, func() {}, nil
	case bytes.Equal(start, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		from, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
		if err != nil {
			return nil, nil, wrap("", err)
		}
		return &bounded{from: from, packed: packed, limits: limits}, from.Close, nil
	}
	return &bounded{from: buffered, limits: limits}, func() {}, nil
}
