package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	serrors "github.com/slsa-framework/slsa-verifier/v2/errors"
	"github.com/slsa-framework/slsa-verifier/v2/options"
	"github.com/slsa-framework/slsa-verifier/v2/verifiers"
	"github.com/slsa-framework/slsa-verifier/v2/verifiers/utils"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

const npmRunner = "https://github.com/actions/runner/"

// npm judges what npm's registry answers for a version: provenance, signed by the
// workflow, and the publish attestation, signed by the registry's key. Both must hold.
func (j *judge) npm(ctx context.Context, request wire.Request) (answered, error) {
	if j.root == [32]byte{} {
		return answered{}, limit{wire.LimitNoTrustedRoot}
	}
	said, keyID, err := readNPM(request.Provenance)
	if err != nil {
		return answered{said: said}, orMalformed(err)
	}
	if err := chooseKey(request.NPMKeys, keyID); err != nil {
		return answered{said: said}, err
	}
	digest, notes, err := said.statement.digest(request.Digests)
	if err != nil {
		return answered{said: said}, err
	}
	builder := npmRunner + first(said.runner, "github-hosted")
	if byob[said.signer] {
		if builder, err = delegated(request.Builder, said); err != nil {
			return answered{said: said}, err
		}
	} else if request.Builder != "" && !said.signedBy(request.Builder) {
		return answered{said: said}, fmt.Errorf("%w: %s@%s signed", serrors.ErrorMismatchBuilderID, said.signer, said.signerRef)
	}
	found, err := j.try(request, said, digest, func(opts *options.ProvenanceOpts) (*utils.TrustedBuilderID, error) {
		opts.ExpectedPackageName, opts.ExpectedPackageVersion = optional(request.PackageName), optional(request.PackageVersion)
		_, id, err := verifiers.VerifyNpmPackage(ctx, request.Provenance, digest, opts, &options.BuilderOpts{ExpectedID: &builder})
		return id, err
	})
	found.said, found.said.digest = said, named(digest)
	found.notes = append(notes, wire.NoteInclusion, wire.NoteKeyWindow)
	return found, err
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// readNPM reads the two bundles that the library takes: the last of each kind.
func readNPM(raw []byte) (said unverified, keyID string, err error) {
	var set struct {
		Attestations []struct {
			PredicateType string          `json:"predicateType"`
			Bundle        json.RawMessage `json:"bundle"`
		} `json:"attestations"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return unverified{}, "", err
	}
	var provenance, publish json.RawMessage
	for _, attestation := range set.Attestations {
		switch {
		case strings.HasPrefix(attestation.PredicateType, "https://slsa.dev/provenance/"):
			provenance = attestation.Bundle
		case strings.HasPrefix(attestation.PredicateType, "https://github.com/npm/attestation/tree/main/specs/publish/"):
			publish = attestation.Bundle
		}
	}
	if provenance == nil || publish == nil {
		return unverified{}, "", limit{wire.LimitNotSupported} // it wants both
	}
	bundle, err := parseBundle(provenance)
	if err != nil {
		return unverified{}, "", err
	}
	if said, err = readBundle(bundle); err != nil {
		return said, "", err
	}
	signed, err := parseBundle(publish)
	if err != nil {
		return said, "", err
	}
	if signed.GetDsseEnvelope() == nil {
		return said, "", errors.New("the publish attestation holds no envelope")
	}
	if err := readEntry(signed).limit(); err != nil {
		return said, "", err
	}
	return said, signed.GetVerificationMaterial().GetPublicKey().GetHint(), nil
}

// chooseKey sets the key that the publish attestation names: the library would
// take any, and try the one it saw first on every later package.
func chooseKey(keys []wire.Key, id string) error {
	if len(keys) == 0 {
		return limit{wire.LimitNoKey}
	}
	for _, key := range keys {
		if key.ID == id {
			injectNPMKey(key.SPKI)
			return nil
		}
	}
	return fmt.Errorf("%w: %q is none of the registry's keys", errKeyUnknown, id)
}
