package folder

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// shared takes in what other files prove of the artifact: by its digest, else by
// its name, so that an artifact that was changed fails against the proof of what
// it was.
func (s *Search) shared(a Artifact, taken map[string]bool, found *Beside) {
	s.index()
	var spots []spot
	for _, digest := range a.Digests {
		spots = append(spots, s.byDigest[digest]...)
	}
	if len(spots) == 0 && len(found.Materials) == 0 {
		spots = s.byBase[a.Name]
	}
	slices.SortFunc(spots, func(a, b spot) int { return cmp.Or(strings.Compare(a.name, b.name), cmp.Compare(a.index, b.index)) })
	for _, at := range slices.Compact(spots) {
		if taken[at.name] {
			continue // by its name
		}
		file := s.kept[at.name]
		found.Materials = append(found.Materials, file.materials[at.index])
		found.Bill = found.Bill || file.abouts[at.index].Bill()
	}
}

// index reads what may speak of any artifact: proofs that by their names are of no
// file that lies there.
func (s *Search) index() {
	if s.indexed {
		return
	}
	s.indexed = true
	s.byDigest, s.byBase = map[evidence.Digest][]spot{}, map[string][]spot{}
	for _, name := range s.names {
		if byName(name) == "" && !isLoose(name) || s.owner(name) != "" {
			continue // no proof, or of one file alone
		}
		file := s.keep(name)
		for i, about := range file.abouts {
			for _, subject := range about.Subjects {
				for _, digest := range subject.Digests {
					s.byDigest[digest] = append(s.byDigest[digest], spot{name, i})
				}
				if base := path.Base(subject.Name); subject.Name != "" {
					s.byBase[base] = append(s.byBase[base], spot{name, i})
				}
			}
		}
	}
}

// keep reads a file that several artifacts may need, once.
func (s *Search) keep(name string) *content {
	if file := s.kept[name]; file != nil {
		return file
	}
	if len(s.kept) >= maxReads || s.spent > maxBytes {
		s.partial = fmt.Sprintf("more than %d files or %d MiB of proofs lie there; the rest is not read", maxReads, maxBytes>>20)
		return &content{err: errors.New(s.partial)}
	}
	file := s.read(name)
	s.kept[name] = file
	s.spent += int64(len(file.raw))
	if file.err != nil && s.partial == "" && (IsProof(name) || IsSums(name)) {
		s.partial = fmt.Sprintf("%s cannot be read: %v", name, file.err)
	}
	return file
}

// read reads a file of the shelf and the proofs in it.
func (s *Search) read(name string) *content {
	file := &content{}
	if file.raw, file.err = s.shelf.Read(name); file.err != nil {
		return file
	}
	file.materials, file.unknown = Read(file.raw, s.shelf.Origin(name))
	for _, m := range file.materials {
		file.abouts = append(file.abouts, Peek(m))
	}
	return file
}
