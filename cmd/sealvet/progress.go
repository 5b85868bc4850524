package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/sealvet/sealvet/reports"
)

// progress shows one line on a terminal while long work goes on, and nothing
// anywhere else.
type progress struct {
	mu    sync.Mutex
	what  string    // what is done, as "reading files"
	log   io.Writer // for what everybody should see
	w     io.Writer // nil where nobody watches
	start time.Time
	last  time.Time
	shown bool
}

func newProgress(w io.Writer, what string) *progress {
	p := &progress{what: what, log: w, start: time.Now()}
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.w = w
	}
	return p
}

// say tells why nothing moves, also where nobody watches.
func (p *progress) say(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintln(p.log, "sealvet:", reports.Plain(reason))
}

// step is called from many goroutines, once a thing that is done.
func (p *progress) step(done, total int) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.start) < 500*time.Millisecond || now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d", p.what, done, total)
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
