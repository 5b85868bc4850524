// Package git runs the git program on a repository that may be hostile: read-only
// commands, and nothing of the repository's own is started by them.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// settings outrank the repository's own configuration, so that it cannot start
// anything: no fsmonitor, no hooks, no pager, no protocol. With nothing left to
// execute, git's refusal to read another user's checkout protects nobody and would
// only hide what is tracked, so safe.directory is set. A commit-graph file tells
// parents without their objects, which a hostile one could tell wrongly.
var settings = []string{
	"safe.directory=*",
	"core.fsmonitor=false",
	"core.untrackedCache=false",
	"core.hooksPath=" + os.DevNull,
	"core.quotePath=false",
	"core.commitGraph=false",
	"protocol.allow=never",
}

// Command is one git command in the folder dir, not started. It sees nothing of
// the user's or the system's configuration and no variable of ours but the search
// path. Commands that run filters (checkout, archive, diff with textconv) must not
// be given.
//
// GIT_ALLOW_PROTOCOL with no protocol in it outranks `protocol.ext.allow=always`
// in the repository's own configuration, which protocol.allow does not: a partial
// clone could name a command as the remote to fetch from. Replacements and grafts
// would show other commits than those that were signed.
func Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	hardened := []string{"-C", dir, "--no-pager", "--no-optional-locks", "--literal-pathspecs", "--no-replace-objects"}
	for _, setting := range settings {
		hardened = append(hardened, "-c", setting)
	}
	cmd := exec.CommandContext(ctx, "git", append(hardened, args...)...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + os.DevNull,
		"LC_ALL=C",
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_SYSTEM=" + os.DevNull,
		"GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_ATTR_NOSYSTEM=1",
		"GIT_TERMINAL_PROMPT=0",
		"GIT_NO_LAZY_FETCH=1",
		"GIT_ALLOW_PROTOCOL=",
		"GIT_GRAFT_FILE=" + os.DevNull,
		"GIT_NO_REPLACE_OBJECTS=1",
		"SYSTEMROOT=" + os.Getenv("SYSTEMROOT"),
	}
	return cmd
}

// Output runs one command and gives what it wrote.
func Output(ctx context.Context, dir string, args ...string) ([]byte, error) {
	return OutputOf(ctx, dir, nil, args...)
}

// OutputOf runs one command that reads input.
func OutputOf(ctx context.Context, dir string, input []byte, args ...string) ([]byte, error) {
	cmd := Command(ctx, dir, args...)
	var out, problem bytes.Buffer
	if input != nil {
		cmd.Stdin = bytes.NewReader(input)
	}
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err := cmd.Run(); err != nil {
		return nil, Explain(args[0], err, problem.String())
	}
	return out.Bytes(), nil
}

// Explain puts a failure into git's own words where it said some.
func Explain(command string, err error, said string) error {
	if said = strings.TrimSpace(said); said != "" && !errors.Is(err, exec.ErrNotFound) {
		err = errors.New(said)
	}
	return fmt.Errorf("git %s: %w", command, err)
}

// Installed says whether there is a git program.
func Installed() bool {
	_, err := exec.LookPath("git")
	return err == nil
}

// Inside says whether dir lies in a git checkout, without asking git.
func Inside(dir string) bool {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}
