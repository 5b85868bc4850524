package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// Finder finds the proofs of many files. It reads a directory that holds the proofs
// of many of them once, as it was at the first of them. It is safe for concurrent
// use.
type Finder struct {
	mu     sync.Mutex
	recent []searched // the newest last
}

// searched is a directory and the search in it.
type searched struct {
	path   string
	search *Search
}

// maxRecent is how many directories a Finder keeps in mind: each may hold maxBytes.
const maxRecent = 4

func (f *Finder) search(path string, proofs []string, artifact Artifact) (Beside, error) {
	if len(proofs) == 0 {
		return f.directory(filepath.Dir(path), artifact)
	}
	var all Beside
	for _, place := range proofs {
		info, err := os.Stat(place)
		if err != nil {
			return Beside{}, fmt.Errorf("read proofs: %w", err)
		}
		one := Beside{}
		if info.IsDir() {
			one, err = f.directory(place, artifact)
		} else if one.Materials, err = Proofs([]string{place}); err == nil {
			err = artifact.bind(one.Materials)
		}
		if err != nil {
			return Beside{}, err
		}
		all.Materials = append(all.Materials, one.Materials...)
		all.Notes = append(all.Notes, one.Notes...)
		all.Bill = all.Bill || one.Bill
		if all.Partial == "" {
			all.Partial = one.Partial
		}
	}
	return all, nil
}

// bind gives bare signatures the artifact that they are over.
func (a Artifact) bind(given []verify.Material) error {
	a = a.remembering()
	for i := range given {
		if given[i].Format == evidence.ProofSignedHash {
			if err := a.over(&given[i]); err != nil {
				return fmt.Errorf("read %s: %w", a.Name, err)
			}
		}
	}
	return nil
}

// directory searches one, as it was when it was first read.
func (f *Finder) directory(path string, artifact Artifact) (Beside, error) {
	search, err := f.open(path)
	if err != nil {
		return Beside{}, err
	}
	return search.For(artifact), nil
}

func (f *Finder) open(path string) (*Search, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, known := range f.recent {
		if known.path == path {
			return known.search, nil
		}
	}
	shelf, err := openDirectory(path)
	if err != nil {
		return nil, err
	}
	if len(f.recent) == maxRecent {
		f.recent = f.recent[1:]
	}
	f.recent = append(f.recent, searched{path, NewSearch(shelf)})
	return f.recent[len(f.recent)-1].search, nil
}
