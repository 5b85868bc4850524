package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
)

// prints catches what the library writes to standard error and output, so that it
// can neither disturb the protocol nor reach a terminal.
type prints struct {
	writer *os.File
	mark   string      // ends the prints of one request; random, so that no proof can name it
	ended  chan string // what was printed until the mark
}

const maxPrints = 4 << 10

func capturePrints() (*prints, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("catch what the library prints: %w", err)
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	caught := &prints{writer: writer, mark: "\n" + hex.EncodeToString(random) + "\n", ended: make(chan string)}
	os.Stderr, os.Stdout = writer, writer
	go caught.read(reader)
	return caught, nil
}

func (p *prints) read(reader *os.File) {
	var held []byte
	mark, part := []byte(p.mark), make([]byte, 4<<10)
	for {
		n, err := reader.Read(part)
		if err != nil {
			return
		}
		held = append(held, part[:n]...)
		for {
			before, after, found := bytes.Cut(held, mark)
			if !found {
				break
			}
			p.ended <- string(before)
			held = bytes.Clone(after)
		}
		if len(held) > 2*maxPrints { // keep the newest
			held = bytes.Clone(held[len(held)-maxPrints:])
		}
	}
}

// of runs a call of the library and returns what it printed.
func (p *prints) of(call func()) string {
	if p == nil { // in a test of the judge alone
		call()
		return ""
	}
	defer func() {
		if recovered := recover(); recovered != nil {
			p.flush()
			panic(recovered)
		}
	}()
	call()
	return p.flush()
}

func (p *prints) flush() string {
	if _, err := p.writer.WriteString(p.mark); err != nil {
		return ""
	}
	return <-p.ended
}
