package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"sort"

	"github.com/slsa-framework/slsa-verifier/v2/options"
	"github.com/slsa-framework/slsa-verifier/v2/verifiers"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

// vsa judges a verification summary that a known key signed.
func (j *judge) vsa(ctx context.Context, request wire.Request) (answered, error) {
	if len(request.Key) == 0 {
		return answered{}, limit{wire.LimitNoKey}
	}
	key, err := publicKey(request.Key)
	if err != nil {
		return answered{}, err
	}
	envelope, said, err := parseEnvelope(request.Provenance)
	if err != nil {
		return answered{}, malformed{err}
	}
	signers := make([]string, 0, len(envelope.Signatures))
	for _, signature := range envelope.Signatures {
		signers = append(signers, signature.KeyID)
	}
	if request.KeyID != "" && !slices.Contains(signers, request.KeyID) {
		return answered{}, fmt.Errorf("%w: the summary is signed by %q", errKeyUnknown, signers)
	}
	keyID := request.KeyID
	if keyID == "" && len(signers) > 0 {
		keyID = signers[0] // the library insists on a name; the key is the caller's all the same
	}
	digests, notes := request.Digests, []string(nil)
	if len(digests) == 0 {
		digests = said.allDigests()
		notes = append(notes, wire.NoteArtifact)
	}
	verifier, resource := first(request.Verifier, said.Predicate.Verifier.ID), first(request.Resource, said.Predicate.ResourceURI)
	levels := append([]string{}, request.Levels...)
	printed := j.prints.of(func() {
		_, err = verifiers.VerifyVSA(ctx, request.Provenance,
			&options.VSAOpts{ExpectedDigests: &digests, ExpectedVerifierID: &verifier, ExpectedResourceURI: &resource, ExpectedVerifiedLevels: &levels},
			&options.VerificationOpts{PublicKey: key, PublicKeyID: &keyID, PublicKeyHashAlgo: hashFor(key)})
	})
	return answered{builder: said.Predicate.Verifier.ID, printed: printed, said: unverified{statement: said}, notes: notes}, err
}

func publicKey(raw []byte) (crypto.PublicKey, error) {
	if block, _ := pem.Decode(raw); block != nil {
		raw = block.Bytes
	}
	key, err := x509.ParsePKIXPublicKey(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errKeyInvalid, err)
	}
	return key, nil
}

// hashFor is the digest that a key signs, as slsa-verifier's own command chooses it.
func hashFor(key crypto.PublicKey) crypto.Hash {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P384():
			return crypto.SHA384
		case elliptic.P521():
			return crypto.SHA512
		}
	case ed25519.PublicKey:
		return crypto.SHA512
	}
	return crypto.SHA256
}

func (s statement) allDigests() []string {
	var all []string
	for _, subject := range s.Subject {
		for algorithm, value := range subject.Digest {
			all = append(all, algorithm+":"+value)
		}
	}
	sort.Strings(all)
	return all
}
