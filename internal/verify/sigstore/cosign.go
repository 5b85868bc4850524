package sigstore

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// Annotations of the layers that cosign writes.
const (
	noteSignature   = "dev.cosignproject.cosign/signature"
	noteCertificate = "dev.sigstore.cosign/certificate"
	noteBundle      = "dev.sigstore.cosign/bundle"
	noteTimestamp   = "dev.sigstore.cosign/rfc3161timestamp"
)

const (
	typeEnvelope  = "application/vnd.dsse.envelope.v1+json"
	typeSignature = "cosign container image signature"
)

// cosign judges a layer of the old tag scheme.
func (e *Engine) cosign(question verify.Question) evidence.Proof {
	var layer verify.CosignLayer
	if err := json.Unmarshal(question.Material.Raw, &layer); err != nil {
		return refused(provenance.Malformed, fmt.Errorf("read layer of cosign: %w", err))
	}
	t, err := readLayer(layer)
	if err != nil {
		return refused(provenance.Malformed, fmt.Errorf("read layer of cosign: %w", err))
	}
	if t.keys, err = callersKey(question.Material); err != nil {
		return refused(provenance.KeyInvalid, err)
	}
	return e.judge(question, t)
}

// readLayer makes a bundle of a layer. Cosign kept the log's promise only, which
// bundles of version 0.1 allow.
func readLayer(layer verify.CosignLayer) (trial, error) {
	signed := signedEnvelope{}
	var err error
	if text := layer.Annotations[noteCertificate]; text != "" {
		if signed.certificate, err = parseCertificate(text); err != nil {
			return trial{}, err
		}
	}
	made := &protobundle.Bundle{MediaType: mediaType01, VerificationMaterial: signer(signed.certificate)}
	var t trial
	if layer.MediaType == typeEnvelope {
		envelope, err := readEnvelope(layer.Payload)
		if err != nil {
			return trial{}, err
		}
		made.Content = &protobundle.Bundle_DsseEnvelope{DsseEnvelope: envelope.envelope}
	} else if t.speaksOf, err = readImagePayload(layer.Payload); err != nil {
		return trial{}, err
	} else {
		signature, err := base64.StdEncoding.DecodeString(layer.Annotations[noteSignature])
		if err != nil || len(signature) == 0 {
			return trial{}, errors.New("its signature is missing or not base64")
		}
		sum := sha256.Sum256(layer.Payload)
		made.Content = &protobundle.Bundle_MessageSignature{MessageSignature: &protocommon.MessageSignature{
			MessageDigest: &protocommon.HashOutput{Algorithm: protocommon.HashAlgorithm_SHA2_256, Digest: sum[:]}, Signature: signature,
		}}
		t.content = layer.Payload
	}
	if err := readWitnesses(layer.Annotations, made.VerificationMaterial); err != nil {
		return trial{}, err
	}
	t.bundle, err = bundle.NewBundle(made)
	return t, err
}

// readImagePayload reads what a signature of an image is over: {"critical": {"image":
// {"docker-manifest-digest": …}}}.
func readImagePayload(payload []byte) ([]evidence.ClaimedSubject, error) {
	members, err := object(payload)
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	critical := part(members, "critical")
	if kind := text(critical, "type"); kind != typeSignature {
		return nil, fmt.Errorf("payload: its type is %q, not %q", kind, typeSignature)
	}
	algorithm, value, is := digestOf(text(part(critical, "image"), "docker-manifest-digest"))
	if !is {
		return nil, errors.New("payload: it names no digest of an image")
	}
	return []evidence.ClaimedSubject{{
		Name:    text(part(critical, "identity"), "docker-reference"),
		Digests: []evidence.Digest{{Algorithm: algorithm, Value: value}},
	}}, nil
}

// readWitnesses adds the log entry and the timestamp.
func readWitnesses(notes map[string]string, material *protobundle.VerificationMaterial) error {
	if raw := notes[noteBundle]; raw != "" {
		var kept struct {
			SignedEntryTimestamp string
			Payload              logAnswer
		}
		if err := json.Unmarshal([]byte(raw), &kept); err != nil {
			return fmt.Errorf("log entry: %w", err)
		}
		kept.Payload.Verification.SignedEntryTimestamp = kept.SignedEntryTimestamp
		entry, err := kept.Payload.entry()
		if err != nil {
			return err
		}
		material.TlogEntries = []*protorekor.TransparencyLogEntry{entry}
	}
	if raw := notes[noteTimestamp]; raw != "" {
		var kept struct{ SignedRFC3161Timestamp []byte }
		if err := json.Unmarshal([]byte(raw), &kept); err != nil {
			return fmt.Errorf("timestamp: %w", err)
		}
		material.TimestampVerificationData = &protobundle.TimestampVerificationData{
			Rfc3161Timestamps: []*protocommon.RFC3161SignedTimestamp{{SignedTimestamp: kept.SignedRFC3161Timestamp}},
		}
	}
	return nil
}
