// Package vet takes one artifact from its name to its verdict: it finds the
// artifact and its proofs through the sources, has the engines check them, and
// weighs what they say. It knows no flag and no output format.
package vet

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// Vetter verifies artifacts. Its parts may be shared by goroutines.
type Vetter struct {
	Sources map[Kind]registry.Source
	// Local finds a file with the proofs beside it, or exactly those given; Proofs reads proofs by themselves.
	Local  func(path string, proofs []string) (registry.Found, error)
	Proofs func(paths []string) ([]verify.Material, error)
	// Layout reads an OCI layout, a directory that IsLayout knows.
	Layout   func(ctx context.Context, dir string) (registry.Found, error)
	IsLayout func(dir string) bool
	// Object reads a commit or a tag of the checkout.
	Object func(ctx context.Context, revision string) (raw []byte, id string, err error)
	// Bench checks the proofs.
	verify.Bench
	Now time.Time
	// Cache, where there is one, keeps settled verdicts; Edition (the program's version and commit) and Trust
	// (the trust roots in force, and the options that rest on them) are part of what they depend on; without Trust
	// nothing is kept.
	Cache   Cache
	Edition string
	Trust   string
}

// Request is one artifact and what is expected of it.
type Request struct {
	Name   Name
	Wrong  error    // why the name names nothing, in a batch
	Proofs []string // files or folders; none: those beside the artifact or of its registry
	Key    []byte   // a public key that the caller trusts
	KeyID  string
	Expect provenance.Expect
}

// Vet gives the verdict on one artifact. What goes wrong is part of the verdict.
func (v *Vetter) Vet(ctx context.Context, request Request) provenance.Verdict {
	if request.Wrong != nil {
		return failed(request.Name.Text, request.Wrong)
	}
	found, err := v.find(ctx, request)
	if err != nil {
		return failed(request.Name.Text, err)
	}
	return v.weigh(ctx, request.Name.Text, found, nil, request)
}

// failed is the verdict on what could not be looked at.
func failed(artifact string, err error) provenance.Verdict {
	class := classOf(err)
	return provenance.Verdict{Artifact: artifact, Outcome: provenance.OutcomeOf(class), Class: class, Detail: err.Error(), Remedy: provenance.Remedy(class)}
}

func (v *Vetter) find(ctx context.Context, request Request) (registry.Found, error) {
	name := request.Name
	switch name.Kind {
	case File:
		if v.IsLayout != nil && v.IsLayout(name.Name) {
			return v.Layout(ctx, name.Name)
		}
		return v.Local(name.Name, request.Proofs)
	case Bare:
		return v.given(evidence.Publication{Name: name.Text, Digests: []evidence.Digest{name.Digest}}, request.Proofs)
	case Git:
		return v.object(ctx, request)
	case NPM, PyPI, OCI, Release, Server, Module:
	}
	source, known := v.Sources[name.Kind]
	if !known {
		return registry.Found{}, fmt.Errorf("%s: there is no source for %s", name.Text, name.Kind)
	}
	found, err := source.Find(ctx, registry.Reference{Registry: string(name.Kind), Name: name.Name, Version: name.Version, Digest: name.Digest})
	if err != nil || len(request.Proofs) == 0 {
		return found, err
	}
	return v.given(found.Publication, request.Proofs)
}

// given takes the proofs that the caller names in place of any others.
func (v *Vetter) given(publication evidence.Publication, paths []string) (registry.Found, error) {
	found := registry.Found{Publication: publication}
	if len(paths) == 0 {
		found.Publication.Why = "a digest alone holds no proof; name one with --proof"
		return found, nil
	}
	var err error
	found.Materials, err = v.Proofs(paths)
	return found, err
}

// object is a commit or a tag: its own signature, and statements about it where
// the caller names some.
func (v *Vetter) object(ctx context.Context, request Request) (registry.Found, error) {
	raw, id, err := v.Object(ctx, request.Name.Name)
	if err != nil {
		return registry.Found{}, err
	}
	publication := evidence.Publication{Name: id, Digests: []evidence.Digest{{Algorithm: "gitCommit", Value: id}}}
	if len(request.Proofs) > 0 {
		return v.given(publication, request.Proofs)
	}
	signed := verify.Material{Format: evidence.ProofGit, Raw: raw, Origin: "git object " + id}
	return registry.Found{Publication: publication, Materials: []verify.Material{signed}}, nil
}

func (v *Vetter) weigh(ctx context.Context, artifact string, found registry.Found, ofWhole []verify.Material, request Request) provenance.Verdict {
	if len(found.Files) > 0 {
		var parts []provenance.Verdict
		for _, file := range found.Files {
			parts = append(parts, v.weigh(ctx, file.Publication.Name, file, found.Materials, request))
		}
		return provenance.Whole(artifact, parts)
	}
	subject := provenance.Subject{Name: subjectName(found.Publication), Digests: found.Publication.Digests}
	proofs := slices.Clone(found.Publication.Proofs) // what the source itself has proved
	for _, material := range found.Materials {
		proofs = append(proofs, v.prove(ctx, material, subject, request)...)
	}
	// What speaks of the whole, as the attestation of an immutable release, counts where it speaks of this file.
	for _, material := range ofWhole {
		for _, proof := range v.prove(ctx, material, subject, request) {
			if proof.Class != provenance.SubjectMismatch {
				proofs = append(proofs, proof)
			}
		}
	}
	verdict := provenance.Conclude(artifact, subject, proofs, request.Expect)
	verdict.Notes = slices.Concat(found.Publication.Notes, found.Notes)
	if verdict.Outcome == provenance.Absent && found.Publication.Attested == evidence.Unknown {
		unproved(&verdict, found.Publication)
	}
	return verdict
}

func (v *Vetter) prove(ctx context.Context, material verify.Material, subject provenance.Subject, request Request) []evidence.Proof {
	if request.Key != nil {
		material.Key, material.KeyID = request.Key, request.KeyID
	}
	question := verify.Question{Material: material, Subject: subject, Expect: request.Expect, Now: v.Now}
	return v.remembered(question, func() []evidence.Proof { return v.Prove(ctx, question) })
}

// unproved is the verdict on an artifact without a proof where its source could not
// see all that there may be.
func unproved(verdict *provenance.Verdict, publication evidence.Publication) {
	if publication.Why == "" {
		return // nothing speaks of more than what was looked at: the file and what lies beside it
	}
	verdict.Outcome, verdict.Class, verdict.Detail = provenance.Undetermined, provenance.Unknown, publication.Why
	verdict.Remedy = cmp.Or(publication.Unlock, provenance.Remedy(provenance.Unknown))
}

// subjectName is what a statement calls the artifact: npm's is a purl, that of a
// file its name.
func subjectName(p evidence.Publication) string {
	if p.Registry == "npm" {
		return p.Subject()
	}
	return p.Name
}
