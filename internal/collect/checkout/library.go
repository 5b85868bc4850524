package checkout

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxIndex is how many bytes of git's index are read: those of a million files.
const maxIndex = 128 << 20

// errNoProgram tells why a library reads git's files.
var errNoProgram = errors.New("there is no git program")

// library reads a checkout where there is no git program, as in a container image.
type library struct {
	repository *gogit.Repository
	storage    *filesystem.Storage
	top        string // the checkout's own folder
	below      string // the folder that is looked at, as seen from the top: "." or a slash path
}

func openLibrary(root string) (l *library, err error) {
	defer rescue(&err)
	repository, err := gogit.PlainOpenWithOptions(root, &gogit.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	if err != nil {
		return nil, fmt.Errorf("%w, and without it: %w", errNoProgram, err)
	}
	work, err := repository.Worktree()
	if err != nil {
		return nil, err
	}
	storage, is := repository.Storer.(*filesystem.Storage)
	if config, err := repository.Config(); err != nil || !is || config.Core.Worktree != "" {
		return nil, fmt.Errorf("%w, and its settings cannot be read without: %w", errNoProgram, cmp.Or(err, errors.New("core.worktree is set")))
	}
	l = &library{repository: repository, storage: storage, top: work.Filesystem.Root()}
	below, err := filepath.Rel(l.top, root)
	if err != nil || !filepath.IsLocal(below) {
		return nil, errors.New("the folder is not in the checkout's")
	}
	l.below = filepath.ToSlash(below)
	return l, nil
}

func (l *library) close() { _ = l.storage.Close() } // it was only read

// rescue turns a panic of the library, which reads hostile files, into an error.
func rescue(err *error) {
	if problem := recover(); problem != nil {
		*err = fmt.Errorf("git's files are damaged: %v", problem)
	}
}

// target is gitTarget without the program.
func (l *library) target(target *evidence.Target) {
	defer func() { _ = recover() }() // damaged files tell nothing
	if config, err := l.repository.Config(); err == nil {
		if remote := config.Raw.Section("remote").Subsection("origin").Option("url"); remote != "" {
			target.Remote = withoutCredentials(remote)
			target.Name = cmp.Or(ownerAndName(target.Remote), target.Name)
		}
	}
	if head, err := l.repository.Reference(plumbing.HEAD, false); err == nil && head.Target().IsBranch() {
		target.Branch = head.Target().Short()
	}
	if head, err := l.repository.Head(); err == nil {
		target.Commit = head.Hash().String()
	}
}

// files is gitFiles without the program.
func (l *library) files(ctx context.Context, limits Limits, seen *evidence.Snapshot) (files []tracked, err error) {
	defer rescue(&err)
	entries, err := l.index()
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(entries))
	for _, entry := range entries {
		if known[entry.Name] {
			continue // another side of an unfinished merge
		}
		known[entry.Name] = true
		if name, is := l.inside(entry.Name); is {
			files = append(files, tracked{name, modeOf(entry)})
		}
	}
	others, err := l.untracked(ctx, known, limits, seen)
	return append(files, others...), err
}

// inside is the name that a path of the checkout has from the folder that is looked at.
func (l *library) inside(name string) (string, bool) {
	if l.below == "." {
		return name, true
	}
	return strings.CutPrefix(name, l.below+"/")
}

// index reads what git tracks. Version 4 is not read: it names files by what they
// share with the one before, so that a small file can ask for any amount of memory.
func (l *library) index() ([]*index.Entry, error) {
	info, err := l.storage.Filesystem().Stat("index")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil // nothing was added yet
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maxIndex:
		return nil, fmt.Errorf("git's index is no file of at most %d MB", maxIndex>>20)
	}
	file, err := l.storage.Filesystem().Open("index")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var head [8]byte // a mark of four bytes, and the version
	if _, err := io.ReadFull(file, head[:]); err != nil || head[7] > 3 {
		return nil, fmt.Errorf("%w, and the index is of a version that is not read without it", errNoProgram)
	}
	read, err := l.storage.Index()
	if err != nil {
		return nil, fmt.Errorf("%w, and without it: %w", errNoProgram, err)
	}
	last := ""
	for _, entry := range read.Entries {
		if !fs.ValidPath(entry.Name) || entry.Name < last {
			return nil, fmt.Errorf("git's index is damaged at %.80q", entry.Name)
		}
		last = entry.Name
	}
	return read.Entries, nil
}

func modeOf(entry *index.Entry) string { return fmt.Sprintf("%06o", uint32(entry.Mode)) }

// staged is the index below the folder that is looked at.
func (l *library) staged() (all []indexed, err error) {
	defer rescue(&err)
	entries, err := l.index()
	for _, entry := range entries {
		if name, is := l.inside(entry.Name); is {
			all = append(all, indexed{path: name, mode: modeOf(entry), id: entry.Hash.String(), side: fmt.Sprint(int(entry.Stage))})
		}
	}
	return all, err
}

// untracked lists what is on the disk, is not tracked, and is named by no ignore rule.
func (l *library) untracked(ctx context.Context, known map[string]bool, limits Limits, seen *evidence.Snapshot) ([]tracked, error) {
	tree, err := os.OpenRoot(l.top)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	rules := l.rules(tree)
	var files []tracked
	err = fs.WalkDir(tree.FS(), l.below, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case rules.matches > maxMatches:
			return errManyRules
		case err != nil && name == l.below:
			return err
		case err != nil:
			short, _ := l.inside(name)
			gap(seen, evidence.Files, short, "could not be listed: "+plain(err), "make it readable")
		case entry.IsDir() && name == l.below:
			return nil // its rules are known
		case entry.IsDir():
			_, nested := tree.Lstat(path.Join(name, ".git"))
			if entry.Name() == ".git" || nested == nil || rules.hide(name, true) {
				return fs.SkipDir
			}
			rules.read(tree, name)
		case known[name] || name == ".git" || rules.hide(name, false):
		case len(files) > limits.Files:
			return fs.SkipAll // list says so
		default:
			short, _ := l.inside(name)
			files = append(files, tracked{short, ""})
		}
		return nil
	})
	return files, err
}
