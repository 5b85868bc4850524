package main

import (
	"bufio"
	"bytes"
	"io"
)

// peeker is a reader whose first bytes can be looked at.
type peeker struct{ *bufio.Reader }

func newPeeker(r io.Reader) peeker { return peeker{bufio.NewReader(r)} }

func (p peeker) startsWith(magic ...byte) bool {
	head, _ := p.Peek(len(magic))
	return bytes.Equal(head, magic)
}
