package folder

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// directory is a Shelf on disk. Links that lead out of it are not followed.
type directory struct {
	path  string
	names []string
}

func openDirectory(path string) (*directory, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	d := &directory{path: path}
	for _, entry := range entries {
		if kind := entry.Type(); kind.IsRegular() || kind&fs.ModeSymlink != 0 {
			d.names = append(d.names, entry.Name())
		}
	}
	slices.SortFunc(d.names, strings.Compare)
	return d, nil
}

func (d *directory) Names() []string { return d.names }

func (d *directory) Origin(name string) string { return filepath.Join(d.path, name) }

func (d *directory) Read(name string) ([]byte, error) {
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	size, err := regular(file)
	if err != nil {
		return nil, err
	}
	return readAll(file, size)
}
