package second

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/sealvet/sealvet/internal/verify/second/wire"
)

var (
	errStopped  = errors.New("the question was withdrawn")
	errProtocol = errors.New("it broke the protocol")
	errGivenUp  = fmt.Errorf("%w: it failed %d times in a row", errMissing, strikes)
)

// ask puts one request to the program, started if need be. A process that answered
// before and ends now gets a successor once: it may have ended in between.
func (v *Verifier) ask(ctx context.Context, request wire.Request) (wire.Reply, error) {
	if err := v.Available(); err != nil {
		return wire.Reply{}, err
	}
	select {
	case <-v.turn:
		defer func() { v.turn <- struct{}{} }()
	case <-ctx.Done():
		return wire.Reply{}, errStopped
	}
	if v.failed >= strikes {
		return wire.Reply{}, errGivenUp
	}
	fresh := v.process == nil
	reply, err := v.once(ctx, request)
	if !fresh && errors.Is(err, errEnded) {
		reply, err = v.once(ctx, request)
	}
	switch {
	case err == nil:
		v.failed = 0
	case !errors.Is(err, errStopped):
		v.failed++
	}
	return reply, err
}

// once puts a request to the process. After any failure the process is ended.
func (v *Verifier) once(ctx context.Context, request wire.Request) (wire.Reply, error) {
	if v.process == nil {
		started, err := start(v.program, v.memory)
		if err != nil {
			return wire.Reply{}, fmt.Errorf("%w: %w", errMissing, err)
		}
		v.process = started
	}
	request.ID = rand.Uint64() // not to be guessed: an answer that comes early answers nothing
	line, err := json.Marshal(request)
	if err != nil {
		return wire.Reply{}, err
	}
	if len(line) >= wire.MaxRequest {
		return wire.Reply{}, fmt.Errorf("%w: the proof and its trust root have %d bytes", errTooLarge, len(line))
	}
	answer, err := v.process.exchange(append(line, '\n'), ctx.Done(), v.time, v.memory)
	if err != nil {
		v.end()
		return wire.Reply{}, err
	}
	reply, err := parseReply(answer, request.ID)
	if err != nil {
		v.end()
	}
	return reply, err
}

var errTooLarge = errors.New("it is too large to be asked about")

// parseReply reads an answer and holds it to the protocol.
func parseReply(line []byte, id uint64) (wire.Reply, error) {
	var reply wire.Reply
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&reply); err != nil {
		return wire.Reply{}, fmt.Errorf("%w: its answer does not parse", errProtocol)
	}
	if decoder.More() {
		return wire.Reply{}, fmt.Errorf("%w: it answers twice in one line", errProtocol)
	}
	if reply.ID != id {
		return wire.Reply{}, fmt.Errorf("%w: it answers another question", errProtocol)
	}
	if !consistent(reply) {
		return wire.Reply{}, fmt.Errorf("%w: its verdict contradicts itself", errProtocol)
	}
	return reply, nil
}
