package folder

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

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
	From  io.ReaderAt
	Size  int64
	whole func() ([]byte, error)
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

// weight is how many bytes the proofs have.
func (b *Beside) weight() (bytes int) {
	for _, m := range b.Materials {
		bytes += len(m.Raw)
	}
	return bytes
}

// miss notes that something could not be looked at.
func (b *Beside) miss(why string) {
	if b.Partial == "" {
		b.Partial = why
	}
	b.Notes = append(b.Notes, why)
}

// Signed says whether there is anything to verify. A checksum file that nobody signed
// is no proof; one that contradicts is worth a verdict.
func (b Beside) Signed() bool { return len(b.Materials) > 0 }

const (
	maxNames = 50_000   // files of a directory that are looked at
	maxReads = 5_000    // files that are read because they may speak of any artifact
	maxBytes = 32 << 20 // of all these files, and of those that go with one artifact
	maxOwned = 100      // files that go with one artifact
)

// Search finds the proofs that go with files of a shelf. What may speak of any
// artifact is read once, whatever the number of artifacts.
type Search struct {
	shelf   Shelf
	names   []string
	has     map[string]bool
	owned   map[string][]string // by the file that they go with
	lists   []string            // checksum files
	partial string              // why not all is looked at

	mu       sync.Mutex
	kept     map[string]*content // what several artifacts need
	spent    int64               // bytes of it
	indexed  bool
	byDigest map[evidence.Digest][]spot
	byBase   map[string][]spot
}

// content is a file of the shelf, read.
type content struct {
	raw       []byte
	err       error
	materials []verify.Material
	abouts    []About
	unknown   error // why it is no proof
}

// spot is one proof of a file.
type spot struct {
	name  string
	index int
}

// NewSearch starts a search.
func NewSearch(shelf Shelf) *Search {
	s := &Search{shelf: shelf, names: shelf.Names(), has: map[string]bool{}, owned: map[string][]string{}, kept: map[string]*content{}}
	if len(s.names) > maxNames {
		s.partial = fmt.Sprintf("%d files lie there, %d are looked at", len(s.names), maxNames)
		s.names = s.names[:maxNames]
	}
	for _, name := range s.names {
		s.has[name] = true
	}
	for _, name := range s.names {
		if owner := s.owner(name); owner != "" {
			s.owned[owner] = append(s.owned[owner], name)
		}
		if IsSums(name) {
			s.lists = append(s.lists, name)
		}
	}
	return s
}

// For finds the proofs of an artifact: those that bear its name, those that name
// its digest, and the checksum files that list it. It is safe for concurrent use.
func (s *Search) For(a Artifact) Beside {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found Beside
	a = a.remembering()
	own := s.of(a.Name)
	taken := s.named(a, own, &found)
	s.shared(a, taken, &found)
	s.sums(a, &found)
	for _, name := range own {
		found.Bill = found.Bill || IsBill(name)
	}
	if found.Partial == "" {
		found.Partial = s.partial
	}
	return found
}

// owner is the file that a file goes with by its name: foo.tar.gz, not foo, is what
// foo.tar.gz.sig signs. Empty where no such file lies there.
func (s *Search) owner(name string) string {
	for end := strings.LastIndexByte(name, '.'); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		if stem := name[:end]; s.has[stem] && byName(stem) == "" && !IsSignature(stem) && !IsBill(stem) {
			return stem
		}
	}
	return ""
}

// of lists the files that go with an artifact by their names, wherever it lies.
func (s *Search) of(artifact string) []string {
	if s.has[artifact] {
		return s.owned[artifact]
	}
	var own []string
	start, _ := slices.BinarySearch(s.names, artifact+".")
	for _, name := range s.names[start:] {
		if !strings.HasPrefix(name, artifact+".") {
			break
		}
		if len(s.owner(name)) < len(artifact) {
			own = append(own, name)
		}
	}
	return own
}

// named takes in the files whose name is the artifact's with an ending.
func (s *Search) named(a Artifact, own []string, found *Beside) map[string]bool {
	taken := map[string]bool{}
	for _, name := range own {
		if found.weight() > maxBytes || len(taken) > maxOwned {
			found.miss(fmt.Sprintf("more than %d proofs, or %d MiB of them, bear its name; the rest is not read", maxOwned, maxBytes>>20))
			break
		}
		switch {
		case IsSums(name):
			continue // checksum files have their own turn
		case hasSuffix(name, signatureEndings...):
			taken[name] = true
			s.bare(a, name, found)
		case byName(name) != "":
			taken[name] = true
			s.whole(name, byName(name), found)
		case isLoose(name):
			taken[name] = s.loose(name, found)
		}
	}
	return taken
}

// whole takes in all proofs of a file that by its name is of this artifact: one
// that does not name it must fail, not be missing.
func (s *Search) whole(name string, format evidence.ProofFormat, found *Beside) {
	file := s.read(name)
	switch {
	case file.err != nil:
		found.miss(fmt.Sprintf("%s cannot be read: %v", name, file.err))
		found.Materials = append(found.Materials, verify.Material{Format: format, Origin: s.shelf.Origin(name)})
	case file.unknown != nil:
		found.Materials = append(found.Materials, verify.Material{Format: format, Raw: file.raw, Origin: s.shelf.Origin(name)})
	default:
		s.take(file, found)
	}
}

func (s *Search) loose(name string, found *Beside) bool {
	file := s.read(name)
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
