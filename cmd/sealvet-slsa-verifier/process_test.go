package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/go-openapi/runtime"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

// The test binary starts itself as the verifier, or as one that tries to get out.
func TestMain(m *testing.M) {
	switch os.Getenv("SEALVET_TEST_ROLE") {
	case "verifier":
		if err := run(512 << 20); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	case "escape":
		escape(os.Getenv("SEALVET_TEST_LISTENER"))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func role(t *testing.T, name string, extra ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program)
	command.Env = append([]string{"SEALVET_TEST_ROLE=" + name}, extra...)
	return command
}

// TestProcess asks a process several things: one answer a line, in order, and
// nothing else on its output.
func TestProcess(t *testing.T) {
	good := readCase(t, "npm/gundam-visor-cli-v1-tag").request(t)
	good.ID = 7
	bad := good
	bad.ID, bad.Source = 8, "github.com/somebody/else"
	var input bytes.Buffer
	for _, request := range []wire.Request{good, bad, {ID: 9, Kind: "tea leaves"}} {
		if err := json.NewEncoder(&input).Encode(request); err != nil {
			t.Fatal(err)
		}
	}
	input.WriteString("{half a\n")
	command := role(t, "verifier", "SLSA_VERIFIER_TESTING=1", "HTTPS_PROXY=http://127.0.0.1:1")
	command.Stdin = &input
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%v, and it printed %q", err, stderr.String())
	}
	var got []string
	for line := range strings.Lines(string(output)) {
		var reply wire.Reply
		if err := json.Unmarshal([]byte(line), &reply); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		got = append(got, fmt.Sprintf("%d %s %s", reply.ID, reply.Verdict, reply.Class))
	}
	want := []string{"7 pass ok", "8 fail source-mismatch", "9 error tool-error", "0 error tool-error"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("got %q, want %q", got, want)
	}
}

// TestNoDial: whatever it tries, the verifier reaches nobody. The listener counts.
func TestNoDial(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	reached := make(chan struct{}, 16)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connection.Close()
			reached <- struct{}{}
		}
	}()
	output, err := role(t, "escape", "SEALVET_TEST_LISTENER="+listener.Addr().String()).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if got := string(output); strings.Contains(got, "REACHED") || strings.Count(got, "refused") != 5 {
		t.Fatalf("got\n%s", got)
	}
	select {
	case <-reached:
		t.Fatal("somebody dialled")
	case <-time.After(50 * time.Millisecond):
	}
}

// escape prepares as the verifier does, then tries each way out.
func escape(address string) {
	out := os.Stdout
	clearEnvironment()
	if _, err := capturePrints(); err != nil {
		fmt.Fprintln(out, err)
		return
	}
	goOffline()
	if err := confine(512 << 20); err != nil {
		fmt.Fprintln(out, err)
		return
	}
	say := func(way string, err error) {
		if err == nil {
			fmt.Fprintln(out, way, "REACHED")
			return
		}
		fmt.Fprintln(out, way, "refused:", err)
	}
	_, err := http.Get("http://" + address)
	say("default client", err)
	_, err = net.LookupHost("somewhere.invalid")
	say("name", err)
	_, err = libraryRekorClient.Transport.Submit(&runtime.ClientOperation{})
	if !errors.Is(err, errOffline) {
		fmt.Fprintln(out, "log client REACHED", err)
	}
	say("log client", err)
	_, err = (&http.Client{Transport: &http.Transport{}}).Get("http://" + address) // a transport of its own
	say("own transport", err)
	_, err = net.Dial("tcp", address)
	say("socket", err)
}

// TestNoConnectCall watches the system calls, where the machine lets us.
func TestNoConnectCall(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not here; TestNoDial holds all the same")
	}
	trace := t.TempDir() + "/trace"
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var input bytes.Buffer
	requests := 0
	for _, listed := range readCases(t) {
		if request := listed.request(t); request.Kind != "" {
			requests++
			if err := json.NewEncoder(&input).Encode(request); err != nil {
				t.Fatal(err)
			}
		}
	}
	command := exec.CommandContext(t.Context(), strace, "-f", "-qq", "-e", "trace=socket,connect", "-o", trace, program)
	command.Env = []string{"SEALVET_TEST_ROLE=verifier"}
	command.Stdin = &input
	output, err := command.Output()
	if err != nil && len(output) == 0 {
		t.Skipf("strace may not trace here: %v", err)
	}
	calls, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(calls), "connect(") || strings.Contains(string(calls), "socket(") {
		t.Fatalf("it called\n%s", calls)
	}
	if answers := bytes.Count(output, []byte("\n")); answers != requests {
		t.Fatalf("%d answers to %d requests", answers, requests)
	}
}

// TestLongLine: a line beyond the limit ends the process: what follows it cannot be
// told from its rest.
func TestLongLine(t *testing.T) {
	command := role(t, "verifier")
	command.Stdin = strings.NewReader(strings.Repeat("x", wire.MaxRequest+2) + "\n")
	output, err := command.Output()
	if err == nil || len(output) > 0 {
		t.Fatalf("it took an overlong line: %v, %q", err, output)
	}
}
