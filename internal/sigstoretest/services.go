package sigstoretest

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/digitorus/timestamp"
	rekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	tilespb "github.com/sigstore/rekor-tiles/v2/pkg/generated/protobuf"
	"github.com/sigstore/sigstore/pkg/signature"
	"google.golang.org/protobuf/encoding/protojson"
)

// certify is Fulcio: a certificate for who the token names, if the key signed the
// token's subject.
func (s *Server) certify(r *http.Request, body []byte) (answer, error) {
	who, subject, err := s.identify(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if err != nil {
		return answer{}, refusal{http.StatusUnauthorized, "the identity token does not hold: " + err.Error()}
	}
	var request struct {
		PublicKeyRequest struct {
			PublicKey struct {
				Content string `json:"content"`
			} `json:"publicKey"`
			ProofOfPossession []byte `json:"proofOfPossession"`
		} `json:"publicKeyRequest"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return answer{}, err
	}
	public, err := publicKey([]byte(request.PublicKeyRequest.PublicKey.Content))
	if err != nil {
		return answer{}, err
	}
	if err := proves(public, request.PublicKeyRequest.ProofOfPossession, []byte(subject)); err != nil {
		return answer{}, fmt.Errorf("the proof of possession does not hold: %w", err)
	}
	leaf := s.leaf(who.Whole(), public, now(), GoodSCT)
	return jsonAnswer(http.StatusOK, map[string]any{"signedCertificateEmbeddedSct": map[string]any{"chain": map[string]any{"certificates": []string{
		string(toPEM("CERTIFICATE", leaf.Raw)), string(toPEM("CERTIFICATE", s.intermediate.certificate.Raw)), string(toPEM("CERTIFICATE", s.root.certificate.Raw)),
	}}}}), nil
}

// enter1 is Rekor v1.
func (s *Server) enter1(_ *http.Request, body []byte) (answer, error) {
	kind, canonical, err := canonicalEntry(body)
	if err != nil {
		return answer{}, err
	}
	entry := s.rekor.enter(kind, canonical, now())
	id := sha256.Sum256(append([]byte{0}, canonical...))
	uuid := hex.EncodeToString(id[:])
	said := jsonAnswer(http.StatusCreated, map[string]any{uuid: entryAnswer(entry)})
	said.header = map[string]string{"ETag": uuid, "Location": "/api/v1/log/entries/" + uuid}
	return said, nil
}

func entryAnswer(entry *rekor.TransparencyLogEntry) map[string]any {
	hashes := []string{}
	for _, hash := range entry.InclusionProof.Hashes {
		hashes = append(hashes, hex.EncodeToString(hash))
	}
	return map[string]any{
		"body": entry.CanonicalizedBody, "integratedTime": entry.IntegratedTime, "logIndex": entry.LogIndex, "logID": hex.EncodeToString(entry.LogId.KeyId),
		"verification": map[string]any{
			"signedEntryTimestamp": entry.InclusionPromise.SignedEntryTimestamp,
			"inclusionProof": map[string]any{
				"checkpoint": entry.InclusionProof.Checkpoint.Envelope, "hashes": hashes, "logIndex": entry.InclusionProof.LogIndex,
				"rootHash": hex.EncodeToString(entry.InclusionProof.RootHash), "treeSize": entry.InclusionProof.TreeSize,
			},
		},
	}
}

// canonicalEntry turns what a client proposes into what the log keeps.
func canonicalEntry(body []byte) (kind string, canonical []byte, err error) {
	var proposed struct {
		Kind string `json:"kind"`
		Spec struct {
			ProposedContent struct {
				Envelope  string   `json:"envelope"`
				Verifiers [][]byte `json:"verifiers"`
			} `json:"proposedContent"`
			Data struct {
				Hash struct {
					Value string `json:"value"`
				} `json:"hash"`
			} `json:"data"`
			Signature struct {
				Content   []byte `json:"content"`
				PublicKey struct {
					Content []byte `json:"content"`
				} `json:"publicKey"`
			} `json:"signature"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(body, &proposed); err != nil {
		return "", nil, err
	}
	spec := proposed.Spec
	switch proposed.Kind {
	case "dsse":
		var envelope struct {
			Payload    []byte `json:"payload"`
			Signatures []struct {
				Sig []byte `json:"sig"`
			} `json:"signatures"`
		}
		if err := json.Unmarshal([]byte(spec.ProposedContent.Envelope), &envelope); err != nil {
			return "", nil, err
		}
		if len(envelope.Signatures) != 1 || len(spec.ProposedContent.Verifiers) != 1 {
			return "", nil, errors.New("an envelope has one signature here")
		}
		return "dsse", dsseBody([]byte(spec.ProposedContent.Envelope), envelope.Payload, envelope.Signatures[0].Sig, spec.ProposedContent.Verifiers[0]), nil
	case "hashedrekord":
		digest, err := hex.DecodeString(spec.Data.Hash.Value)
		return "hashedrekord", hashBody(digest, spec.Signature.Content, spec.Signature.PublicKey.Content), err
	}
	return "", nil, fmt.Errorf("no entries of kind %q are taken", proposed.Kind)
}

// enter2 is Rekor v2.
func (s *Server) enter2(_ *http.Request, body []byte) (answer, error) {
	var request tilespb.CreateEntryRequest
	if err := protojson.Unmarshal(body, &request); err != nil {
		return answer{}, err
	}
	entry := request.GetHashedRekordRequestV002()
	if entry == nil {
		return answer{}, errors.New("only hashedrekord 0.0.2 is taken")
	}
	verifier := entry.GetSignature().GetVerifier()
	canonical := hashBody2(entry.GetDigest(), entry.GetSignature().GetContent(), verifier.GetX509Certificate().GetRawBytes(), verifier.GetPublicKey().GetRawBytes())
	return answer{status: http.StatusCreated, kind: "application/json", body: marshal(s.tiles.enter(canonical))}, nil
}

// timestamps is RFC 3161.
func (s *Server) timestamps(_ *http.Request, body []byte) (answer, error) {
	request, err := timestamp.ParseRequest(body)
	if err != nil {
		return answer{}, err
	}
	if len(request.HashedMessage) < 8 {
		return answer{}, errors.New("there is no digest to put a time on")
	}
	return answer{status: http.StatusCreated, kind: "application/timestamp-reply", body: s.stamp(request, now())}, nil
}

func publicKey(encoded []byte) (crypto.PublicKey, error) {
	block, _ := pem.Decode(encoded)
	if block == nil {
		der, err := base64.StdEncoding.DecodeString(string(encoded))
		if err != nil {
			return nil, errors.New("the public key is neither PEM nor base64")
		}
		return x509.ParsePKIXPublicKey(der)
	}
	return x509.ParsePKIXPublicKey(block.Bytes)
}

func proves(public crypto.PublicKey, proof, message []byte) error {
	verifier, err := signature.LoadDefaultVerifier(public)
	if err != nil {
		return err
	}
	return verifier.VerifySignature(bytes.NewReader(proof), bytes.NewReader(message))
}
