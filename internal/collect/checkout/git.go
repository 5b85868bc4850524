package checkout

import (
	"context"
	"net/url"
	"os"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/git"
	"github.com/sealvet/sealvet/internal/evidence"
)

// tracked is one entry of git's index, or an untracked file that no ignore rule names.
type tracked struct {
	path string
	mode string // 100644, 100755, 120000, 160000; empty when untracked
}

// gitFiles lists the tracked files below dir, and the untracked ones that are
// not ignored: an ignore line never hides a tracked file.
func gitFiles(ctx context.Context, dir string) ([]tracked, error) {
	index, err := git.Output(ctx, dir, "ls-files", "-z", "--stage")
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
	others, err := git.Output(ctx, dir, "ls-files", "-z", "--others", "--exclude-standard")
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
	if out, err := git.Output(ctx, dir, "rev-parse", "--verify", "--quiet", "HEAD"); err == nil {
		target.Commit = strings.TrimSpace(string(out))
	}
	if out, err := git.Output(ctx, dir, "symbolic-ref", "--quiet", "--short", "HEAD"); err == nil {
		target.Branch = strings.TrimSpace(string(out))
	}
	if out, err := git.Output(ctx, dir, "config", "--local", "--get", "remote.origin.url"); err == nil {
		target.Remote = withoutCredentials(strings.TrimSpace(string(out)))
		if name := ownerAndName(target.Remote); name != "" {
			target.Name = name
		}
	}
}

// withoutCredentials drops what may hold a secret from a remote's address: user and
// password, query and fragment.
func withoutCredentials(remote string) string {
	if parsed, err := url.Parse(remote); err == nil && parsed.Host != "" {
		return (&url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Path: parsed.Path, RawPath: parsed.RawPath}).String()
	}
	if end := strings.IndexAny(remote, "?#"); end >= 0 && strings.Contains(remote, "://") {
		remote = remote[:end]
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
