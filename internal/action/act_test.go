package action_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	gh "github.com/sealvet/sealvet/internal/githubtest"
)

const (
	root   = "../.."
	pinned = "sealvet/sealvet@0123456789abcdef0123456789abcdef01234567"
)

// built is the folder of the program, empty until a test asked for it.
var built string

// program is sealvet, built once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sealvet-act-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "sealvet")
	build := exec.Command("go", "build", "-o", path, "./cmd/sealvet")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(code)
}

// released lays out the action at a commit whose table names a release, and the
// release.
func released(t *testing.T) (folder, releases string) {
	t.Helper()
	binary, err := program()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	folder, releases = t.TempDir(), t.TempDir()
	name := "sealvet_9.9.9_" + runtime.GOOS + "_" + runtime.GOARCH
	sum := sha256.Sum256(raw)
	put(t, filepath.Join(releases, "v9.9.9", name), string(raw))
	for _, file := range []string{"action.yml", ".github/action/run.sh"} {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(folder, file), string(text))
	}
	put(t, filepath.Join(folder, ".github/action/sha256sums.txt"), hex.EncodeToString(sum[:])+"  "+name+"\n")
	return folder, releases
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// job is one run of a workflow.
type job struct {
	name   string            // of the repository's folder
	files  map[string]string // of the repository
	with   string            // lines below with:
	event  any
	on     string // push when empty
	token  string
	server *gh.Server
	// spoil replaces the hash of the release.
	spoil bool
}

type outcome struct {
	log, outputs string
	failed       bool
}

const pinnedWorkflow = `on: [push, pull_request]
permissions: {contents: read}
jobs:
  vet:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - uses: ` + pinned + `
        id: sealvet
%s
      - if: always()
        shell: bash
        run: printf '%%s\n' "$SHOWN" > "$OUTSIDE/outputs"
        env:
          SHOWN: ${{ toJSON(steps.sealvet.outputs) }}
`

// run runs the workflow on this machine, without a container.
func (j job) run(t *testing.T) outcome {
	t.Helper()
	act, err := filepath.Abs(filepath.Join(root, ".ci/act/act"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(act); err != nil {
		t.Fatalf("act is not installed; run make test-tools: %v", err)
	}
	folder, releases := released(t)
	if j.spoil {
		table := filepath.Join(folder, ".github/action/sha256sums.txt")
		put(t, table, strings.Repeat("0", 64)+"  sealvet_9.9.9_"+runtime.GOOS+"_"+runtime.GOARCH+"\n")
	}
	outside := t.TempDir()
	repo := filepath.Join(outside, j.name)
	with := ""
	if j.with != "" {
		with = "        with:\n          " + strings.ReplaceAll(strings.TrimSpace(j.with), "\n", "\n          ")
	}
	put(t, filepath.Join(repo, ".github/workflows/ci.yml"), fmt.Sprintf(pinnedWorkflow, with))
	for name, text := range j.files {
		put(t, filepath.Join(repo, name), text)
	}
	git(t, repo, "init", "-q", "-b", "main")
	git(t, repo, "add", "-A")
	git(t, repo, "commit", "-q", "-m", "first")
	git(t, repo, "update-ref", "refs/remotes/origin/main", "HEAD") // what a pull request is held against
	on := j.on
	if on == "" {
		on = "push"
	}
	args := []string{
		on, "-P", "ubuntu-latest=-self-hosted", "--local-repository", pinned + "=" + folder, "--action-offline-mode", "--no-cache-server",
		"--env", "SEALVET_ACTION_RELEASES=file://" + releases, "--env", "OUTSIDE=" + outside, "--env", "RUNNER_TOOL_CACHE=" + filepath.Join(outside, "tools"),
		"--env", "GITHUB_REPOSITORY=acme/weather",
	}
	if j.server != nil {
		args = append(args, "--env", "GITHUB_SERVER_URL="+j.server.URL, "--env", "GITHUB_API_URL="+j.server.URL+"/api/v3")
	}
	if j.token != "" {
		args = append(args, "-s", "GITHUB_TOKEN="+j.token)
	}
	if j.event != nil {
		raw, _ := json.Marshal(j.event)
		put(t, filepath.Join(outside, "event.json"), string(raw))
		args = append(args, "--eventpath", filepath.Join(outside, "event.json"))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, act, args...)
	cmd.Dir = repo
	cmd.Env = append(os.Environ(), "HOME="+outside, "XDG_CACHE_HOME="+filepath.Join(outside, "cache"), "GITHUB_TOKEN=")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	outputs, _ := os.ReadFile(filepath.Join(outside, "outputs"))
	return outcome{log: log.String(), outputs: string(outputs), failed: err != nil}
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=Ada", "-c", "user.email=ada@example.com"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
}

func (o outcome) has(t *testing.T, failed bool, parts ...string) {
	t.Helper()
	if o.failed != failed {
		t.Errorf("the job failed: %t, want %t", o.failed, failed)
	}
	for _, part := range parts {
		if !strings.Contains(o.log+o.outputs, part) {
			t.Errorf("%q is missing", part)
		}
	}
	if t.Failed() {
		t.Log(o.log, o.outputs)
	}
}

const tagged = `on: push
permissions: {contents: read}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-go@v5
`

func world() gh.World {
	return gh.World{Repositories: []gh.Repository{{Owner: "acme", Name: "weather"}}}
}

func TestActionFails(t *testing.T) {
	got := job{name: "weather", files: map[string]string{".github/workflows/test.yml": tagged}, with: `online: "false"`}.run(t)
	got.has(t, true, `"result": "not-met"`, "unpinned-action", "the scan is offline", "sealvet.sarif")
}

func TestActionPasses(t *testing.T) {
	got := job{name: "weather", files: map[string]string{".github/workflows/test.yml": tagged}, with: "online: \"false\"\nfail-at: never"}.run(t)
	got.has(t, false, `"result": "met"`)
}

// Names with blanks, letters of other alphabets and commands for the runner.
func TestActionBearsNames(t *testing.T) {
	got := job{
		name:  "mit Leer ü 天気",
		files: map[string]string{"Ordner mit Leer/天 気/.github/workflows/té st.yml": tagged, "Ordner mit Leer/天 気/x ::set-env name=EVIL::1/Dockerfile": "FROM node\n"},
		with:  "online: \"false\"\nfail-at: never\npath: Ordner mit Leer/天 気",
	}.run(t)
	got.has(t, false, `"result": "met"`)
}

func TestActionUploads(t *testing.T) {
	s := gh.Serve(t, world())
	token := s.Token(gh.Job, gh.On("acme/weather"), gh.Can("contents:read", "metadata:read", "security_events:write"))
	got := job{name: "weather", files: map[string]string{".github/workflows/test.yml": tagged}, server: s, token: token}.run(t)
	got.has(t, true, `"result": "not-met"`)
	uploads := s.Uploads()
	if len(uploads) == 0 || uploads[0].Category != "sealvet/tree/" || uploads[0].Ref != "refs/heads/main" || !bytes.Contains(uploads[0].SARIF, []byte("unpinned-action")) {
		t.Errorf("uploaded %+v\n%s", uploads, got.log)
	}
}

func TestActionSaysWhyNothingWasUploaded(t *testing.T) {
	s := gh.Serve(t, world())
	got := job{name: "weather", server: s, with: "fail-at: never", token: s.Token(gh.Job, gh.On("acme/weather"))}.run(t)
	got.has(t, false, "security-events: write")
	if len(s.Uploads()) != 0 {
		t.Error("uploaded")
	}
}

func TestActionFromFork(t *testing.T) {
	s := gh.Serve(t, world())
	event := map[string]any{"pull_request": map[string]any{
		"number": 7, "head": map[string]any{"ref": "x", "sha": "0", "repo": map[string]any{"full_name": "mallory/weather"}}, "base": map[string]any{"ref": "main"},
	}}
	got := job{name: "weather", server: s, with: "fail-at: never", on: "pull_request", event: event, token: s.Token(gh.Job, gh.On("acme/weather"))}.run(t)
	got.has(t, false, "comes from a fork")
}

func TestActionWithoutToken(t *testing.T) {
	s := gh.Serve(t, world())
	got := job{name: "weather", server: s, with: "fail-at: never"}.run(t)
	got.has(t, false, "there is no token")
}

func TestActionRefusesAnotherProgram(t *testing.T) {
	got := job{name: "weather", with: `online: "false"`, spoil: true}.run(t)
	got.has(t, true, "it was not started")
}
