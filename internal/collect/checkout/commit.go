package checkout

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/git"
	"github.com/sealvet/sealvet/internal/collect/link"
	"github.com/sealvet/sealvet/internal/evidence"
)

// ErrNoCommit is a commit that the checkout does not hold.
var ErrNoCommit = errors.New("this checkout does not hold it")

// Resolve gives the id of the commit that a revision names.
func Resolve(ctx context.Context, root, revision string) (string, error) {
	out, err := git.Output(ctx, root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	id := strings.TrimSpace(string(out))
	if err != nil || id == "" {
		return "", fmt.Errorf("%s: %w", revision, ErrNoCommit)
	}
	return id, nil
}

// Renamed maps the paths that HEAD gave to files of a commit to what they were there.
func Renamed(ctx context.Context, root, commit string) (map[string]string, error) {
	out, err := git.Output(ctx, root, "diff-tree", "-r", "-M", "-z", "--relative", "--no-ext-diff", "--no-textconv", "--name-status", "--diff-filter=R", commit, "HEAD")
	if err != nil {
		return nil, err
	}
	renamed := make(map[string]string)
	words := strings.Split(string(out), "\x00")
	for i := 0; i+2 < len(words); i += 3 { // how alike, from, to
		renamed[words[i+2]] = words[i+1]
	}
	return renamed, nil
}

// CollectCommit is Collect for the tree of a commit of the checkout root. Its files
// are written as they are stored into the empty folder into: no filter, no hook and no
// attribute of the repository has a say.
func CollectCommit(ctx context.Context, root, commit, into string, options Options) (*evidence.Snapshot, error) {
	if options.Limits == (Limits{}) {
		options.Limits = DefaultLimits
	}
	if options.Progress == nil {
		options.Progress = func(int, int) {}
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	tree, err := os.OpenRoot(into)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	paths, err := lay(ctx, root, commit, tree, options.Limits)
	if err != nil {
		return nil, fmt.Errorf("read the commit %s: %w", commit, err)
	}
	seen := &evidence.Snapshot{Schema: evidence.Schema, TakenAt: options.Now.UTC()}
	seen.Target.Name = filepath.Base(root)
	gitTarget(ctx, root, &seen.Target)
	seen.Target.Commit, seen.Target.Branch = commit, ""
	if err := readPolicy(tree, options.Limits, seen); err != nil {
		return nil, fmt.Errorf("read the policy %s of %s: %w", policyName, commit, err)
	}
	folders := &folders{tree: tree}
	defer folders.close()
	for _, entry := range paths {
		if file, ok := describe(folders, entry, options.Limits, seen); ok {
			seen.Files = append(seen.Files, file)
		}
	}
	if err := read(ctx, tree, options, seen); err != nil {
		return nil, err
	}
	return seen, link.All(ctx, seen)
}

// stored is an entry of a commit's tree.
type stored struct {
	tracked
	id   string
	size int64
}

// lay writes the files of a commit and lists them, in path order.
func lay(ctx context.Context, root, commit string, tree *os.Root, limits Limits) ([]tracked, error) {
	out, err := git.Output(ctx, root, "ls-tree", "-r", "-z", "-l", commit)
	if err != nil {
		return nil, err
	}
	var paths []tracked
	var blobs []stored
	for entry := range strings.SplitSeq(string(out), "\x00") {
		meta, name, found := strings.Cut(entry, "\t")
		words := strings.Fields(meta)
		if !found || len(words) != 4 || !fs.ValidPath(name) || strings.Count(name, "/") > limits.Depth || len(paths) >= limits.Files {
			continue // the piece after the last NUL, or what the head's tree is not asked for either
		}
		size, _ := strconv.ParseInt(words[3], 10, 64)
		paths = append(paths, tracked{name, words[0]})
		if words[1] == "blob" {
			blobs = append(blobs, stored{tracked{name, words[0]}, words[2], size})
		}
	}
	return paths, layBlobs(ctx, root, blobs, tree, limits)
}

func layBlobs(ctx context.Context, root string, blobs []stored, tree *os.Root, limits Limits) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var wanted strings.Builder
	for _, blob := range blobs {
		if blob.size <= limits.FileSize {
			wanted.WriteString(blob.id + "\n")
		}
	}
	cmd := git.Command(ctx, root, "cat-file", "--batch")
	cmd.Stdin = strings.NewReader(wanted.String())
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { stop(); _ = cmd.Wait() }()
	from := bufio.NewReader(pipe)
	for _, blob := range blobs {
		var content []byte
		if blob.size <= limits.FileSize {
			if content, err = nextBlob(from, limits); err != nil {
				return fmt.Errorf("%s: %w", blob.path, err)
			}
		}
		if err := blob.write(tree, content); err != nil {
			return err
		}
	}
	return nil
}

// nextBlob reads one answer of cat-file: "id sort size", the content, a line's end.
func nextBlob(from *bufio.Reader, limits Limits) ([]byte, error) {
	line, err := from.ReadString('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(line)
	if len(words) != 3 {
		return nil, ErrNoCommit // a partial clone lacks the content
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil || size < 0 || size > limits.FileSize {
		return nil, errors.New("git tells another size than before")
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(from, content); err != nil {
		return nil, err
	}
	_, err = from.Discard(1)
	return content, err
}

// write puts one file down. Of one that is too large to be read only the size shows.
func (s stored) write(tree *os.Root, content []byte) error {
	name := filepath.FromSlash(s.path)
	if folder := path.Dir(s.path); folder != "." {
		if err := tree.MkdirAll(filepath.FromSlash(folder), 0o700); err != nil {
			return err
		}
	}
	if s.mode == "120000" {
		return tree.Symlink(string(content), name)
	}
	mode := fs.FileMode(0o600)
	if s.mode == "100755" {
		mode = 0o700
	}
	file, err := tree.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if content == nil {
		err = file.Truncate(s.size)
	}
	return errors.Join(err, file.Close())
}
