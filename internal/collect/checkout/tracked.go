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
	gitTarget(ctx, root, &work.Target)
	index, err := git.Output(ctx, root, "ls-files", "-z", "--stage")
	if err != nil {
		return work, err
	}
	for entry := range strings.SplitSeq(string(index), "\x00") {
		meta, path, found := strings.Cut(entry, "\t")
		fields := strings.Fields(meta)
		if !found || len(fields) != 3 || fields[0] == "160000" || fields[2] != "0" {
			continue // the piece after the last NUL, another repository, or an unfinished merge
		}
		if _, err := tree.Lstat(path); err != nil {
			work.Changed = true
			continue
		}
		work.Files = append(work.Files, path)
		if !work.Changed && ctx.Err() == nil {
			work.Changed = fields[0] != "120000" && !keptAs(tree, path, fields[1])
		}
	}
	return work, ctx.Err()
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
