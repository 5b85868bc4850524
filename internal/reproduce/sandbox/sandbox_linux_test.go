package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	Init()
	os.Exit(m.Run())
}

// needSandbox returns whether there is a sandbox. Where there is none, the refusal is
// what is tested.
func needSandbox(t *testing.T) bool {
	err := Check(t.Context())
	if err == nil {
		return true
	}
	if !errors.Is(err, ErrUnavailable) {
		t.Fatalf("Check says %v, which is no refusal", err)
	}
	out := t.TempDir()
	job := testJob("echo ran > /out/ran", out)
	if err := New().Run(t.Context(), job); !errors.Is(err, ErrUnavailable) {
		t.Fatalf("Run says %v where there is no sandbox", err)
	}
	if _, err := os.Stat(filepath.Join(out, "ran")); err == nil {
		t.Fatal("the script ran where there is no sandbox")
	}
	t.Logf("only the refusal was tested: %v", err)
	return false
}

func testJob(script, out string) Job {
	job := Job{
		Script: script, Dir: "/src", Makes: []string{"/src", "/out"},
		User:    User{Name: "alice", ID: 1234, Home: "/home/alice", Host: "north", Umask: 0o022},
		Exports: []Bind{{Outside: out, Inside: "/out"}},
		Limits:  DefaultLimits,
	}
	job.Limits.Time = 30 * time.Second
	return job
}

// result runs a script that writes /out/said, and returns that.
func result(t *testing.T, job Job) string {
	t.Helper()
	if err := New().Run(t.Context(), job); err != nil {
		if failure := new(Failure); errors.As(err, &failure) {
			t.Fatalf("%v\n%s", err, failure.Output)
		}
		t.Fatal(err)
	}
	said, err := os.ReadFile(filepath.Join(job.Exports[0].Outside, "said"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(said))
}

func TestWhoAndWhere(t *testing.T) {
	if !needSandbox(t) {
		return
	}
	job := testJob(`{ id -u; id -un; hostname; echo "$HOME"; pwd; cat /proc/sys/kernel/hostname; grep -c . /proc/net/dev; grep CapEff /proc/self/status; umask; } > /out/said`, t.TempDir())
	want := "1234\nalice\nnorth\n/home/alice\n/src\nnorth\n3\nCapEff:\t0000000000000000\n0022"
	if said := result(t, job); said != want {
		t.Errorf("it sees\n%s\nnot\n%s", said, want)
	}
}

// What lies outside of the copies is neither read nor written.
func TestNothingOutside(t *testing.T) {
	if !needSandbox(t) {
		return
	}
	secrets := t.TempDir()
	secret := filepath.Join(secrets, "token")
	if err := os.WriteFile(secret, []byte("planted-token"), 0o644); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	if err := os.WriteFile(filepath.Join(home, ".npmrc"), []byte("planted-token"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NPM_TOKEN", "planted-token")
	job := testJob(fmt.Sprintf(`
		for place in %[1]q %[2]q /proc/1/environ /proc/1/root%[1]s /etc/shadow; do cat "$place" || true; done > /out/said 2>/dev/null
		env >> /out/said
		ls /var/run /run /sys /.outside /root >> /out/said 2>/dev/null || true
		for place in %[3]q /usr/planted /etc/planted /opt/planted /bin/planted; do { echo x > "$place"; } 2>/dev/null && echo "wrote $place" >> /out/said || true; done
		mount -t tmpfs x /usr >> /out/said 2>/dev/null && echo mounted >> /out/said || true
		unshare -Urm true 2>/dev/null && echo "more namespaces" >> /out/said || true
		`, secret, filepath.Join(home, ".npmrc"), filepath.Join(secrets, "written")), t.TempDir())
	said := result(t, job)
	for _, bad := range []string{"planted", "wrote", "mounted", "root:x", "more namespaces", "docker"} {
		if strings.Contains(said, bad) {
			t.Errorf("%q is in what it saw and did:\n%s", bad, said)
		}
	}
	if _, err := os.Stat(filepath.Join(secrets, "written")); err == nil {
		t.Error("it wrote outside")
	}
}

// No socket of the host can be reached, by address or by name.
func TestNoNetwork(t *testing.T) {
	if !needSandbox(t) {
		return
	}
	arrived := make(chan string, 4)
	port := listen(t, "tcp", "127.0.0.1:0", arrived)
	listen(t, "unix", "@sealvet-test-"+port, arrived)
	job := testJob(fmt.Sprintf(`
		{ exec 3<>/dev/tcp/127.0.0.1/%[1]s; } 2>/dev/null && echo reached > /out/said || echo refused > /out/said
		`, port), t.TempDir())
	job.Script = "bash -c " + quote(job.Script) + "\n" + `python3 -c '
import socket
s = socket.socket(socket.AF_UNIX)
s.connect("\0sealvet-test-` + port + `")' 2>/dev/null && echo reached >> /out/said || true
python3 -c '
import socket
socket.create_connection(("192.0.2.1", 80), 2)' 2>/dev/null && echo reached >> /out/said || true`
	if said := result(t, job); said != "refused" {
		t.Errorf("the listener was %s", said)
	}
	select {
	case what := <-arrived:
		t.Errorf("a connection arrived at %s", what)
	case <-time.After(200 * time.Millisecond):
	}
}

func listen(t *testing.T, network, address string, arrived chan<- string) (port string) {
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			arrived <- network
			connection.Close()
		}
	}()
	_, port, _ = net.SplitHostPort(listener.Addr().String())
	return port
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func TestTimeAndLeftovers(t *testing.T) {
	if !needSandbox(t) {
		return
	}
	job := testJob("sleep 60 & sleep 60", t.TempDir())
	job.Limits.Time = time.Second
	start := time.Now()
	err := New().Run(t.Context(), job)
	if err == nil || !strings.Contains(err.Error(), "stopped after 1s") || time.Since(start) > time.Minute {
		t.Errorf("%v after %s", err, time.Since(start))
	}
	job = testJob("sleep 60 & echo done > /out/said", t.TempDir())
	if said := result(t, job); said != "done" || time.Since(start) > time.Minute {
		t.Errorf("%q after %s", said, time.Since(start))
	}
	ctx, stop := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer stop()
	if err := New().Run(ctx, testJob("sleep 60", t.TempDir())); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an interrupt ends with %v", err)
	}
}

func TestSizeIsLimited(t *testing.T) {
	if !needSandbox(t) {
		return
	}
	job := testJob("head -c 100000000 /dev/zero > big", t.TempDir())
	job.Limits.Bytes = 10 << 20
	err := New().Run(t.Context(), job)
	if failure := new(Failure); !errors.As(err, &failure) {
		t.Errorf("100 MB went into 10 MB: %v", err)
	}
}

func TestFailureTellsWhatWasSaid(t *testing.T) {
	if !needSandbox(t) {
		return
	}
	err := New().Run(t.Context(), testJob("echo broken >&2; exit 3", t.TempDir()))
	failure := new(Failure)
	if !errors.As(err, &failure) || failure.Output != "broken" || err.Error() != "it ended with exit code 3" {
		t.Errorf("got %v, %+v", err, failure)
	}
}

// A copy is laid down as its Laid says, and a result comes out with plain modes.
func TestCopies(t *testing.T) {
	if !needSandbox(t) {
		return
	}
	from := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a", filepath.Join(from, "link")); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)
	look := func(reverse bool) string {
		out := t.TempDir()
		job := testJob(`TZ=UTC stat -c '%n %a %Y %U' a link > /out/said; ls -U >> /out/said; echo x > c; chmod 4755 c; cp -p c /out/c`, out)
		job.Copies = []Copy{{From: from, To: "/src", Laid: Laid{Time: at, Reverse: reverse, Umask: 0o002}}}
		said := result(t, job)
		if info, err := os.Stat(filepath.Join(out, "c")); err != nil || info.Mode() != 0o755 {
			t.Errorf("the result comes out as %v, %v", info, err)
		}
		return said
	}
	forward, backward := look(false), look(true)
	if !strings.HasPrefix(forward, fmt.Sprintf("a 664 %d alice\nlink 777 ", at.Unix())) {
		t.Errorf("it is laid down as\n%s", forward)
	}
	if forward == backward {
		t.Errorf("the order of a folder is the same both ways:\n%s", forward)
	}
}

// Programs of a person's home are shown, and nothing beside them.
func TestVisible(t *testing.T) {
	home := t.TempDir()
	for _, dir := range []string{".local/bin", "bin", ".nvm/versions/node/v24/bin", ".pyenv/shims", ".cargo/bin", "tools", "work/node_modules/.bin"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	in := func(names ...string) string {
		for i := range names {
			names[i] = filepath.Join(home, names[i])
		}
		return strings.Join(names, ":")
	}
	t.Setenv("RUSTUP_HOME", "/nonexistent")
	folders, path := visible(in(".local/bin", "bin", ".nvm/versions/node/v24/bin", ".pyenv/shims", ".cargo/bin", "tools", "work/node_modules/.bin", "missing")+":relative:/usr/bin", home)
	if got, want := strings.Join(folders, ":"), in(".local/bin", "bin", ".nvm/versions/node/v24", ".pyenv", ".cargo/bin", "tools", "work/node_modules"); got != want {
		t.Errorf("shown\n%s\nnot\n%s", got, want)
	}
	if strings.Contains(path, "relative") || strings.Contains(path, "missing") || !strings.HasSuffix(path, ":/usr/bin:/usr/local/bin:/bin") {
		t.Errorf("PATH is %s", path)
	}
}
