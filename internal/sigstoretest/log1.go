package sigstoretest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	common "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	rekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
)

// shardStart is the index of the first entry of the tree among those of all trees:
// the log's index is not the tree's.
const shardStart = 1000

const (
	log1Host   = "rekor.invalid"
	log1Origin = log1Host + " - 1193050959916656506"
)

// log1 is a transparency log as Rekor v1 keeps it: it vouches for its time itself.
type log1 struct {
	signer
	mu   sync.Mutex
	tree tree
}

func newLog1(s signer) *log1 { return &log1{signer: s, tree: newTree(log1Host)} }

// enter takes a canonical entry in.
func (l *log1) enter(kind string, body []byte, at time.Time) *rekor.TransparencyLogEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	index := l.tree.add(body)
	return &rekor.TransparencyLogEntry{
		LogIndex: shardStart + index, LogId: &common.LogId{KeyId: l.id()},
		KindVersion:      &rekor.KindVersion{Kind: kind, Version: "0.0.1"},
		IntegratedTime:   at.Unix(),
		InclusionPromise: &rekor.InclusionPromise{SignedEntryTimestamp: l.promise(body, shardStart+index, at)},
		InclusionProof: &rekor.InclusionProof{
			LogIndex: index, RootHash: l.tree.root(), TreeSize: int64(len(l.tree)), Hashes: l.tree.proof(index),
			Checkpoint: &rekor.Checkpoint{Envelope: l.checkpoint()},
		},
		CanonicalizedBody: body,
	}
}

// promise is the signed entry timestamp: a signature over canonical JSON.
func (l *log1) promise(body []byte, index int64, at time.Time) []byte {
	return l.sign(must(json.Marshal(struct { // the fields stand in canonical order
		Body           string `json:"body"`
		IntegratedTime int64  `json:"integratedTime"`
		LogID          string `json:"logID"`
		LogIndex       int64  `json:"logIndex"`
	}{base64.StdEncoding.EncodeToString(body), at.Unix(), hex.EncodeToString(l.id()), index})))
}

// checkpoint is the signed note of the tree as it is.
func (l *log1) checkpoint() string {
	text := fmt.Sprintf("%s\n%d\n%s\n", log1Origin, len(l.tree), base64.StdEncoding.EncodeToString(l.tree.root()))
	signature := append(l.id()[:4:4], l.sign([]byte(text))...)
	return fmt.Sprintf("%s\n— %s %s\n", text, log1Host, base64.StdEncoding.EncodeToString(signature))
}

// dsseBody is the canonical entry of kind dsse 0.0.1.
func dsseBody(envelope, payload, signature []byte, verifier []byte) []byte {
	return must(json.Marshal(map[string]any{
		"apiVersion": "0.0.1", "kind": "dsse",
		"spec": map[string]any{
			"envelopeHash": hashOf(envelope), "payloadHash": hashOf(payload),
			"signatures": []any{map[string]any{"signature": base64.StdEncoding.EncodeToString(signature), "verifier": verifier}},
		},
	}))
}

// hashBody is the canonical entry of kind hashedrekord 0.0.1.
func hashBody(digest, signature, verifier []byte) []byte {
	return must(json.Marshal(map[string]any{
		"apiVersion": "0.0.1", "kind": "hashedrekord",
		"spec": map[string]any{
			"data":      map[string]any{"hash": map[string]any{"algorithm": "sha256", "value": hex.EncodeToString(digest)}},
			"signature": map[string]any{"content": signature, "publicKey": map[string]any{"content": verifier}},
		},
	}))
}

func hashOf(content []byte) map[string]any {
	digest := sha256.Sum256(content)
	return map[string]any{"algorithm": "sha256", "value": hex.EncodeToString(digest[:])}
}
