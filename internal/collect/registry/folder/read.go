package folder

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// maxLines bounds the proofs of one file: GitHub hands out at most 1,000 for a
// digest.
const maxLines = 1000

// Read takes the proofs out of a file: one a line where it holds lines, the
// bundles of an answer of GitHub, one Sigstore bundle out of what cosign wrote of
// a blob before there were such bundles. Of a file that is no proof it gives
// ErrUnknown.
func Read(raw []byte, origin string) ([]verify.Material, error) {
	what, doc, err := recognise(raw, origin)
	if err != nil {
		return nil, err
	}
	switch what {
	case kindGitHub:
		return githubBundles(doc, origin)
	case kindBlob:
		bundle, err := blobBundle(doc)
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %v", origin, ErrUnknown, err)
		}
		return []verify.Material{{Format: evidence.ProofBundle, Raw: bundle, Origin: origin}}, nil
	case kind(evidence.ProofBundle), kind(evidence.ProofDSSE), kind(evidence.ProofVSA), kind(evidence.ProofPEP740), kind(evidence.ProofCosign), kind(evidence.ProofNPM):
		return lines(raw, evidence.ProofFormat(what), origin), nil
	}
	return []verify.Material{{Format: evidence.ProofFormat(what), Raw: raw, Origin: origin}}, nil
}

// lines takes a file of several JSON values apart. A rest that is no JSON goes to
// the engine with the value before it, which will refuse it.
func lines(raw []byte, format evidence.ProofFormat, origin string) []verify.Material {
	var found []verify.Material
	decoder := json.NewDecoder(bytes.NewReader(raw))
	for len(found) < maxLines {
		start := decoder.InputOffset()
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			if rest := bytes.TrimSpace(raw[start:]); len(rest) > 0 {
				found = append(found, verify.Material{Format: format, Raw: rest, Origin: place(origin, len(found))})
			}
			break
		}
		of := format
		if what, doc, err := recognise(value, origin); err == nil && what != kindGitHub && what != kindBlob {
			of = evidence.ProofFormat(what)
			_ = doc
		}
		found = append(found, verify.Material{Format: of, Raw: value, Origin: place(origin, len(found))})
	}
	if len(found) > 1 {
		found[0].Origin = origin + " line 1"
	}
	return found
}

func place(origin string, index int) string {
	if index == 0 {
		return origin
	}
	return fmt.Sprintf("%s line %d", origin, index+1)
}

func githubBundles(doc *document, origin string) ([]verify.Material, error) {
	var found []verify.Material
	elsewhere := 0
	for i, a := range doc.Attestations {
		if i == maxLines {
			break
		}
		if len(a.Bundle) == 0 || string(a.Bundle) == "null" {
			elsewhere++
			continue // only its address is here: counted
		}
		found = append(found, verify.Material{Format: evidence.ProofBundle, Raw: a.Bundle, Origin: fmt.Sprintf("%s attestation %d", origin, i+1)})
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s holds the addresses of %d bundles and no bundle; download them with gh attestation download: %w", origin, elsewhere, ErrUnknown)
	}
	return found, nil
}

// blobEntry is the log entry of cosign sign-blob --bundle.
type blobEntry struct {
	Promise string `json:"SignedEntryTimestamp"`
	Payload struct {
		Body  string `json:"body"`
		Time  int64  `json:"integratedTime"`
		Index int64  `json:"logIndex"`
		LogID string `json:"logID"`
	} `json:"Payload"`
}

// blobBundle writes what cosign knew of a blob as a Sigstore bundle v0.1, whose
// log entry is vouched for by a promise instead of a proof. Nothing is judged here:
// the engine does that with the bundle.
func blobBundle(doc *document) ([]byte, error) {
	logID, err := hex.DecodeString(doc.Rekor.Payload.LogID)
	if err != nil {
		return nil, fmt.Errorf("read the id of its log: %w", err)
	}
	certificate, err := derCertificate([]byte(doc.Cert))
	if err != nil {
		return nil, err
	}
	body, err := decode64(doc.Rekor.Payload.Body)
	if err != nil {
		return nil, fmt.Errorf("read its log entry: %w", err)
	}
	var entry struct {
		Kind    string `json:"kind"`
		Version string `json:"apiVersion"`
		Spec    struct {
			Data struct {
				Hash struct {
					Algorithm string `json:"algorithm"`
					Value     string `json:"value"`
				} `json:"hash"`
			} `json:"data"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(body, &entry); err != nil {
		return nil, fmt.Errorf("read its log entry: %w", err)
	}
	digest, err := hex.DecodeString(entry.Spec.Data.Hash.Value)
	if err != nil || entry.Spec.Data.Hash.Algorithm != "sha256" {
		return nil, fmt.Errorf("its log entry names no SHA-256")
	}
	return json.Marshal(map[string]any{
		"mediaType": "application/vnd.dev.sigstore.bundle+json;version=0.1",
		"verificationMaterial": map[string]any{
			"x509CertificateChain": map[string]any{"certificates": []any{map[string]any{"rawBytes": certificate}}},
			"tlogEntries": []any{map[string]any{
				"logIndex":          fmt.Sprint(doc.Rekor.Payload.Index),
				"logId":             map[string]any{"keyId": logID},
				"kindVersion":       map[string]any{"kind": entry.Kind, "version": entry.Version},
				"integratedTime":    fmt.Sprint(doc.Rekor.Payload.Time),
				"inclusionPromise":  map[string]any{"signedEntryTimestamp": doc.Rekor.Promise},
				"canonicalizedBody": body,
			}},
		},
		"messageSignature": map[string]any{
			"messageDigest": map[string]any{"algorithm": "SHA2_256", "digest": digest},
			"signature":     doc.Blob,
		},
	})
}

// derCertificate reads a certificate as cosign writes it: PEM, or base64 of PEM.
func derCertificate(text []byte) ([]byte, error) {
	if block, _ := pem.Decode(text); block != nil {
		return block.Bytes, nil
	}
	inner, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, fmt.Errorf("its certificate is neither PEM nor base64")
	}
	if block, _ := pem.Decode(inner); block != nil {
		return block.Bytes, nil
	}
	return inner, nil
}
