package checkout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// git runs one read-only git command in the folder dir. The repository may be
// hostile, so its own configuration must not start anything: no fsmonitor, no
// hooks, no pager, no protocol, nothing of the user's or the system's
// configuration, no variable of ours but the search path. The commands used here
// (ls-files, rev-parse, config --get) run no filter. With nothing left to
// execute, git's refusal to read another user's checkout protects nobody and
// would only hide the tracked files, so safe.directory is set.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	hardened := []string{
		"-C", dir, "--no-pager", "--no-optional-locks", "--literal-pathspecs",
		"-c", "safe.directory=*",
		"-c", "core.fsmonitor=false",
		"-c", "core.untrackedCache=false",
		"-c", "core.hooksPath=" + os.DevNull,
		"-c", "core.quotePath=false",
		"-c", "protocol.allow=never",
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
		"SYSTEMROOT=" + os.Getenv("SYSTEMROOT"),
	}
	var out, problem bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err := cmd.Run(); err != nil {
		if said := strings.TrimSpace(problem.String()); said != "" {
			err = errors.New(said)
		}
		return nil, fmt.Errorf("git %s: %w", args[0], err)
	}
	return out.Bytes(), nil
}

// tracked is one entry of git's index, or an untracked file that no ignore rule names.
type tracked struct {
	path string
	mode string // 100644, 100755, 120000, 160000; empty when untracked
}

// gitFiles lists the tracked files below dir, and the untracked ones that are
// not ignored: an ignore line never hides a tracked file.
func gitFiles(ctx context.Context, dir string) ([]tracked, error) {
	index, err := git(ctx, dir, "ls-files", "-z", "--stage")
	if err != nil {
		return nil, err
	}
	var files []tracked
	for entry := range strings.SplitSeq(string(index), "\x00") {
		meta, path, found := strings.Cut(entry, "\t")
		if !found {
			continue // the empty piece after the last NUL
		}
		mode, _, _ := strings.Cut(meta, " ")
		if len(files) > 0 && files[len(files)-1].path == path {
			continue // another side of an unfinished merge
		}
		files = append(files, tracked{path, mode})
	}
	others, err := git(ctx, dir, "ls-files", "-z", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	for path := range strings.SplitSeq(string(others), "\x00") {
		if path != "" && !strings.HasSuffix(path, "/") { // a folder is another repository inside this one
			files = append(files, tracked{path, ""})
		}
	}
	return files, nil
}

// isGit says whether dir lies in a git checkout, without asking git.
func isGit(dir string) bool {
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

// isBare says whether the root holds git's own files instead of a work tree.
func isBare(tree *os.Root) bool {
	for _, own := range []string{"HEAD", "objects", "refs"} {
		if _, err := tree.Lstat(own); err != nil {
			return false
		}
	}
	_, err := tree.Lstat(".git")
	return err != nil
}

// gitTarget fills in what git knows of the commit and its origin. What it does
// not know (no commit yet, no remote) stays empty.
func gitTarget(ctx context.Context, dir string, target *evidence.Target) {
	if out, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "HEAD"); err == nil {
		target.Commit = strings.TrimSpace(string(out))
	}
	if out, err := git(ctx, dir, "symbolic-ref", "--quiet", "--short", "HEAD"); err == nil {
		target.Branch = strings.TrimSpace(string(out))
	}
	if out, err := git(ctx, dir, "config", "--local", "--get", "remote.origin.url"); err == nil {
		target.Remote = withoutCredentials(strings.TrimSpace(string(out)))
		if name := ownerAndName(target.Remote); name != "" {
			target.Name = name
		}
	}
}

// withoutCredentials drops user and password from a remote's address.
func withoutCredentials(remote string) string {
	if parsed, err := url.Parse(remote); err == nil && parsed.Host != "" {
		parsed.User = nil
		return parsed.String()
	}
	scheme, rest, isURL := strings.Cut(remote, "://")
	if !isURL {
		scheme, rest = "", remote
	}
	host, path, hasPath := strings.Cut(rest, "/")
	if i := strings.LastIndex(host, "@"); i >= 0 {
		host = host[i+1:] // git@host:owner/name, or an address that is no valid URL
	}
	if isURL {
		host = scheme + "://" + host
	}
	if hasPath {
		host += "/" + path
	}
	return host
}

// ownerAndName reads owner/name off a remote: its path, which in GitLab may name groups in groups.
func ownerAndName(remote string) string {
	path := strings.TrimSuffix(strings.TrimRight(remote, "/"), ".git")
	if parsed, err := url.Parse(path); err == nil && parsed.Host != "" {
		path = parsed.Path
	} else if strings.Contains(path, "://") {
		return "" // file:///srv/git/weather, or no address at all
	} else if _, after, found := strings.Cut(path, ":"); found {
		path = after
	} else {
		return "" // a local path says nothing about the host
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	return strings.Join(parts, "/")
}
