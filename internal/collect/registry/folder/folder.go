// Package folder finds the proofs that lie beside a file: by name, by the digest
// that they speak of, in a directory of them, in an OCI layout. It tells formats by
// content. It verifies nothing.
//
// A directory may belong to the audited repository: files are opened without
// following links out of it, nothing but regular files is read, and all that is
// read has a limit.
package folder

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/mcpb"
)

// Find is that of a Finder for one file.
func Find(path string, proofs []string) (registry.Found, error) {
	return new(Finder).Find(path, proofs)
}

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

// Find looks at a file and at the proofs for it. Proofs names the files and
// directories that hold them; where it is empty, the directory of the file is
// searched. An error means that the file cannot be read.
func (f *Finder) Find(path string, proofs []string) (registry.Found, error) {
	file, size, err := open(path)
	if err != nil {
		return registry.Found{}, err
	}
	digests, err := Hash(file, size)
	if err != nil {
		return registry.Found{}, fmt.Errorf("read %s: %w", path, err)
	}
	name := filepath.Base(path)
	found := registry.Found{Publication: evidence.Publication{Name: name, InTree: true, Digests: digests}}
	artifact := Artifact{Name: name, Digests: digests, From: file, Size: size}
	beside, err := f.search(path, proofs, artifact)
	if err != nil {
		return registry.Found{}, err
	}
	signed := beside.Signed()
	if isMCPB(file, size, name) {
		_, err := mcpb.Open(file, size)
		signed = signed || !errors.Is(err, mcpb.ErrUnsigned)
		beside.Materials = append(beside.Materials, verify.Material{Format: evidence.ProofMCPB, File: file, FileSize: size, Origin: path})
	}
	found.Materials = beside.Materials
	found.Publication.Notes = beside.Notes
	found.Publication.Attested, found.Publication.Why = attested(beside, signed)
	found.Publication.Bill = evidence.No
	if beside.Bill {
		found.Publication.Bill = evidence.Yes
	}
	return found, nil
}

func attested(beside Beside, signed bool) (evidence.Answer, string) {
	switch {
	case signed:
		return evidence.Yes, ""
	case beside.Partial != "":
		return evidence.Unknown, beside.Partial
	}
	return evidence.No, ""
}

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

// Proofs reads the proofs of named files, whatever they speak of. A file that
// holds none is an error.
func Proofs(paths []string) ([]verify.Material, error) {
	var all []verify.Material
	for _, path := range paths {
		file, size, err := open(path)
		if err != nil {
			return nil, err
		}
		raw, err := readAll(file, size)
		file.Close()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		found, err := Read(raw, path)
		if errors.Is(err, ErrUnknown) && byName(path) != "" {
			found = []verify.Material{{Format: byName(path), Raw: raw, Origin: path}} // the engine says what is wrong with it
		} else if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// open opens a regular file that the user named. The user may name it through a
// link; a pipe or a device is refused without waiting for it.
func open(path string) (*os.File, int64, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	size, err := regular(file)
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, size, nil
}

func regular(file *os.File) (int64, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, fmt.Errorf("%s is no regular file", file.Name())
	}
	return info.Size(), nil
}

// Hash reads a content once: sha256 and sha512.
func Hash(from io.ReaderAt, size int64) ([]evidence.Digest, error) {
	short, long := sha256.New(), sha512.New()
	n, err := io.CopyBuffer(io.MultiWriter(short, long), io.NewSectionReader(from, 0, size), make([]byte, 256<<10))
	if err != nil {
		return nil, err
	}
	if n != size {
		return nil, fmt.Errorf("it has %d bytes and not %d: it changes while it is read", n, size)
	}
	return []evidence.Digest{
		{Algorithm: "sha256", Value: hex.EncodeToString(short.Sum(nil))},
		{Algorithm: "sha512", Value: hex.EncodeToString(long.Sum(nil))},
	}, nil
}

func readAll(file io.Reader, size int64) ([]byte, error) {
	if size > verify.MaxProof {
		return nil, fmt.Errorf("it has %d bytes, more than a proof may have (%d)", size, verify.MaxProof)
	}
	raw, err := io.ReadAll(io.LimitReader(file, verify.MaxProof+1))
	if err == nil && len(raw) > verify.MaxProof {
		err = fmt.Errorf("it has more bytes than a proof may have (%d)", verify.MaxProof)
	}
	return raw, err
}

// isMCPB knows a bundle by its name and by a zip's first bytes.
func isMCPB(file io.ReaderAt, size int64, name string) bool {
	var head [4]byte
	if size < 4 || !hasSuffix(name, ".mcpb", ".dxt") {
		return false
	}
	_, err := file.ReadAt(head[:], 0)
	return err == nil && string(head[:]) == "PK\x03\x04"
}

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
