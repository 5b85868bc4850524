package folder

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// sums takes in the checksum files that list the artifact, each with what signs it.
func (s *Search) sums(a Artifact, found *Beside) {
	for _, name := range s.lists {
		if name == a.Name {
			continue // the artifact itself
		}
		owner := s.owner(name)
		if owner != "" && owner != a.Name {
			continue // of one other file
		}
		file := s.keep(name)
		if file.err != nil {
			continue // keep has said so
		}
		listed, same := lists(file.raw, a, strings.HasPrefix(name, a.Name+"."))
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
	for _, beside := range s.owned[name] {
		if !hasSuffix(beside, signatureEndings...) && byName(beside) == "" && !isLoose(beside) {
			continue // a key, or a text
		}
		file := s.keep(beside)
		switch {
		case file.err != nil:
			continue // keep has said so
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
