package second

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify/second/wire"
)

// misbehave plays a program that does not keep to the protocol, or that dies.
func misbehave(role string) {
	role, state, _ := strings.Cut(role, "@")
	reader := bufio.NewReaderSize(os.Stdin, 1<<20)
	pass := wire.Reply{Verdict: wire.Pass, Class: "ok", Engine: wire.Engine}
	switch role {
	case "early": // answers before it is asked
		answer(pass, 1)
	case "deaf":
		time.Sleep(time.Hour)
	case "crash-at-start":
		os.Exit(3)
	}
	for question := 1; ; question++ {
		var request wire.Request
		line, err := reader.ReadBytes('\n')
		if err != nil || json.Unmarshal(line, &request) != nil {
			return
		}
		switch role {
		case "garbage":
			fmt.Println("pass ok \x1b[2J")
		case "half":
			fmt.Printf(`{"id":%d,"verdict":"pass","class":"ok"`, request.ID)
			return
		case "half-then-silence":
			fmt.Printf(`{"id":%d,"verdict":"pass","class":"ok"`, request.ID)
			time.Sleep(time.Hour)
		case "silent":
		case "huge":
			fmt.Println(`{"detail":"` + strings.Repeat("x", wire.MaxReply) + `"}`)
		case "endless":
			for {
				fmt.Print(strings.Repeat("x", 1<<16))
			}
		case "wrong-id":
			answer(pass, request.ID+1)
		case "no-id":
			fmt.Println(`{"verdict":"pass","class":"ok"}`)
		case "twice":
			fmt.Printf(`{"id":%d,"verdict":"pass","class":"ok"} {"id":%d}`+"\n", request.ID, request.ID)
		case "two-lines":
			answer(wire.Reply{Verdict: wire.Error, Class: "tool-error"}, request.ID)
			answer(pass, request.ID)
		case "array":
			fmt.Printf(`[{"id":%d,"verdict":"pass","class":"ok"}]`+"\n", request.ID)
		case "other-type":
			fmt.Printf(`{"id":%d,"verdict":true,"class":"ok"}`+"\n", request.ID)
		case "contradiction":
			answer(wire.Reply{Verdict: wire.Fail, Class: "ok"}, request.ID)
		case "other-contradiction":
			answer(wire.Reply{Verdict: wire.Pass, Class: "signature-invalid"}, request.ID)
		case "unknown-class":
			answer(wire.Reply{Verdict: wire.Pass, Class: "fine"}, request.ID)
		case "unknown-verdict":
			answer(wire.Reply{Verdict: "yes", Class: "ok"}, request.ID)
		case "crash":
			os.Exit(3)
		case "hog":
			held := make([]byte, 1<<30)
			for i := range held {
				held[i] = byte(i)
			}
			time.Sleep(time.Hour)
			runtime.KeepAlive(held)
		case "child": // leaves somebody behind who holds the pipe
			child := exec.Command("sleep", "3600")
			child.Stdout = os.Stdout
			_ = child.Start()
			return
		case "controls":
			answer(wire.Reply{Verdict: wire.Fail, Class: "signature-invalid", Detail: "a\x1b[31m\nb\u202e", Engine: "evil\n"}, request.ID)
		case "environment":
			answer(wire.Reply{Verdict: wire.Fail, Class: "malformed", Detail: strings.Join(os.Environ(), " ") + " " + workingDirectory()}, request.ID)
		case "crash-once": // dies at its second question, unless it died before
			if question == 2 {
				if _, err := os.Stat(state); err != nil {
					_ = os.WriteFile(state, nil, 0o600)
					os.Exit(3)
				}
			}
			answer(pass, request.ID)
		}
	}
}

func workingDirectory() string {
	dir, _ := os.Getwd()
	return dir
}

func answer(reply wire.Reply, id uint64) {
	reply.ID = id
	line, _ := json.Marshal(reply)
	fmt.Println(string(line))
}

// fake is a verifier whose program misbehaves. It is started by a script, since
// nothing of our environment reaches the program.
func fake(t *testing.T, role string) *Verifier {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fakes are scripts of a Unix shell")
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "fake")
	text := fmt.Sprintf("#!/bin/sh\nSEALVET_TEST_ROLE='%s' exec '%s'\n", role, own)
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	v := open(t, script)
	v.time = 20 * time.Second
	return v
}

// TestMisbehaviour: whatever comes out of the program, nothing but a well-formed
// answer to the question passes.
func TestMisbehaviour(t *testing.T) {
	for _, role := range []string{
		"garbage", "half", "half-then-silence", "silent", "huge", "endless", "wrong-id", "no-id", "twice", "array", "other-type",
		"contradiction", "other-contradiction", "unknown-class", "unknown-verdict", "crash", "crash-at-start", "child", "deaf", "hog",
	} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			question, root, keys := readCase(t, "github/MODULE.bazel").question(t)
			v := fake(t, role)
			switch role {
			case "silent", "deaf", "half-then-silence", "child":
				v.time = 500 * time.Millisecond
			case "hog":
				if resident(os.Getpid()) == 0 {
					t.Skip("the memory of a process is not known on this system")
				}
				v.memory = 200 << 20
			}
			question.Material.Raw = append(question.Material.Raw, strings.Repeat(" ", 1<<20)...) // more than a pipe holds
			for range strikes {
				if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.ToolError {
					t.Fatalf("got %+v", opinion)
				}
			}
			opinion := v.Opinion(t.Context(), question, root, keys)
			if opinion.Class != provenance.EngineUnavailable {
				t.Fatalf("after %d failures: got %+v", strikes, opinion)
			}
			first := []evidence.Proof{{Class: provenance.OK, Level: 2}}
			if got := v.Attach(t.Context(), question, first, root, keys)[0]; got.Class != provenance.OK || got.Level != 2 {
				t.Fatalf("a verdict of the first engine was lost: %+v", got)
			}
		})
	}
}

// TestExtraLines: an answer that nobody asked for is not taken for the next one.
func TestExtraLines(t *testing.T) {
	question, root, keys := readCase(t, "github/MODULE.bazel").question(t)
	v := fake(t, "two-lines")
	for range 4 {
		if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class == provenance.OK {
			t.Fatalf("got %+v", opinion)
		}
	}
	v = fake(t, "early")
	if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class == provenance.OK {
		t.Fatalf("got %+v", opinion)
	}
}

// TestRestart: a process that died between two questions gets a successor.
func TestRestart(t *testing.T) {
	question, root, keys := readCase(t, "github/MODULE.bazel").question(t)
	v := fake(t, "crash-once@"+filepath.Join(t.TempDir(), "died"))
	for range 3 {
		if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.OK {
			t.Fatalf("got %+v", opinion)
		}
	}
	v = open(t, built)
	if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.OK {
		t.Fatalf("got %+v", opinion)
	}
	if err := v.process.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.OK {
		t.Fatalf("after it was killed: got %+v", opinion)
	}
}

// TestCleanStart: no token, proxy or setting reaches the program, and it does not
// work in our directory.
func TestCleanStart(t *testing.T) {
	t.Setenv("SEALVET_TEST_TOKEN", "planted")
	t.Setenv("SLSA_VERIFIER_TESTING", "1")
	t.Setenv("HTTPS_PROXY", "http://proxy.invalid")
	question, root, keys := readCase(t, "github/MODULE.bazel").question(t)
	opinion := fake(t, "environment").Opinion(t.Context(), question, root, keys)
	for _, planted := range []string{"planted", "SLSA_VERIFIER", "PROXY", "HOME=", workingDirectory()} {
		if strings.Contains(opinion.Detail, planted) {
			t.Errorf("%s got through: %s", planted, opinion.Detail)
		}
	}
	if !strings.Contains(opinion.Detail, "GOMEMLIMIT=") {
		t.Errorf("got %+v", opinion)
	}
}

// TestControls: what a program says is printed as harmless text.
func TestControls(t *testing.T) {
	question, root, keys := readCase(t, "github/MODULE.bazel").question(t)
	opinion := fake(t, "controls").Opinion(t.Context(), question, root, keys)
	if opinion.Detail != "a[31m b" || opinion.Engine != wire.Engine || opinion.Class != provenance.SignatureInvalid {
		t.Fatalf("got %+q", opinion)
	}
}
