package checkout

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/git"
	"github.com/sealvet/sealvet/internal/evidence"
)

// list fills Target and Files: in a git checkout what git tracks and does not
// ignore, elsewhere what lies on the disk.
func list(ctx context.Context, tree *os.Root, root string, limits Limits, seen *evidence.Snapshot) error {
	seen.Target.Name = filepath.Base(root)
	var paths []tracked
	var err error
	if git.Inside(root) {
		if paths, err = ofGit(ctx, root, limits, seen); err != nil {
			paths = nil
			gap(seen, evidence.Listing, ".git", fmt.Sprintf("git could not list the tracked files (%v); every file on the disk is looked at instead", err), "install git, or mend the checkout")
		}
		if _, err := tree.Lstat(".git"); err != nil {
			gap(seen, evidence.Listing, ".", "a folder of a larger repository: what lies above it (workflows, locks, policy) is not looked at", "scan the root of the repository")
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if paths == nil {
		if paths, err = walk(ctx, tree, limits, seen); err != nil {
			return err
		}
	}
	slices.SortFunc(paths, func(a, b tracked) int { return cmp.Compare(a.path, b.path) })
	var deep tooDeep
	paths = slices.DeleteFunc(paths, func(entry tracked) bool {
		return strings.Count(entry.path, "/") > limits.Depth && deep.add(entry.path)
	})
	deep.report(limits, seen)
	if len(paths) > limits.Files {
		gap(seen, evidence.Files, ".", fmt.Sprintf("the repository holds %d files; the first %d in path order were looked at", len(paths), limits.Files), "")
		paths = paths[:limits.Files]
	}
	folders := &folders{tree: tree}
	defer folders.close()
	for _, entry := range paths {
		if file, ok := describe(folders, entry, limits, seen); ok {
			seen.Files = append(seen.Files, file)
		}
	}
	return nil
}

// ofGit asks git, or reads its files where there is no git program.
func ofGit(ctx context.Context, root string, limits Limits, seen *evidence.Snapshot) ([]tracked, error) {
	if git.Installed() {
		gitTarget(ctx, root, &seen.Target)
		return gitFiles(ctx, root)
	}
	without, err := openLibrary(root)
	if err != nil {
		return nil, err
	}
	defer without.close()
	without.target(&seen.Target)
	return without.files(ctx, limits, seen)
}

// describe looks at one listed path without reading it.
func describe(tree *folders, entry tracked, limits Limits, seen *evidence.Snapshot) (evidence.File, bool) {
	file := evidence.File{Path: entry.path, Role: roleOf(entry.path)}
	if entry.mode == "160000" {
		file.Submodule = true
		gap(seen, evidence.Listing, entry.path, "a submodule: its files belong to another repository", "scan that repository by itself")
		return file, true
	}
	info, err := tree.lstat(entry.path)
	switch {
	case err != nil:
		reason := "could not be looked at: " + plain(err)
		if errors.Is(err, fs.ErrNotExist) {
			reason = "tracked, but not in the work tree"
		}
		for _, kind := range kindsOf(entry.path) {
			gap(seen, kind, entry.path, reason, "check out the whole tree")
		}
		return file, false
	case info.Mode()&fs.ModeSymlink != 0:
		file.Link, _ = tree.tree.Readlink(filepath.FromSlash(entry.path))
		describeLink(file, seen)
	case info.IsDir(), !info.Mode().IsRegular():
		return file, false // a nested repository, a socket, a pipe: nothing to read
	default:
		file.Size = info.Size()
		file.Executable = info.Mode()&0o111 != 0
	}
	return file, true
}

// describeLink says what a link keeps from being read. A target inside the
// repository is read under its own name, by the readers that take that name.
func describeLink(file evidence.File, seen *evidence.Snapshot) {
	kinds := kindsOf(file.Path)
	if leaves(file.Path, file.Link) {
		if len(kinds) == 0 {
			gap(seen, evidence.Listing, file.Path, "a symbolic link out of the repository: not followed", "")
		}
		for _, kind := range kinds {
			gap(seen, kind, file.Path, "a symbolic link out of the repository: not followed", "put the file itself there")
		}
		return
	}
	own := kindsOf(path.Join(path.Dir(file.Path), filepath.ToSlash(file.Link)))
	for _, kind := range kinds {
		if !slices.Contains(own, kind) {
			gap(seen, kind, file.Path, "a symbolic link to a file that is not read under its own name", "put the file itself there")
		}
	}
}

// leaves says whether a link at the path leads out of the root.
func leaves(from, target string) bool {
	if path.IsAbs(target) || filepath.IsAbs(target) {
		return true
	}
	end := path.Join(path.Dir(from), filepath.ToSlash(target))
	return end == ".." || strings.HasPrefix(end, "../")
}

// installed are folders that package managers fill; outside of a git checkout
// nothing else tells them from the repository's own.
var installed = []string{"node_modules", ".venv"}

// walk lists a folder that is no git checkout. Links are listed, not followed.
func walk(ctx context.Context, tree *os.Root, limits Limits, seen *evidence.Snapshot) ([]tracked, error) {
	var paths []tracked
	var deep tooDeep
	err := fs.WalkDir(tree.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			if name == "." {
				return fmt.Errorf("list the repository: %w", err)
			}
			gap(seen, evidence.Files, name, "could not be listed: "+plain(err), "make it readable")
			return nil
		case entry.IsDir() && entry.Name() == ".git":
			return fs.SkipDir
		case entry.IsDir() && slices.Contains(installed, entry.Name()):
			gap(seen, evidence.Listing, name, "installed packages, not part of the sources", "")
			return fs.SkipDir
		case entry.IsDir() && strings.Count(name, "/") >= limits.Depth:
			deep.add(name)
			return fs.SkipDir
		case entry.IsDir():
			return nil
		case len(paths) > limits.Files:
			return fs.SkipAll // list says so
		}
		paths = append(paths, tracked{name, ""})
		return nil
	})
	deep.report(limits, seen)
	return paths, err
}

// tooDeep counts what lies deeper than the limit. It is one Gap, however many
// folders someone has nested.
type tooDeep struct {
	count int
	first string
}

func (d *tooDeep) add(path string) bool {
	if d.count == 0 {
		d.first = path
	}
	d.count++
	return true
}

func (d *tooDeep) report(limits Limits, seen *evidence.Snapshot) {
	if d.count > 0 {
		gap(seen, evidence.Files, d.first, fmt.Sprintf("more than %d folders deep, as are %d more: none of it was looked at", limits.Depth, d.count-1), "")
	}
}

func gap(seen *evidence.Snapshot, kind evidence.Kind, subject, reason, unlock string) {
	seen.Gaps = append(seen.Gaps, evidence.Gap{Kind: kind, Subject: subject, At: evidence.Location{Path: subject}, Reason: reason, Unlock: unlock})
}

// plain is an error without the path that the Gap names anyway.
func plain(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
