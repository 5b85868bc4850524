package sandbox

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Unsandboxed gives a Runner that runs scripts in copies below dir and nothing
// more: they can read and write whatever the caller can, and talk to anybody. The
// environment is as scrubbed as in a sandbox.
func Unsandboxed(dir string) Runner { return plain{dir} }

type plain struct{ dir string }

func (p plain) Place(inside string) string { return filepath.Join(p.dir, inside) }

// Run runs the job's script in folders that it clears again.
func (p plain) Run(ctx context.Context, job Job) (err error) {
	ctx, stop := context.WithTimeoutCause(ctx, job.Limits.Time, errTimeUp)
	defer stop()
	defer func() { err = errors.Join(err, clear(p.dir)) }()
	for _, copied := range job.Copies {
		if err := copied.Laid.lay(copied.From, p.Place(copied.To), -1); err != nil {
			return err
		}
	}
	for _, bind := range job.Binds {
		if err := (Laid{}).lay(bind.Outside, p.Place(bind.Inside), -1); err != nil {
			return err
		}
	}
	for _, made := range append([]string{job.User.Home, "/tmp"}, job.Makes...) {
		if err := os.MkdirAll(p.Place(made), 0o755); err != nil {
			return err
		}
	}
	var said tail
	cmd := exec.CommandContext(ctx, "/bin/sh", "-euc", job.Script)
	cmd.Dir = p.Place(job.Dir)
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.Place(job.User.Home), "USER=" + job.User.Name, "LOGNAME=" + job.User.Name,
		"HOSTNAME=" + job.User.Host, "TMPDIR=" + p.Place("/tmp"),
	}, job.Env...)
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = 10 * time.Second
	if err := ended(ctx, job.Limits, cmd.Run(), strings.TrimSpace(said.String())); err != nil {
		return err
	}
	for _, out := range job.Exports {
		if err := export(p.Place(out.Inside), out.Outside, &job.Limits); err != nil {
			return err
		}
	}
	return nil
}

// clear removes a folder, read-only folders in it included: caches of modules
// are written that way.
func clear(dir string) error {
	_ = filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			_ = os.Chmod(path, 0o755)
		}
		return nil
	})
	return os.RemoveAll(dir)
}
