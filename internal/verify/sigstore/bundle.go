package sigstore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// lines judges a file of bundles or envelopes: one JSON value, or one a line.
func (e *Engine) lines(ctx context.Context, question verify.Question) []evidence.Proof {
	values, err := split(question.Material.Raw)
	if err != nil {
		return []evidence.Proof{refused(provenance.Malformed, err)}
	}
	proofs := make([]evidence.Proof, 0, len(values))
	for _, value := range values {
		if err := ctx.Err(); err != nil {
			return append(proofs, refused(provenance.ToolError, err))
		}
		proofs = append(proofs, e.one(question, value))
	}
	return proofs
}

// one judges a bundle, or a bare envelope with a certificate.
func (e *Engine) one(question verify.Question, raw []byte) evidence.Proof {
	var looks struct {
		MediaType json.RawMessage `json:"mediaType"`
		Payload   json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(raw, &looks); err == nil && looks.MediaType == nil && looks.Payload != nil {
		return e.envelope(question, raw)
	}
	read, err := readBundle(raw)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	t := trial{bundle: read, content: question.Material.Content}
	if t.keys, err = callersKey(question.Material); err != nil {
		return refused(provenance.KeyInvalid, err)
	}
	if t.keys == nil && read.GetVerificationMaterial().GetPublicKey() != nil && isPublish(read) {
		return e.publish(question, read)
	}
	return e.judge(question, t)
}

func readBundle(raw []byte) (*bundle.Bundle, error) {
	read := new(bundle.Bundle)
	if err := read.UnmarshalJSON(raw); err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return read, nil
}

// split cuts a material into JSON values. Lines are told from a value that is
// printed over several lines by asking the first line whether it is whole.
func split(raw []byte) ([][]byte, error) {
	raw = bytes.TrimSpace(raw)
	first, _, several := bytes.Cut(raw, []byte("\n"))
	if !several || !json.Valid(first) {
		return [][]byte{raw}, nil
	}
	var values [][]byte
	for line := range bytes.SplitSeq(raw, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue // an empty line says nothing
		}
		if len(values) == maxLines {
			return nil, fmt.Errorf("it holds more than %d proofs", maxLines)
		}
		values = append(values, line)
	}
	if len(values) == 0 {
		return nil, errors.New("the proof is empty")
	}
	return values, nil
}

func promised(entry *protorekor.TransparencyLogEntry) bool {
	return len(entry.GetInclusionPromise().GetSignedEntryTimestamp()) > 0
}
