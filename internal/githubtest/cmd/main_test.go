package main

import (
	"bytes"
	"context"
	"log"
	"strings"
	"sync"
	"testing"
	"time"
)

type output struct {
	mu   sync.Mutex
	held bytes.Buffer
}

func (o *output) Write(raw []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.held.Write(raw)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.held.String()
}

func TestServesUntilItIsStopped(t *testing.T) {
	var out output
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"--org", "acme", "--repos", "3"}, &out, teller{log.New(&out, "", 0)})
	}()
	for range 500 {
		if strings.Contains(out.String(), "curl") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"REST     http://127.0.0.1:", "ghp_TESTONLY", "github_pat_TESTONLY", "ghs_TESTONLY", "0 requests"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
	if err := run(ctx, []string{"--repos", "0"}, &out, teller{log.New(&out, "", 0)}); err == nil {
		t.Error("no repositories are served")
	}
}
