// Package checkout collects the evidence that lies in a folder: it lists the
// files, reads those that a reader knows, and links what belongs together. It
// executes nothing of the repository, follows no link out of it, and turns
// everything it could not read into a Gap.
package checkout

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sealvet/sealvet/internal/collect/link"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Limits bound what a hostile repository can make sealvet read.
type Limits struct {
	FileSize int64 // bytes of one file
	Files    int   // files listed
	Depth    int   // folders above a file
}

// DefaultLimits suit the largest honest repositories by a wide margin.
var DefaultLimits = Limits{FileSize: 16 << 20, Files: 250_000, Depth: 64}

// Options of one collection.
type Options struct {
	Now      time.Time // becomes Snapshot.TakenAt
	Limits   Limits    // zero means DefaultLimits
	Progress func(read, total int)
}

// Collect looks at the folder root. It fails only where root itself cannot be
// opened or the context ends; whatever else goes wrong is a Gap.
func Collect(ctx context.Context, root string, options Options) (*evidence.Snapshot, error) {
	if options.Limits == (Limits{}) {
		options.Limits = DefaultLimits
	}
	if options.Progress == nil {
		options.Progress = func(int, int) {}
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", root, err)
	}
	tree, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("open the repository: %w", err)
	}
	defer tree.Close()
	if isBare(tree) {
		return nil, fmt.Errorf("%s is a bare repository, with no files checked out; clone it and give the clone's folder", filepath.Base(root))
	}

	seen := &evidence.Snapshot{Schema: evidence.Schema, TakenAt: options.Now.UTC()}
	if err := readPolicy(tree, options.Limits, seen); err != nil {
		return nil, fmt.Errorf("read the policy %s: %w", policyName, err)
	}
	if err := list(ctx, tree, root, options.Limits, seen); err != nil {
		return nil, err
	}
	if err := read(ctx, tree, options, seen); err != nil {
		return nil, err
	}
	if err := link.All(ctx, seen); err != nil {
		return nil, err
	}
	return seen, nil
}
