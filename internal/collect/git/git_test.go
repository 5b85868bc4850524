package git

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHostileConfiguration plants everything that a repository's own configuration
// can start; reading its history must start none of it.
func TestHostileConfiguration(t *testing.T) {
	if !Installed() {
		t.Skip("there is no git program")
	}
	dir := t.TempDir()
	planted := filepath.Join(dir, "planted")
	prepare := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Ann", "-c", "user.email=ann@example.com"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	prepare("init", "-q")
	prepare("commit", "-q", "--allow-empty", "-m", "first")
	prepare("commit", "-q", "--allow-empty", "-m", "second")
	first, err := Output(context.Background(), dir, "rev-parse", "HEAD^")
	if err != nil {
		t.Fatal(err)
	}
	id := strings.TrimSpace(string(first))
	if err := os.Remove(filepath.Join(dir, ".git", "objects", id[:2], id[2:])); err != nil {
		t.Fatal(err)
	}
	touch := "touch " + planted
	for key, value := range map[string]string{
		"core.repositoryFormatVersion": "1", "extensions.partialClone": "evil",
		"remote.evil.url": "ext::sh -c " + strings.ReplaceAll(touch, " ", "% "), "remote.evil.promisor": "true",
		"protocol.ext.allow": "always", "core.fsmonitor": touch, "core.pager": touch, "core.sshCommand": touch,
		"core.hooksPath": dir, "gpg.program": touch, "core.alternateRefsCommand": touch, "alias.rev-list": "!" + touch,
		"credential.helper": "!" + touch, "diff.external": touch, "core.editor": touch,
	} {
		prepare("config", key, value)
	}
	if _, err := Output(context.Background(), dir, "rev-list", "HEAD"); err == nil {
		t.Error("a history with a hole in it is walked without a word")
	}
	if _, err := OutputOf(context.Background(), dir, []byte(id+"\n"), "cat-file", "--batch"); err != nil && strings.Contains(err.Error(), "ext") {
		t.Log(err)
	}
	if _, err := os.Stat(planted); err == nil {
		t.Error("the repository's configuration ran a command")
	}
}

// Either of two variables stops the planted remote; an older git knows only one.
func TestEveryGuardIsSet(t *testing.T) {
	cmd := Command(context.Background(), t.TempDir(), "version")
	for _, want := range []string{"GIT_ALLOW_PROTOCOL=", "GIT_NO_LAZY_FETCH=1", "GIT_GRAFT_FILE=" + os.DevNull, "GIT_NO_REPLACE_OBJECTS=1"} {
		found := false
		for _, variable := range cmd.Env {
			found = found || variable == want
		}
		if !found {
			t.Errorf("%s is not set", want)
		}
	}
}

func TestInside(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "a", "b"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	if !Inside(filepath.Join(dir, "a", "b")) {
		t.Error("a folder below is not inside")
	}
}
