package gosum

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	modzip "golang.org/x/mod/zip"

	"github.com/sealvet/sealvet/internal/collect/git"
)

// repository is an empty git repository of ours that borrows the objects of the
// checkout. `git archive` runs what a repository's configuration and attributes say
// (filters, export rules); here that is ours, as the go command does it, and
// nothing of the checkout's own.
type repository struct{ dir string }

func newRepository(ctx context.Context, checkout string) (repository, error) {
	out, err := git.Output(ctx, checkout, "rev-parse", "--git-path", "objects")
	if err != nil {
		return repository{}, err
	}
	objects := strings.TrimSuffix(string(out), "\n")
	if !filepath.IsAbs(objects) {
		objects = filepath.Join(checkout, objects)
	}
	objects, err = filepath.Abs(objects)
	if err != nil || strings.ContainsAny(objects, "\n\"") {
		return repository{}, errors.New("the path of the checkout cannot be borrowed from")
	}
	format, err := git.Output(ctx, checkout, "rev-parse", "--show-object-format")
	if err != nil {
		return repository{}, err
	}
	dir, err := os.MkdirTemp("", "sealvet-gosum-")
	if err != nil {
		return repository{}, err
	}
	r := repository{dir: dir}
	config := "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = " + strings.TrimSpace(string(format)) + "\n"
	for name, content := range map[string]string{
		"HEAD":                    "ref: refs/heads/none\n",
		"config":                  config,
		"objects/info/alternates": objects + "\n",
		"refs/heads/.keep":        "",
		// The same line as in the go command, so that the same bytes are hashed.
		"info/attributes": "* -export-subst -export-ignore\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
			r.remove()
			return repository{}, err
		}
	}
	return r, nil
}

func (r repository) remove() { _ = os.RemoveAll(r.dir) } // what stays is in the system's temporary folder

// errNoFile is a path that a commit does not have.
var errNoFile = errors.New("no such file")

// maxMod is what a go.mod may have: the module zip format's own limit.
const maxMod = modzip.MaxGoMod

// blob reads one small file of a commit.
func (r repository) blob(ctx context.Context, commit, path string) ([]byte, error) {
	entries, err := r.tree(ctx, commit, path)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.path != path || e.kind != "blob" {
			continue // a folder of that name
		}
		if e.size > maxMod {
			return nil, fmt.Errorf("%s is larger than %d bytes", path, maxMod)
		}
		return git.Output(ctx, r.dir, "cat-file", "blob", e.id)
	}
	return nil, errNoFile
}

type treeEntry struct {
	kind, id, path string
	size           int64
}

// tree lists what a commit has under a path.
func (r repository) tree(ctx context.Context, commit, path string) ([]treeEntry, error) {
	args := []string{"ls-tree", "-r", "-l", "-z", "--full-tree", commit}
	if path != "" {
		args = append(args, "--", path)
	}
	out, err := git.Output(ctx, r.dir, args...)
	if err != nil {
		return nil, err
	}
	var all []treeEntry
	for line := range strings.SplitSeq(string(out), "\x00") {
		meta, name, is := strings.Cut(line, "\t")
		fields := strings.Fields(meta)
		if !is || len(fields) != 4 {
			continue // the empty piece after the last NUL
		}
		size, _ := strconv.ParseInt(fields[3], 10, 64) // a submodule has "-"
		all = append(all, treeEntry{kind: fields[1], id: fields[2], path: name, size: size})
	}
	return all, nil
}

// archive is the content of a commit, in a temporary file.
type archive struct {
	file   *os.File
	reader *zip.Reader
	sub    string
	// licence is that of the root, which a module in a folder without one gets.
	licence []byte
}

func (r repository) archive(ctx context.Context, commit, sub string) (*archive, error) {
	entries, err := r.tree(ctx, commit, sub)
	if err != nil {
		return nil, err
	}
	var total int64
	for _, e := range entries {
		total += e.size
	}
	// git keeps to the limit of the content; conversions of line ends can double it at most.
	if total > modzip.MaxZipFile {
		return nil, fmt.Errorf("the tag holds %d bytes, more than a module may have", total)
	}
	a := &archive{sub: sub}
	if sub != "" {
		a.licence, _ = r.blob(ctx, commit, "LICENSE") // a repository need not have one
	}
	a.file, err = os.CreateTemp("", "sealvet-gosum-*.zip")
	if err != nil {
		return nil, err
	}
	args := []string{"-c", "core.autocrlf=input", "-c", "core.eol=lf", "archive", "--format=zip", "-0", commit}
	if sub != "" {
		args = append(args, sub)
	}
	var problem bytes.Buffer
	cmd := git.Command(ctx, r.dir, args...)
	cmd.Stdout, cmd.Stderr = a.file, &problem
	if err := cmd.Run(); err != nil {
		a.close()
		return nil, git.Explain("archive", err, problem.String())
	}
	info, err := a.file.Stat()
	if err == nil {
		a.reader, err = zip.NewReader(a.file, info.Size())
	}
	if err != nil {
		a.close()
		return nil, fmt.Errorf("read what git archived: %w", err)
	}
	return a, nil
}

func (a *archive) close() {
	a.file.Close()
	_ = os.Remove(a.file.Name()) // what stays is in the system's temporary folder
}

// hash is the h1 of the module zip that the go command would make: the library
// chooses the files, and the hash goes over their names and contents, not over
// the zip around them.
func (a *archive) hash(version module.Version) (sum, error) {
	files := a.files()
	checked, err := modzip.CheckFiles(files)
	if err != nil {
		return "", err
	}
	by := map[string]modzip.File{}
	for _, f := range files {
		by[f.Path()] = f
	}
	prefix := version.String() + "/"
	names := make([]string, len(checked.Valid))
	for i, name := range checked.Valid {
		names[i] = prefix + name
	}
	hashed, err := dirhash.Hash1(names, func(name string) (io.ReadCloser, error) { return by[strings.TrimPrefix(name, prefix)].Open() })
	return sum(hashed), err
}

// files are those below the folder of the module. Source of the rules:
// golang.org/x/mod/zip, CreateFromVCS.
func (a *archive) files() []modzip.File {
	var all []modzip.File
	licence := false
	prefix := a.sub
	if prefix != "" {
		prefix += "/"
	}
	for _, f := range a.reader.File {
		name, is := strings.CutPrefix(f.Name, prefix)
		if !is || strings.HasSuffix(f.Name, "/") {
			continue // a folder, or beside the module
		}
		all = append(all, archived{name, f})
		licence = licence || name == "LICENSE"
	}
	if !licence && a.licence != nil {
		all = append(all, inMemory{"LICENSE", a.licence})
	}
	return all
}

// archived is a file of the archive.
type archived struct {
	name string
	file *zip.File
}

func (f archived) Path() string                 { return f.name }
func (f archived) Lstat() (os.FileInfo, error)  { return f.file.FileInfo(), nil }
func (f archived) Open() (io.ReadCloser, error) { return f.file.Open() }

// modHash is the hash that go.sum has for a go.mod.
func modHash(mod []byte) sum {
	hashed, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(mod)), nil })
	if err != nil {
		return "" // a reader of memory does not fail
	}
	return sum(hashed)
}
