// Command sealvet-slsa-verifier is sealvet's second verifier of provenance: the
// library of slsa-verifier behind a protocol of one JSON request and one JSON reply
// a line (package wire). sealvet starts it; people have no use for it.
//
// It is a module of its own because slsa-verifier and any current sigstore-go do not
// compile in one. It opens no file and dials nothing: trust roots and keys come with
// the requests, and what cannot be settled with them reads cannot-judge.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

func main() {
	memory := flag.Int64(wire.MemoryFlag, 512<<20, "bytes of memory that it may use, 0 for no limit")
	flag.Parse()
	if err := run(*memory); err != nil {
		fmt.Fprintln(os.Stderr, "sealvet-slsa-verifier:", err)
		os.Exit(1)
	}
}

func run(memory int64) error {
	in, out := os.Stdin, os.Stdout
	clearEnvironment()
	prints, err := capturePrints()
	if err != nil {
		return err
	}
	goOffline()
	if err := confine(memory); err != nil {
		return err
	}
	return serve(in, out, &judge{prints: prints})
}

// serve answers requests in their order until the input ends.
func serve(in io.Reader, out io.Writer, judge *judge) error {
	reader := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := readLine(reader)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := writeReply(out, judge.answer(line)); err != nil {
			return err
		}
	}
}

var errLongLine = errors.New("a request is longer than the protocol allows")

func readLine(reader *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := reader.ReadSlice('\n')
		if len(line)+len(part) > wire.MaxRequest {
			return nil, errLongLine
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return line, nil
		case err == bufio.ErrBufferFull: // the rest of the line is still to come
		case err == io.EOF && len(bytes.TrimSpace(line)) > 0:
			return nil, io.ErrUnexpectedEOF
		default:
			return nil, err
		}
	}
}

func writeReply(out io.Writer, reply wire.Reply) error {
	line, err := json.Marshal(reply)
	if err != nil {
		return err
	}
	_, err = out.Write(append(line, '\n'))
	return err
}
