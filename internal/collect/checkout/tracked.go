package checkout

import (
	"context"
	"crypto/sha1" // #nosec: git's own name for a file's content
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/git"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Work is what git tracks of a folder.
type Work struct {
	Files  []string // slash paths, sorted; not those of submodules
	Target evidence.Target
	Git    bool // false: no checkout, and Files are all but installed packages
	// Changed says that a tracked file is not as git keeps it.
	Changed bool
}

// Tracked lists what git tracks below root, which is a checkout's top or a folder
// of its own.
func Tracked(ctx context.Context, root string) (Work, error) {
	root, err := filepath.Abs(root) // what lies above "." is not in its name
	if err != nil {
		return Work{}, err
	}
	work := Work{Target: evidence.Target{Name: filepath.Base(root)}, Git: git.Inside(root)}
	tree, err := os.OpenRoot(root)
	if err != nil {
		return work, err
	}
	defer tree.Close()
	if !work.Git {
		files, err := walk(ctx, tree, DefaultLimits, new(evidence.Snapshot))
		for _, file := range files {
			work.Files = append(work.Files, file.path)
		}
		return work, err
	}
	index, err := staged(ctx, root, &work.Target)
	if err != nil {
		return work, err
	}
	for _, entry := range index {
		if entry.mode == "160000" || entry.side != "0" {
			continue // another repository, or an unfinished merge
		}
		if _, err := tree.Lstat(entry.path); err != nil {
			work.Changed = true
			continue
		}
		work.Files = append(work.Files, entry.path)
		if !work.Changed && ctx.Err() == nil {
			work.Changed = entry.mode != "120000" && !keptAs(tree, entry.path, entry.id)
		}
	}
	return work, ctx.Err()
}

// indexed is one entry of git's index.
type indexed struct {
	path, mode, id string
	side           string // 0, or 1 to 3 in an unfinished merge
}

// staged reads git's index and what git knows of the commit, by the program or, where
// there is none, without it.
func staged(ctx context.Context, root string, target *evidence.Target) ([]indexed, error) {
	if !git.Installed() {
		without, err := openLibrary(root)
		if err != nil {
			return nil, err
		}
		defer without.close()
		without.target(target)
		return without.staged()
	}
	gitTarget(ctx, root, target)
	listing, err := git.Output(ctx, root, "ls-files", "-z", "--stage")
	if err != nil {
		return nil, err
	}
	var all []indexed
	for entry := range strings.SplitSeq(string(listing), "\x00") {
		meta, path, found := strings.Cut(entry, "\t")
		fields := strings.Fields(meta)
		if !found || len(fields) != 3 {
			continue // the piece after the last NUL
		}
		all = append(all, indexed{path: path, mode: fields[0], id: fields[1], side: fields[2]})
	}
	return all, nil
}

// keptAs says whether a file's content has that name in git. Git itself is not
// asked, because it would start the repository's filters.
func keptAs(tree *os.Root, path, id string) bool {
	file, err := tree.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	var sum hash.Hash = sha1.New()
	if len(id) == 2*sha256.Size {
		sum = sha256.New()
	}
	fmt.Fprintf(sum, "blob %d\x00", info.Size())
	if _, err := io.Copy(sum, io.LimitReader(file, info.Size())); err != nil {
		return false
	}
	return hex.EncodeToString(sum.Sum(nil)) == id
}
