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
	"os"
	"path/filepath"
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
