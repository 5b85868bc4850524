package reproduce

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// folder is one folder of the checkout, whose packages are looked for.
type folder struct {
	root  string
	files []string // of the whole checkout, sorted
	dir   string   // slash path from the top
	seen  *evidence.Snapshot
}

func (f *folder) has(name string) bool {
	_, found := slices.BinarySearch(f.files, path.Join(f.dir, name))
	return found
}

// above gives the nearest folder, from this one up, that holds one of the files,
// and which.
func (f *folder) above(names ...string) (dir, name string) {
	for dir = f.dir; ; dir = path.Dir(dir) {
		for _, name := range names {
			if _, found := slices.BinarySearch(f.files, path.Join(dir, name)); found {
				return dir, name
			}
		}
		if dir == "." {
			return "", ""
		}
	}
}

const mostManifest = 4 << 20

// source reads a file of this folder; nil where there is none that can be read.
func (f *folder) source(name string) *text.Source {
	if !f.has(name) {
		return nil
	}
	tree, err := os.OpenRoot(f.root)
	if err != nil {
		return nil
	}
	defer tree.Close()
	file, err := tree.Open(filepath.FromSlash(path.Join(f.dir, name)))
	if err != nil {
		return nil
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, mostManifest))
	if err != nil {
		return nil
	}
	return text.NewSource(path.Join(f.dir, name), data)
}

// json reads a JSON file of this folder; nil where there is none.
func (f *folder) json(name string) (*doc.Node, error) {
	if source := f.source(name); source != nil {
		return doc.JSON(source)
	}
	return nil, nil
}

func (f *folder) toml(name string) (*doc.Node, error) {
	if source := f.source(name); source != nil {
		return doc.TOML(source)
	}
	return nil, nil
}
