package checkout

import (
	"os"
	"path"
	"path/filepath"
)

// folders opens files of the tree. Files come in path order, so it keeps the
// folder that it was in last: to open a file by its whole path means to open
// each folder on the way. It is one goroutine's.
type folders struct {
	tree *os.Root
	path string   // of the folder that is open
	open *os.Root // nil for none
}

// of gives the folder of a file, and the file's name in it.
func (f *folders) of(file string) (*os.Root, string, error) {
	folder, name := path.Split(file)
	if folder == "" {
		return f.tree, name, nil
	}
	if f.open == nil || f.path != folder {
		f.close()
		open, err := f.tree.OpenRoot(filepath.FromSlash(folder))
		if err != nil {
			return nil, "", err
		}
		f.path, f.open = folder, open
	}
	return f.open, name, nil
}

func (f *folders) close() {
	if f.open != nil {
		f.open.Close()
		f.open = nil
	}
}

func (f *folders) file(name string) (*os.File, error) {
	folder, name, err := f.of(name)
	if err != nil {
		return nil, err
	}
	return folder.Open(name)
}

func (f *folders) lstat(name string) (os.FileInfo, error) {
	folder, name, err := f.of(name)
	if err != nil {
		return nil, err
	}
	return folder.Lstat(name)
}
