package folder

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// Shelf is a place where proofs lie beside files: a directory, the assets of a
// release.
type Shelf interface {
	// Names are what lies there, sorted.
	Names() []string
	// Read gives a whole file; it fails for one larger than a proof may be.
	Read(name string) ([]byte, error)
	// Origin tells people where a file lies.
	Origin(name string) string
}

// Artifact is the file that proofs are looked for.
type Artifact struct {
	Name    string
	Digests []evidence.Digest
	// From is where its bytes can be read in place, Size how many; nil where they are not at hand.
	From io.ReaderAt
	Size int64
}

// Beside is what was found for an artifact.
type Beside struct {
	Materials []verify.Material
	Notes     []string
	// Partial says why not all could be looked at, empty where all was.
	Partial string
	// Bill says that a bill of materials goes with it.
	Bill bool
}

// Signed says whether there is anything to verify. A checksum file that nobody signed
// is no proof; one that contradicts is worth a verdict.
func (b Beside) Signed() bool { return len(b.Materials) > 0 }

// maxSigned is how large a file may be that a bare signature is checked over in
// memory.
const maxSigned = 64 << 20

const (
	maxNames = 10_000   // files of a directory that are looked at
	maxReads = 1_000    // files that are read because they may hold a proof
	maxBytes = 64 << 20 // of all these files
)

// Search finds the proofs that go with files of a shelf. It reads each file of the
// shelf once, whatever the number of artifacts.
type Search struct {
	shelf Shelf
	names []string
	has   map[string]bool
	read  map[string]*content
	// spent counts what was read, partial tells what was not.
	spent   int64
	partial string
}

// content is a file of the shelf, read.
type content struct {
	raw       []byte
	err       error
	materials []verify.Material
	abouts    []About
	unknown   error // why it is no proof
}

// NewSearch starts a search.
func NewSearch(shelf Shelf) *Search {
	s := &Search{shelf: shelf, names: shelf.Names(), has: map[string]bool{}, read: map[string]*content{}}
	if len(s.names) > maxNames {
		s.partial = fmt.Sprintf("%d files lie there, %d are looked at", len(s.names), maxNames)
		s.names = s.names[:maxNames]
	}
	for _, name := range s.names {
		s.has[name] = true
	}
	return s
}

// For finds the proofs of an artifact: those that bear its name, those that name
// its digest, and the checksum files that list it.
func (s *Search) For(a Artifact) Beside {
	var found Beside
	named := s.named(a, &found)
	s.shared(a, named, &found)
	s.sums(a, &found)
	for _, name := range s.names {
		if IsBill(name) && s.owner(name, a.Name) == a.Name {
			found.Bill = true
		}
	}
	found.Partial = s.partial
	return found
}

// named takes in the files whose name is the artifact's with an ending.
func (s *Search) named(a Artifact, found *Beside) map[string]bool {
	taken := map[string]bool{a.Name: true}
	for _, name := range s.names {
		if s.owner(name, a.Name) != a.Name || IsSums(name) {
			continue // shared proofs and checksum files have their own turn
		}
		switch {
		case hasSuffix(name, signatureEndings...):
			taken[name] = true
			s.bare(a, name, found)
		case byName(name) != "":
			taken[name] = true
			s.whole(name, byName(name), found)
		case isLoose(name):
			if s.loose(name, found) {
				taken[name] = true
			}
		}
	}
	return taken
}

// owner is the file that a file goes with by its name: foo.tar.gz, not foo, is what
// foo.tar.gz.sig signs. Artifact counts as lying there.
func (s *Search) owner(name, artifact string) string {
	for end := strings.LastIndexByte(name, '.'); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		switch stem := name[:end]; {
		case stem == artifact:
			return stem
		case s.has[stem] && byName(stem) == "" && !IsSignature(stem) && !IsBill(stem):
			return stem
		}
	}
	return ""
}

// whole takes in all proofs of a file that by its name is of this artifact: one
// that does not name it must fail, not be missing.
func (s *Search) whole(name string, format evidence.ProofFormat, found *Beside) {
	file := s.open(name)
	switch {
	case file.err != nil:
		found.Notes = append(found.Notes, fmt.Sprintf("%s: %v", name, file.err))
		found.Materials = append(found.Materials, verify.Material{Format: format, Origin: s.shelf.Origin(name)})
	case file.unknown != nil:
		found.Materials = append(found.Materials, verify.Material{Format: format, Raw: file.raw, Origin: s.shelf.Origin(name)})
	default:
		s.take(file, found)
	}
}

func (s *Search) loose(name string, found *Beside) bool {
	file := s.open(name)
	if file.err != nil || file.unknown != nil || len(file.materials) == 0 || file.materials[0].Format == evidence.ProofMCPB {
		return false
	}
	s.take(file, found)
	return true
}

func (s *Search) take(file *content, found *Beside) {
	found.Materials = append(found.Materials, file.materials...)
	for _, about := range file.abouts {
		found.Bill = found.Bill || about.Bill()
	}
}

// bare takes in a signature that is nothing but a signature. A key that lies beside
// it is no reason to trust it: whoever put the one there could put the other.
func (s *Search) bare(a Artifact, name string, found *Beside) {
	file := s.open(name)
	if file.err != nil {
		found.Notes = append(found.Notes, fmt.Sprintf("%s: %v", name, file.err))
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
func (a Artifact) over(m *verify.Material) error {
	if a.From == nil {
		return nil
	}
	m.File, m.FileSize = a.From, a.Size
	if a.Size > maxSigned {
		return nil // its engine says that it is too large
	}
	m.Content = make([]byte, a.Size)
	_, err := io.ReadFull(io.NewSectionReader(a.From, 0, a.Size), m.Content)
	return err
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

// shared takes in what other files prove of the artifact: by its digest, else by
// its name, so that an artifact that was changed fails against the proof of what
// it was.
func (s *Search) shared(a Artifact, taken map[string]bool, found *Beside) {
	var called Beside
	digest := false
	for _, name := range s.names {
		if taken[name] || byName(name) == "" && !isLoose(name) {
			continue // taken before, or nothing that holds proofs
		}
		if owner := s.owner(name, a.Name); owner != "" && owner != a.Name {
			continue // by its name it is of another file that lies here
		}
		file := s.open(name)
		if file.err != nil || file.unknown != nil {
			continue // not of this artifact by its name; whose it is cannot be told
		}
		for i, m := range file.materials {
			switch about := file.abouts[i]; {
			case about.Names(a.Digests):
				digest = true
				found.Materials = append(found.Materials, m)
				found.Bill = found.Bill || about.Bill()
			case about.Calls(a.Name):
				called.Materials = append(called.Materials, m)
			}
		}
	}
	if !digest && len(found.Materials) == 0 {
		found.Materials = called.Materials
	}
}

// open reads a file of the shelf, once.
func (s *Search) open(name string) *content {
	if file := s.read[name]; file != nil {
		return file
	}
	file := &content{}
	s.read[name] = file
	if len(s.read) > maxReads || s.spent > maxBytes {
		s.partial = fmt.Sprintf("more than %d files or %d MiB of proofs lie there; the rest is not read", maxReads, maxBytes>>20)
		file.err = fmt.Errorf("not read: %s", s.partial)
		return file
	}
	file.raw, file.err = s.shelf.Read(name)
	s.spent += int64(len(file.raw))
	if file.err != nil {
		if s.partial == "" && IsProof(name) {
			s.partial = fmt.Sprintf("%s cannot be read: %v", name, file.err)
		}
		return file
	}
	file.materials, file.unknown = Read(file.raw, s.shelf.Origin(name))
	for _, m := range file.materials {
		file.abouts = append(file.abouts, Peek(m))
	}
	return file
}

// sums takes in the checksum files that list the artifact, each with what signs it.
func (s *Search) sums(a Artifact, found *Beside) {
	for _, name := range s.names {
		if !IsSums(name) || name == a.Name {
			continue // no checksum file, or the artifact itself
		}
		file := s.open(name)
		if file.err != nil {
			continue // open has said so where it matters
		}
		listed, same := lists(file.raw, a, s.owner(name, a.Name) == a.Name)
		if !listed {
			continue // of other files
		}
		s.signers(name, file.raw, same, found)
	}
}

// signers takes in a checksum file with what signs it.
func (s *Search) signers(name string, sums []byte, same bool, found *Beside) {
	m := verify.Material{Format: evidence.ProofSums, Raw: sums, Origin: s.shelf.Origin(name)}
	if bytes.Contains(sums, []byte("-----BEGIN PGP SIGNATURE-----")) {
		m.Proofs = append(m.Proofs, verify.Material{Format: evidence.ProofSignedHash, Raw: sums, Origin: m.Origin})
	}
	for _, beside := range s.names {
		if s.owner(beside, name) != name {
			continue // of something else
		}
		file := s.open(beside)
		switch {
		case file.err != nil:
			continue // open has said so
		case hasSuffix(beside, signatureEndings...) && (file.unknown != nil || len(file.materials) == 0 || file.materials[0].Format == evidence.ProofSignedHash):
			m.Proofs = append(m.Proofs, verify.Material{Format: evidence.ProofSignedHash, Raw: file.raw, Origin: s.shelf.Origin(beside)})
		case file.unknown == nil:
			m.Proofs = append(m.Proofs, file.materials...)
		case byName(beside) != "":
			m.Proofs = append(m.Proofs, verify.Material{Format: byName(beside), Raw: file.raw, Origin: s.shelf.Origin(beside)})
		}
	}
	switch {
	case len(m.Proofs) == 0 && same: // no proof, and none to judge
		found.Notes = append(found.Notes, fmt.Sprintf("%s has its checksum, but nobody signed that file", name))
		return
	case !same:
		found.Notes = append(found.Notes, fmt.Sprintf("%s has another checksum for it", name))
	}
	found.Materials = append(found.Materials, m)
}

// lists says whether a checksum file lists the artifact, and whether with its
// digest. Alone says that the file is by its name of this artifact, so that a bare
// digest counts.
func lists(sums []byte, a Artifact, alone bool) (listed, same bool) {
	for line := range bytes.Lines(sums) {
		match := sumLine.FindSubmatch(bytes.TrimSpace(line))
		if match == nil {
			continue // comment, signature, armour
		}
		value, name := string(match[1]), string(match[2])
		if value == "" {
			value, name = string(match[5]), string(match[4])
		}
		name = name[strings.LastIndexAny(name, `/\`)+1:]
		if name != a.Name && (name != "" || !alone) {
			continue // another file's line
		}
		listed = true
		same = same || slices.ContainsFunc(a.Digests, func(d evidence.Digest) bool { return strings.EqualFold(d.Value, value) })
	}
	return listed, same
}
