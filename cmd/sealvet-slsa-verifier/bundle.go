package main

import (
	"context"
	"fmt"
	"strings"

	serrors "github.com/slsa-framework/slsa-verifier/v2/errors"
	"github.com/slsa-framework/slsa-verifier/v2/options"
	"github.com/slsa-framework/slsa-verifier/v2/verifiers"
	"github.com/slsa-framework/slsa-verifier/v2/verifiers/utils"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

// bundle judges a Sigstore bundle: of slsa-github-generator's builders by the
// routine for artifacts, of any other workflow by that for GitHub attestations.
func (j *judge) bundle(ctx context.Context, request wire.Request) (answered, error) {
	if j.root == [32]byte{} {
		return answered{}, limit{wire.LimitNoTrustedRoot}
	}
	bundle, err := parseBundle(request.Provenance)
	if err != nil {
		if _, _, notEnvelope := parseEnvelope(request.Provenance); notEnvelope == nil {
			return answered{}, limit{wire.LimitNeedsNetwork}
		}
		return answered{}, orMalformed(err)
	}
	said, err := readBundle(bundle)
	if err != nil {
		return answered{said: said}, orMalformed(err)
	}
	digest, notes, err := said.statement.digest(request.Digests)
	if err != nil {
		return answered{said: said}, err
	}
	verify, builder, err := routine(request, said)
	if err != nil {
		return answered{said: said}, err
	}
	found, err := j.try(request, said, digest, func(opts *options.ProvenanceOpts) (*utils.TrustedBuilderID, error) {
		_, id, err := verify(ctx, request.Provenance, digest, opts, &options.BuilderOpts{ExpectedID: builder})
		return id, err
	})
	found.said, found.said.digest = said, named(digest)
	found.notes = append(notes, wire.NoteInclusion)
	return found, err
}

type verifyFunc func(context.Context, []byte, string, *options.ProvenanceOpts, *options.BuilderOpts) ([]byte, *utils.TrustedBuilderID, error)

// routine chooses the library's function, and the builder to name to it.
func routine(request wire.Request, said unverified) (verifyFunc, *string, error) {
	ours := strings.HasPrefix(said.signer, generator)
	if request.Kind == wire.GitHub || request.Kind == wire.Bundle && !ours {
		builder := first(request.Builder, said.signer) // the library has no builder of its own to expect
		return verifyGitHub, &builder, nil
	}
	if !byob[said.signer] {
		if request.Builder == "" {
			return verifiers.VerifyArtifact, nil, nil
		}
		return verifiers.VerifyArtifact, &request.Builder, nil
	}
	builder, err := delegated(request.Builder, said)
	if err != nil {
		return nil, nil, err
	}
	return verifiers.VerifyArtifact, &builder, nil
}

// delegated is the workflow that a delegator of the generator signed for, which the
// library wants to be named: the expected one, or where the delegator itself or
// nothing is expected the one that the statement names.
func delegated(expected string, said unverified) (string, error) {
	name, _, _ := strings.Cut(expected, "@")
	switch {
	case expected == "":
		return said.statement.builder(), nil
	case name != said.signer:
		return expected, nil
	case !said.signedBy(expected):
		return "", fmt.Errorf("%w: %s signed at %s", serrors.ErrorMismatchBuilderID, said.signer, said.signerRef)
	}
	return said.statement.builder(), nil
}

func verifyGitHub(ctx context.Context, bundle []byte, _ string, opts *options.ProvenanceOpts, builder *options.BuilderOpts) ([]byte, *utils.TrustedBuilderID, error) {
	return verifiers.VerifyGithubAttestation(ctx, bundle, opts, builder)
}

// signedBy compares the signing workflow with an expected one, which may leave out
// the ref or shorten a tag's.
func (u unverified) signedBy(expected string) bool {
	name, ref, has := strings.Cut(expected, "@")
	return name == u.signer && (!has || ref == u.signerRef || "refs/tags/"+ref == u.signerRef)
}

// spelt is the expected source as the library must get it: GitHub's names have no
// case, but the library compares bytes. With nothing expected the certificate's
// source stands in, so that the statement must agree with it.
func (u unverified) spelt(expected string) string {
	if expected == "" || strings.EqualFold(repository(expected), repository(u.source)) {
		return u.source
	}
	return repository(expected)
}

// repository is an address without scheme and suffix: github.com/owner/name.
func repository(address string) string {
	address = strings.TrimPrefix(address, "git+")
	if _, rest, is := strings.Cut(address, "://"); is {
		address = rest
	}
	return strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".git")
}
