package folder

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// About tells what a proof says it is of: predicate types and subjects. It is not
// verified: it only serves to find which proof goes with which file.
type About struct {
	Predicates []string
	Subjects   []evidence.ClaimedSubject
}

// Bill says whether it is a bill of materials.
func (a About) Bill() bool {
	for _, predicate := range a.Predicates {
		if isBill(predicate) {
			return true
		}
	}
	return false
}

func isBill(predicate string) bool {
	predicate = strings.ToLower(predicate)
	return strings.Contains(predicate, "spdx") || strings.Contains(predicate, "cyclonedx")
}

// maxSubjects bounds what is read of one statement.
const maxSubjects = 10_000

// Peek reads what a proof says it is of. Of what cannot be read it gives less.
func Peek(m verify.Material) About {
	var about About
	_, doc, err := recognise(m.Raw, m.Origin)
	if err != nil || doc == nil {
		return about
	}
	switch m.Format {
	case evidence.ProofBundle:
		about.bundle(doc)
	case evidence.ProofDSSE, evidence.ProofVSA:
		about.encoded(doc.Payload)
	case evidence.ProofNPM:
		for _, a := range doc.Attestations {
			var inner document
			if json.Unmarshal(a.Bundle, &inner) == nil {
				about.bundle(&inner)
			}
		}
	case evidence.ProofPEP740:
		about.pypi(doc)
	case evidence.ProofGCB:
		about.digest("", doc.Image.Digest)
	case evidence.ProofCosign:
		about.layer(doc)
	}
	return about
}

func (a *About) bundle(doc *document) {
	if doc.DSSE != nil {
		a.statement(doc.DSSE.Payload)
	}
	if doc.Message != nil {
		algorithm := map[string]string{"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}[doc.Message.Digest.Algorithm]
		if algorithm != "" {
			a.digest("", algorithm+":"+hex.EncodeToString(doc.Message.Digest.Digest))
		}
	}
}

func (a *About) pypi(doc *document) {
	if doc.Envelope != nil {
		a.statement(doc.Envelope.Statement)
	}
	for _, bundle := range doc.Bundles {
		for _, inner := range bundle.Attestations {
			a.statement(inner.Envelope.Statement)
		}
	}
}

// layer reads a layer of cosign's old tags: a simple signing document or an
// envelope.
func (a *About) layer(doc *document) {
	payload, err := decode64(doc.Payload)
	if err != nil {
		return
	}
	var inner struct {
		Payload  string `json:"payload"`
		Critical struct {
			Image struct {
				Digest string `json:"docker-manifest-digest"`
			} `json:"image"`
		} `json:"critical"`
	}
	if json.Unmarshal(payload, &inner) != nil {
		return
	}
	a.digest("", inner.Critical.Image.Digest)
	a.encoded(inner.Payload)
}

func (a *About) encoded(payload string) {
	if raw, err := decode64(payload); err == nil {
		a.statement(raw)
	}
}

func (a *About) statement(raw []byte) {
	var said struct {
		PredicateType string `json:"predicateType"`
		Subject       []struct {
			Name   string            `json:"name"`
			Digest map[string]string `json:"digest"`
		} `json:"subject"`
	}
	if json.Unmarshal(raw, &said) != nil {
		return
	}
	a.Predicates = append(a.Predicates, said.PredicateType)
	for _, s := range said.Subject {
		if len(a.Subjects) == maxSubjects {
			return
		}
		subject := evidence.ClaimedSubject{Name: s.Name}
		for algorithm, value := range s.Digest {
			subject.Digests = append(subject.Digests, evidence.Digest{Algorithm: algorithm, Value: strings.ToLower(value)})
		}
		slices.SortFunc(subject.Digests, func(x, y evidence.Digest) int { return strings.Compare(x.Algorithm, y.Algorithm) })
		a.Subjects = append(a.Subjects, subject)
	}
}

func (a *About) digest(name, text string) {
	algorithm, value, is := strings.Cut(text, ":")
	if !is {
		return
	}
	a.Subjects = append(a.Subjects, evidence.ClaimedSubject{Name: name, Digests: []evidence.Digest{{Algorithm: algorithm, Value: strings.ToLower(value)}}})
}
