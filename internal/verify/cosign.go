package verify

import "encoding/json"

// CosignLayer is a layer of cosign's old tag scheme (sha256-….sig, sha256-….att):
// the blob of the layer with the annotations of its descriptor. As JSON it is the
// Raw of a Material of format cosign.
type CosignLayer struct {
	// MediaType of the layer: application/vnd.dev.cosign.simplesigning.v1+json for a
	// signature, application/vnd.dsse.envelope.v1+json for an attestation.
	MediaType string `json:"mediaType"`
	Payload   []byte `json:"payload"`
	// Annotations hold signature, certificate, chain, log bundle and timestamp.
	Annotations map[string]string `json:"annotations"`
}

// Raw is the layer as a Material holds it.
func (l CosignLayer) Raw() ([]byte, error) { return json.Marshal(l) }
