// Package sums verifies an artifact by a checksum file that somebody signed: the
// file must list the artifact, and a proof must cover the file. It verifies no
// signature itself; other engines do.
package sums

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// Engine verifies checksum files.
type Engine struct{ inner []verify.Engine }

// New makes an engine that has the proofs over checksum files verified by the others.
func New(inner ...verify.Engine) *Engine { return &Engine{inner} }

// Name is that of our own verifier: it has no version apart from the program's.
func (*Engine) Name() string { return "sealvet-checksums" }

// Can says whether it judges such proofs.
func (*Engine) Can(format evidence.ProofFormat) bool { return format == evidence.ProofSums }

// Verify gives a verdict for each proof over the checksum file, and one where there
// is none.
func (e *Engine) Verify(ctx context.Context, q verify.Question) []evidence.Proof {
	say := func(class evidence.ProofClass, format string, args ...any) []evidence.Proof {
		return []evidence.Proof{{
			Format: evidence.ProofSums, Origin: q.Material.Origin, Engine: e.Name(), Class: class, Detail: fmt.Sprintf(format, args...),
		}}
	}
	if len(q.Material.Raw) > verify.MaxProof {
		return say(provenance.Malformed, "the checksum file has more than %d bytes", verify.MaxProof)
	}
	lines, err := Parse(q.Material.Raw)
	if err != nil {
		return say(provenance.Malformed, "the checksum file cannot be read: %v", err)
	}
	line, class, detail := find(lines, q.Subject)
	if class != provenance.OK {
		return say(class, "%s", detail)
	}
	if len(q.Material.Proofs) == 0 {
		return say(provenance.NoProof, "a checksum file lists it, but nobody signed that file: whoever can change the one can change the other")
	}
	var proofs []evidence.Proof
	for _, material := range q.Material.Proofs {
		proofs = append(proofs, e.over(ctx, q, material, line)...)
	}
	return proofs
}

// over asks another engine about the checksum file.
func (e *Engine) over(ctx context.Context, q verify.Question, material verify.Material, line *Line) []evidence.Proof {
	short, long := sha256.Sum256(q.Material.Raw), sha512.Sum512(q.Material.Raw)
	about := q
	about.Subject = provenance.Subject{Name: base(q.Material.Origin), Digests: []evidence.Digest{
		{Algorithm: "sha256", Value: hex.EncodeToString(short[:])}, {Algorithm: "sha512", Value: hex.EncodeToString(long[:])},
	}}
	about.Material = material
	about.Material.Content, about.Material.Proofs = q.Material.Raw, nil
	if len(about.Material.Key) == 0 {
		about.Material.Key, about.Material.KeyID = q.Material.Key, q.Material.KeyID
	}
	for _, engine := range e.inner {
		if engine == verify.Engine(e) || !engine.Can(material.Format) {
			continue // another one may
		}
		proofs := engine.Verify(ctx, about)
		for i := range proofs {
			e.adopt(&proofs[i], q.Material.Origin, line)
		}
		return proofs
	}
	return []evidence.Proof{{
		Format: evidence.ProofSums, Origin: material.Origin, Engine: e.Name(), Class: provenance.EngineUnavailable,
		Detail: fmt.Sprintf("no engine reads the proof over the checksum file (%s)", material.Format),
	}}
}

// adopt turns a verdict on the checksum file into one on what it lists. How the list
// was made says nothing of how the artifact was built, so that no level comes of it.
func (e *Engine) adopt(p *evidence.Proof, origin string, line *Line) {
	p.Notes = append(p.Notes, fmt.Sprintf("by way of the checksum file %s, whose proof is of format %s", base(origin), p.Format))
	p.Format, p.Level = evidence.ProofSums, 0
	p.Engine = e.Name() + ", " + p.Engine
	if provenance.OutcomeOf(p.Class) == provenance.Pass {
		p.Claims.Subjects = []evidence.ClaimedSubject{{Name: line.Name, Digests: []evidence.Digest{line.Digest}}}
	}
}

// find looks for the artifact under its name. An artifact that nobody named is
// looked for by its digest.
func find(lines []Line, subject provenance.Subject) (*Line, evidence.ProofClass, string) {
	if len(subject.Digests) == 0 {
		return nil, provenance.CannotJudge, "the digest of the artifact is not known, so that it cannot be looked up in the checksum file"
	}
	var found, other *Line // under its name: with its digest, with another one
	elsewhere := ""
	for i := range lines {
		line := &lines[i]
		same, comparable := compare(line.Digest, subject.Digests)
		named := subject.Name == "" || line.Name == "" && len(lines) == 1 || base(line.Name) == base(subject.Name)
		switch {
		case !comparable:
			continue // of another hash
		case named && same:
			found = line
		case named && other == nil:
			other = line
		case same:
			elsewhere = line.Name
		}
	}
	switch {
	case found != nil && !contradicted(lines, found):
		return found, provenance.OK, ""
	case found != nil:
		return nil, provenance.SubjectMismatch, fmt.Sprintf("the checksum file lists %s twice, with different digests", found.Name)
	case other != nil && subject.Name != "":
		return nil, provenance.SubjectMismatch, fmt.Sprintf("the checksum file lists %s for %s, it is %s", other.Digest, base(subject.Name), digest(subject.Digests, other.Digest.Algorithm))
	case elsewhere != "":
		return nil, provenance.SubjectMismatch, fmt.Sprintf("the checksum file lists it as %s, not as %s", elsewhere, base(subject.Name))
	}
	return nil, provenance.SubjectMismatch, "the checksum file does not list it"
}

// contradicted says whether the same name stands with another digest too.
func contradicted(lines []Line, found *Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool {
		return l.Name == found.Name && l.Name != "" && l.Digest.Algorithm == found.Digest.Algorithm && l.Digest.Value != found.Digest.Value
	})
}

func compare(listed evidence.Digest, actual []evidence.Digest) (same, comparable bool) {
	value := digest(actual, listed.Algorithm)
	return value == listed.Value, value != ""
}

func digest(list []evidence.Digest, algorithm string) string {
	for _, d := range list {
		if d.Algorithm == algorithm {
			return d.Value
		}
	}
	return ""
}
