package second

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/sealvet/sealvet/internal/verify/second/wire"
)

// process is one run of the program. It answers one request after the other until
// it breaks one rule, and is then killed: what comes out of it later could be taken
// for the answer to another question.
type process struct {
	command *exec.Cmd
	input   io.WriteCloser
	lines   chan []byte   // what it printed, a line at a time
	broken  chan struct{} // closed when no line will follow
	why     error         // why; read after broken is closed
	once    sync.Once
}

var (
	errLongReply = errors.New("its answer is longer than the protocol allows")
	errHalfReply = errors.New("it ended in the middle of an answer")
	errEnded     = errors.New("it ended without an answer")
	errSlow      = errors.New("it did not answer in time")
	errMemory    = errors.New("it took more memory than it may")
)

func start(program string, memory int64) (*process, error) {
	command := exec.Command(program, "-"+wire.MemoryFlag+"="+strconv.FormatInt(memory, 10))
	command.Env = environment(memory)
	command.Dir = filepath.VolumeName(program) + string(filepath.Separator) // not the checkout
	command.WaitDelay = time.Second                                         // for children that hold on to the pipe
	isolate(command)
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the second verifier: %w", err)
	}
	p := &process{command: command, input: input, lines: make(chan []byte), broken: make(chan struct{})}
	go p.read(output)
	return p, nil
}

// environment holds nothing of ours: no tokens, no proxy, nothing that changes how
// strict slsa-verifier is.
func environment(memory int64) []string {
	clean := []string{"GOMEMLIMIT=" + strconv.FormatInt(memory-memory/4, 10)}
	if root := os.Getenv("SYSTEMROOT"); root != "" {
		clean = append(clean, "SYSTEMROOT="+root) // without it no program of Windows starts
	}
	return clean
}

// read hands on lines until the output ends or one is too long.
func (p *process) read(output io.Reader) {
	defer close(p.broken)
	reader := bufio.NewReaderSize(output, 64<<10)
	var line []byte
	for {
		part, err := reader.ReadSlice('\n')
		if len(line)+len(part) > wire.MaxReply {
			p.why = errLongReply
			return
		}
		line = append(line, part...)
		switch {
		case err == nil:
			p.lines <- line
			line = nil
		case err == bufio.ErrBufferFull: // the rest is still to come
		case len(bytes.TrimSpace(line)) > 0:
			p.why = errHalfReply
			return
		default:
			p.why = errEnded
			return
		}
	}
}

// exchange sends one line and waits for one. It returns an answer only once the
// whole line is sent, so that the next one cannot run into it.
func (p *process) exchange(line []byte, stop <-chan struct{}, limit time.Duration, memory int64) ([]byte, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	watch := time.NewTicker(20 * time.Millisecond)
	defer watch.Stop()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = p.input.Write(line) // where it closed its input, what it says or that it ended follows
	}()
	sending, answered := sent, p.lines
	var answer []byte
	for sending != nil || answer == nil {
		select {
		case answer = <-answered:
			answered = nil
		case <-sending:
			sending = nil
		case <-p.broken:
			return nil, p.why
		case <-watch.C:
			if resident(p.command.Process.Pid) > memory {
				return nil, errMemory
			}
		case <-timer.C:
			return nil, errSlow
		case <-stop:
			return nil, errStopped
		}
	}
	return answer, nil
}

// kill ends the process and whatever it started, and waits for it.
func (p *process) kill() {
	p.once.Do(func() {
		killGroup(p.command)
		go func() { // a line that nobody wants must not hold the reader up
			for {
				select {
				case <-p.lines:
				case <-p.broken:
					return
				}
			}
		}()
		_ = p.input.Close()  // it is gone anyway
		_ = p.command.Wait() // how a killed process ended tells nothing
	})
}
