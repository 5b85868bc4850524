package sigstoretest

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync"

	common "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	rekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	tiles "github.com/sigstore/rekor-tiles/v2/pkg/note"
	"github.com/sigstore/sigstore/pkg/signature"
	"golang.org/x/mod/sumdb/note"
)

const log2Host = "log2025.rekor.invalid"

// log2 is a transparency log as Rekor v2 keeps it: an Ed25519 key, and no word on time.
type log2 struct {
	key    ed25519.PrivateKey
	signer note.Signer
	mu     sync.Mutex
	tree   tree
}

func newLog2(seed string) *log2 {
	secret := sha256.Sum256([]byte("TEST ONLY\x00" + seed + "\x00rekor v2"))
	key := ed25519.NewKeyFromSeed(secret[:])
	signer := must(tiles.NewNoteSigner(context.Background(), log2Host, must(signature.LoadED25519Signer(key))))
	return &log2{key: key, signer: signer, tree: newTree(log2Host)}
}

func (l *log2) spki() []byte { return must(x509.MarshalPKIXPublicKey(l.key.Public())) }

// id is that of the checkpoint's key in full, as the public log has it.
func (l *log2) id() []byte {
	_, full, err := tiles.KeyHash(log2Host, l.key.Public())
	if err != nil {
		panic(err)
	}
	return full
}

func (l *log2) enter(body []byte) *rekor.TransparencyLogEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	index := l.tree.add(body)
	text := fmt.Sprintf("%s\n%d\n%s\n", log2Host, len(l.tree), base64.StdEncoding.EncodeToString(l.tree.root()))
	checkpoint := must(note.Sign(&note.Note{Text: text}, l.signer))
	return &rekor.TransparencyLogEntry{
		LogIndex: index, LogId: &common.LogId{KeyId: l.id()},
		KindVersion: &rekor.KindVersion{Kind: "hashedrekord", Version: "0.0.2"},
		InclusionProof: &rekor.InclusionProof{
			LogIndex: index, RootHash: l.tree.root(), TreeSize: int64(len(l.tree)), Hashes: l.tree.proof(index),
			Checkpoint: &rekor.Checkpoint{Envelope: string(checkpoint)},
		},
		CanonicalizedBody: body,
	}
}

// hashBody2 is the canonical entry of kind hashedrekord 0.0.2; what verifies is a
// certificate, or a public key where there is none.
func hashBody2(digest, signature, certificate, spki []byte) []byte {
	verifier := map[string]any{"keyDetails": "PKIX_ECDSA_P256_SHA_256"}
	if certificate != nil {
		verifier["x509Certificate"] = map[string]any{"rawBytes": certificate}
	} else {
		verifier["publicKey"] = map[string]any{"rawBytes": spki}
	}
	return must(json.Marshal(map[string]any{
		"apiVersion": "0.0.2", "kind": "hashedrekord",
		"spec": map[string]any{"hashedRekordV002": map[string]any{
			"data":      map[string]any{"algorithm": "SHA2_256", "digest": digest},
			"signature": map[string]any{"content": signature, "verifier": verifier},
		}},
	}))
}
