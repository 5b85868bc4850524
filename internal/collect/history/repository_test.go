package history

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/git"
)

// repository is a real one, made for one test.
type repository struct {
	t     *testing.T
	dir   string
	clock time.Time
}

func newRepository(t *testing.T) *repository {
	t.Helper()
	if !git.Installed() {
		t.Skip("there is no git program")
	}
	r := &repository{t, t.TempDir(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

// git runs git as a developer would, each time an hour later.
func (r *repository) git(args ...string) string {
	r.t.Helper()
	r.clock = r.clock.Add(time.Hour)
	cmd := exec.Command("git", append([]string{"-C", r.dir, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "gpg.format=ssh"}, args...)...)
	at := fmt.Sprintf("%d +0000", r.clock.Unix())
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repository) write(name, content string) {
	r.t.Helper()
	file := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
	r.git("add", name)
}

// key makes an SSH key by ssh-keygen; it gives the file and the public line.
func (r *repository) key(sort ...string) (file, public string) {
	r.t.Helper()
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		r.t.Skip("there is no ssh-keygen")
	}
	if len(sort) == 0 {
		sort = []string{"-t", "ed25519"}
	}
	file = filepath.Join(r.t.TempDir(), "key")
	args := append([]string{"-q", "-N", "", "-C", "test", "-f", file}, sort...)
	if out, err := exec.Command("ssh-keygen", args...).CombinedOutput(); err != nil {
		r.t.Skipf("ssh-keygen %v: %v\n%s", sort, err, out)
	}
	line, err := os.ReadFile(file + ".pub")
	if err != nil {
		r.t.Fatal(err)
	}
	return file, strings.TrimSpace(string(line))
}

// commit commits what was added, signed by a key file unless that is empty.
func (r *repository) commit(key, message string) string {
	r.t.Helper()
	args := []string{"commit", "--quiet", "--allow-empty", "-m", message}
	if key != "" {
		args = append([]string{"-c", "user.signingKey=" + key}, append(args, "-S")...)
	}
	r.git(args...)
	return r.git("rev-parse", "HEAD")
}

func (r *repository) tag(key, name string) {
	r.t.Helper()
	if key == "" {
		r.git("tag", "-a", "-m", name, name)
		return
	}
	r.git("-c", "user.signingKey="+key, "tag", "-s", "-m", name, name)
}
