package sigstore

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"

	"github.com/sealvet/sealvet/internal/verify"
)

// logAnswer is an entry as the API of Rekor answers it, and as cosign keeps it.
type logAnswer struct {
	Body           string `json:"body"`
	IntegratedTime int64  `json:"integratedTime"`
	LogID          string `json:"logID"`
	LogIndex       int64  `json:"logIndex"`
	Verification   struct {
		InclusionProof *struct {
			Checkpoint string   `json:"checkpoint"`
			Hashes     []string `json:"hashes"`
			LogIndex   int64    `json:"logIndex"`
			RootHash   string   `json:"rootHash"`
			TreeSize   int64    `json:"treeSize"`
		} `json:"inclusionProof"`
		SignedEntryTimestamp string `json:"signedEntryTimestamp"`
	} `json:"verification"`
}

// readLogAnswer reads {"<uuid>": entry}, of which there must be one.
func readLogAnswer(raw []byte) (*protorekor.TransparencyLogEntry, error) {
	if len(raw) > verify.MaxProof {
		return nil, fmt.Errorf("read log entry: it has %d bytes, at most %d are read", len(raw), verify.MaxProof)
	}
	members, err := object(raw)
	if err != nil {
		return nil, fmt.Errorf("read log entry: %w", err)
	}
	inner := raw
	if _, bare := members["body"]; !bare {
		if len(members) != 1 {
			return nil, fmt.Errorf("read log entry: there are %d entries, one is expected", len(members))
		}
		for _, only := range members {
			inner = only
		}
	}
	var answer logAnswer
	if err := json.Unmarshal(inner, &answer); err != nil {
		return nil, fmt.Errorf("read log entry: %w", err)
	}
	return answer.entry()
}

// entry turns the answer into the form of a bundle.
func (a logAnswer) entry() (*protorekor.TransparencyLogEntry, error) {
	body, err := base64.StdEncoding.DecodeString(a.Body)
	if err != nil {
		return nil, fmt.Errorf("read log entry: body: %w", err)
	}
	id, err := hex.DecodeString(a.LogID)
	if err != nil {
		return nil, fmt.Errorf("read log entry: log id: %w", err)
	}
	kind, err := object(body)
	if err != nil {
		return nil, fmt.Errorf("read log entry: body: %w", err)
	}
	made := &protorekor.TransparencyLogEntry{
		LogIndex: a.LogIndex, LogId: &protocommon.LogId{KeyId: id}, IntegratedTime: a.IntegratedTime, CanonicalizedBody: body,
		KindVersion: &protorekor.KindVersion{Kind: text(kind, "kind"), Version: text(kind, "apiVersion")},
	}
	if a.Verification.SignedEntryTimestamp != "" {
		stamp, err := base64.StdEncoding.DecodeString(a.Verification.SignedEntryTimestamp)
		if err != nil {
			return nil, fmt.Errorf("read log entry: timestamp: %w", err)
		}
		made.InclusionPromise = &protorekor.InclusionPromise{SignedEntryTimestamp: stamp}
	}
	return made, a.prove(made)
}

// prove adds the inclusion proof. One without a checkpoint, as an old log answered,
// proves nothing; the promise stands alone then.
func (a logAnswer) prove(made *protorekor.TransparencyLogEntry) error {
	proof := a.Verification.InclusionProof
	if proof == nil || proof.Checkpoint == "" {
		return nil
	}
	rootHash, err := hex.DecodeString(proof.RootHash)
	if err != nil {
		return fmt.Errorf("read log entry: root hash: %w", err)
	}
	path := make([][]byte, 0, len(proof.Hashes))
	for _, text := range proof.Hashes {
		step, err := hex.DecodeString(text)
		if err != nil {
			return fmt.Errorf("read log entry: inclusion proof: %w", err)
		}
		path = append(path, step)
	}
	made.InclusionProof = &protorekor.InclusionProof{
		LogIndex: proof.LogIndex, RootHash: rootHash, TreeSize: proof.TreeSize, Hashes: path,
		Checkpoint: &protorekor.Checkpoint{Envelope: proof.Checkpoint},
	}
	return nil
}
