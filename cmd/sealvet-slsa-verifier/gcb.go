package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/slsa-framework/slsa-verifier/v2/options"
	"github.com/slsa-framework/slsa-verifier/v2/verifiers"
	"github.com/slsa-framework/slsa-verifier/v2/verifiers/utils"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

const gcbBuilder = "https://cloudbuild.googleapis.com/GoogleHostedWorker"

// gcb judges what gcloud prints for an image of Google Cloud Build. The keys of
// Google are in the library.
func (j *judge) gcb(ctx context.Context, request wire.Request) (answered, error) {
	said, err := readGCB(request.Provenance)
	if err != nil {
		return answered{}, orMalformed(err)
	}
	digest, notes, err := said.statement.digest(request.Digests)
	if err != nil {
		return answered{said: said}, err
	}
	builder := first(request.Builder, gcbBuilder)
	var content []byte
	found, err := j.try(request, said, digest, func(opts *options.ProvenanceOpts) (*utils.TrustedBuilderID, error) {
		var id *utils.TrustedBuilderID
		var err error
		content, id, err = verifiers.VerifyImage(ctx, "", request.Provenance, opts, &options.BuilderOpts{ExpectedID: &builder})
		return id, err
	})
	found.notes = notes
	if err != nil {
		return found, err
	}
	// Of several statements the library takes the first with a good signature: only what it returns is verified.
	verified, err := parseStatement(content)
	if err != nil {
		return found, err
	}
	found.said = unverified{statement: verified, source: verified.gcbSource(), commit: verified.gcbCommit(), digest: named(digest)}
	return found, nil
}

// readGCB reads the first of the statements: it fills in what is not expected, so
// that one that differs from the verified makes the verdict worse, not better.
func readGCB(raw []byte) (unverified, error) {
	var printed struct {
		Summary struct {
			Provenance []struct {
				Envelope envelope `json:"envelope"`
			} `json:"provenance"`
		} `json:"provenance_summary"`
	}
	if err := json.Unmarshal(raw, &printed); err != nil {
		return unverified{}, err
	}
	if len(printed.Summary.Provenance) == 0 {
		return unverified{}, errors.New("it holds no provenance")
	}
	payload, err := base64.StdEncoding.DecodeString(printed.Summary.Provenance[0].Envelope.Payload)
	if err != nil {
		return unverified{}, err
	}
	said, err := parseStatement(payload)
	if err != nil {
		return unverified{}, err
	}
	return unverified{statement: said, source: said.gcbSource()}, nil
}

// gcbCommit is the commit that was built, empty where the source is an archive.
func (s statement) gcbCommit() string {
	for _, materials := range [][]material{s.Predicate.BuildDefinition.ResolvedDependencies, s.Predicate.Materials} {
		if len(materials) > 0 {
			_, fromAddress, _ := strings.Cut(materials[0].URI, "/commit/")
			return first(materials[0].Digest["gitCommit"], materials[0].Digest["sha1"], fromAddress)
		}
	}
	return ""
}

// gcbSource is the repository, or the archive in a bucket, that a build started
// from. Old builders wrote the commit into the address.
func (s statement) gcbSource() string {
	address := s.Predicate.BuildDefinition.ExternalParameters.BuildConfigSource.Repository
	if address == "" && len(s.Predicate.Materials) > 0 {
		address = s.Predicate.Materials[0].URI
	}
	address = strings.TrimPrefix(address, "git+")
	address, _, _ = strings.Cut(address, "/commit/")
	address, _, _ = strings.Cut(address, "#")
	return address
}
