package oci

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
)

// bundle is a Sigstore bundle as far as cosign's old layers hold it.
type bundle struct {
	Material struct {
		Certificate struct {
			Raw []byte `json:"rawBytes"`
		} `json:"certificate"`
		Entries []struct {
			Index   string `json:"logIndex"`
			Time    string `json:"integratedTime"`
			Body    []byte `json:"canonicalizedBody"`
			Promise struct {
				Signed []byte `json:"signedEntryTimestamp"`
			} `json:"inclusionPromise"`
			Log struct {
				ID []byte `json:"keyId"`
			} `json:"logId"`
		} `json:"tlogEntries"`
	} `json:"verificationMaterial"`
	Message struct {
		Signature []byte `json:"signature"`
	} `json:"messageSignature"`
	Envelope json.RawMessage `json:"dsseEnvelope"`
}

// Layer takes a Sigstore bundle apart into what cosign v2 pushed: the layer of an
// attestation, the annotations of either.
func Layer(raw []byte) (envelope []byte, annotations map[string]string, err error) {
	var b bundle
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, nil, err
	}
	annotations = map[string]string{
		"dev.cosignproject.cosign/signature": base64.StdEncoding.EncodeToString(b.Message.Signature),
		"dev.sigstore.cosign/certificate":    string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: b.Material.Certificate.Raw})),
	}
	if len(b.Material.Entries) != 1 {
		return nil, nil, fmt.Errorf("the bundle has %d log entries", len(b.Material.Entries))
	}
	entry := b.Material.Entries[0]
	logged, err := json.Marshal(map[string]any{
		"SignedEntryTimestamp": entry.Promise.Signed,
		"Payload": map[string]any{
			"body": entry.Body, "integratedTime": json.Number(entry.Time), "logIndex": json.Number(entry.Index), "logID": hex.EncodeToString(entry.Log.ID),
		},
	})
	annotations["dev.sigstore.cosign/bundle"] = string(logged)
	return b.Envelope, annotations, err
}

// Signed is what cosign signs of an image.
func Signed(image Descriptor) []byte {
	return []byte(fmt.Sprintf(`{"critical":{"identity":{"docker-reference":"registry.example.com/acme/weather"},"image":{"docker-manifest-digest":%q},"type":"cosign container image signature"},"optional":null}`, image.Digest))
}
