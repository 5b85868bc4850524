package folder

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// maxSigned is how large a file may be that a bare signature is checked over in
// memory.
const maxSigned = 64 << 20

// bare takes in a signature that is nothing but a signature. A key that lies beside
// it is no reason to trust it: whoever put the one there could put the other.
func (s *Search) bare(a Artifact, name string, found *Beside) {
	file := s.read(name)
	if file.err != nil {
		found.miss(fmt.Sprintf("%s cannot be read: %v", name, file.err))
		return
	}
	if file.unknown == nil && len(file.materials) > 0 && file.materials[0].Format != evidence.ProofSignedHash {
		s.take(file, found) // a bundle under the name of a signature
		return
	}
	m := verify.Material{Format: evidence.ProofSignedHash, Raw: file.raw, Origin: s.shelf.Origin(name)}
	if err := a.over(&m); err != nil {
		found.Notes = append(found.Notes, fmt.Sprintf("%s: read what it signs: %v", name, err))
	}
	found.Materials = append(found.Materials, m)
	if key := s.key(a.Name, name); key != "" {
		found.Notes = append(found.Notes, fmt.Sprintf("%s lies beside %s and is not trusted for that; give a key that you know by flag", key, name))
	}
}

// over gives a signature the artifact that it is over, where that is at hand.
func (a Artifact) over(m *verify.Material) (err error) {
	if a.From == nil {
		return nil
	}
	m.File, m.FileSize = a.From, a.Size
	if a.Size <= maxSigned { // else its engine says that it is too large
		m.Content, err = a.whole()
	}
	return err
}

// remembering reads an artifact into memory once, and only where a signature is
// over it.
func (a Artifact) remembering() Artifact {
	a.whole = sync.OnceValues(func() ([]byte, error) {
		content := make([]byte, a.Size)
		_, err := io.ReadFull(io.NewSectionReader(a.From, 0, a.Size), content)
		return content, err
	})
	return a
}

// key names the certificate or key beside a signature: of the artifact, or of the
// signature.
func (s *Search) key(artifact, signature string) string {
	stem := signature[:strings.LastIndexByte(signature, '.')]
	for _, of := range []string{artifact, stem, signature} {
		for _, end := range keyEndings {
			if s.has[of+end] {
				return of + end
			}
		}
	}
	return ""
}
