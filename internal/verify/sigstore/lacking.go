package sigstore

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// Wanted is the log entry that a bare envelope lacks: a source that finds it puts it
// into Material.Content.
type Wanted struct {
	PayloadSHA256 string // by which logs of the first generation list an envelope
	certificate   []byte // DER
}

// Lacking says which log entry would settle a material, if one would.
func Lacking(material verify.Material) (Wanted, bool) {
	if material.Format != evidence.ProofDSSE || len(material.Content) > 0 || len(material.Key) > 0 || len(material.Raw) > verify.MaxProof {
		return Wanted{}, false
	}
	read, err := readEnvelope(material.Raw)
	if err != nil || read.certificate == nil {
		return Wanted{}, false
	}
	sum := sha256.Sum256(read.envelope.GetPayload())
	return Wanted{PayloadSHA256: hex.EncodeToString(sum[:]), certificate: read.certificate.Raw}, true
}

// Is says whether what a log answered is the entry: of this payload, under this
// certificate. Whether it is genuine is for Verify to say.
func (w Wanted) Is(answer []byte) bool {
	entry, err := readLogAnswer(answer)
	if err != nil {
		return false
	}
	var body struct {
		Spec struct {
			PayloadHash hash            `json:"payloadHash"`
			Signatures  []logged        `json:"signatures"`
			PublicKey   string          `json:"publicKey"`
			Content     json.RawMessage `json:"content"`
		} `json:"spec"`
	}
	if json.Unmarshal(entry.GetCanonicalizedBody(), &body) != nil {
		return false
	}
	payload, signatures := body.Spec.PayloadHash.Value, body.Spec.Signatures
	if payload == "" { // intoto keeps it one floor below
		var content struct {
			PayloadHash hash `json:"payloadHash"`
			Envelope    struct {
				Signatures []logged `json:"signatures"`
			} `json:"envelope"`
		}
		if json.Unmarshal(body.Spec.Content, &content) != nil {
			return false
		}
		payload, signatures = content.PayloadHash.Value, append(content.Envelope.Signatures, logged{PublicKey: body.Spec.PublicKey})
	}
	if payload != w.PayloadSHA256 {
		return false
	}
	for _, signature := range signatures {
		if w.by(signature.Verifier) || w.by(signature.PublicKey) {
			return true
		}
	}
	return false
}

// hash and logged are parts of the bodies of entries.
type (
	hash struct {
		Value string `json:"value"`
	}
	logged struct {
		Verifier  string `json:"verifier"`  // of dsse: base64 of PEM
		PublicKey string `json:"publicKey"` // of intoto
	}
)

func (w Wanted) by(verifier string) bool {
	raw, err := base64.StdEncoding.DecodeString(verifier)
	if err != nil {
		return false
	}
	block, _ := pem.Decode(raw)
	return block != nil && bytes.Equal(block.Bytes, w.certificate)
}
