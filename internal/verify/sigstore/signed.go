package sigstore

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"
)

// Media types of the bundles that are made here of other forms.
const (
	mediaType01 = "application/vnd.dev.sigstore.bundle+json;version=0.1" // a promise of the log is enough
	mediaType03 = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

// writtenEnvelope is an envelope as it is written to files, with the certificate that
// slsa-github-generator puts beside the signature.
type writtenEnvelope struct {
	PayloadType string `json:"payloadType"`
	Payload     string `json:"payload"`
	Signatures  []struct {
		KeyID string `json:"keyid"`
		Sig   string `json:"sig"`
		Cert  string `json:"cert"`
	} `json:"signatures"`
}

// signedEnvelope is an envelope, decoded.
type signedEnvelope struct {
	certificate *x509.Certificate
	envelope    *protodsse.Envelope
}

func readEnvelope(raw []byte) (signedEnvelope, error) {
	var written writtenEnvelope
	if err := json.Unmarshal(raw, &written); err != nil {
		return signedEnvelope{}, fmt.Errorf("read DSSE envelope: %w", err)
	}
	if len(written.Signatures) != 1 {
		return signedEnvelope{}, fmt.Errorf("read DSSE envelope: it has %d signatures, one is expected", len(written.Signatures))
	}
	payload, err := decode64(written.Payload)
	if err != nil {
		return signedEnvelope{}, fmt.Errorf("read DSSE envelope: payload: %w", err)
	}
	signature, err := decode64(written.Signatures[0].Sig)
	if err != nil {
		return signedEnvelope{}, fmt.Errorf("read DSSE envelope: signature: %w", err)
	}
	read := signedEnvelope{envelope: &protodsse.Envelope{
		PayloadType: written.PayloadType, Payload: payload,
		Signatures: []*protodsse.Signature{{Sig: signature, Keyid: written.Signatures[0].KeyID}},
	}}
	if written.Signatures[0].Cert != "" {
		if read.certificate, err = parseCertificate(written.Signatures[0].Cert); err != nil {
			return signedEnvelope{}, fmt.Errorf("read DSSE envelope: %w", err)
		}
	}
	return read, nil
}

// bundle makes a bundle of the envelope and the log entry that was found for it.
func (s signedEnvelope) bundle(entry *protorekor.TransparencyLogEntry) (*bundle.Bundle, error) {
	made := &protobundle.Bundle{
		MediaType:            mediaType03,
		Content:              &protobundle.Bundle_DsseEnvelope{DsseEnvelope: s.envelope},
		VerificationMaterial: signer(s.certificate),
	}
	if entry != nil {
		made.VerificationMaterial.TlogEntries = []*protorekor.TransparencyLogEntry{entry}
		if entry.GetInclusionProof() == nil {
			made.MediaType = mediaType01
		}
	}
	return bundle.NewBundle(made)
}

// signer is the certificate, or a key without a name where there is none.
func signer(certificate *x509.Certificate) *protobundle.VerificationMaterial {
	if certificate == nil {
		return &protobundle.VerificationMaterial{Content: &protobundle.VerificationMaterial_PublicKey{PublicKey: &protocommon.PublicKeyIdentifier{}}}
	}
	return &protobundle.VerificationMaterial{Content: &protobundle.VerificationMaterial_Certificate{Certificate: &protocommon.X509Certificate{RawBytes: certificate.Raw}}}
}

func parseCertificate(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("the certificate is not PEM")
	}
	return parseDER(block.Bytes)
}

func parseDER(der []byte) (*x509.Certificate, error) {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	return certificate, nil
}

// digestOf splits sha256:… and wants the right length.
func digestOf(word string) (algorithm, value string, is bool) {
	algorithm, value, _ = strings.Cut(word, ":")
	raw, err := hex.DecodeString(value)
	length := map[string]int{"sha256": 32, "sha384": 48, "sha512": 64}[algorithm]
	return algorithm, strings.ToLower(value), err == nil && length > 0 && len(raw) == length
}

// decode64 reads base64 of either alphabet, as the DSSE specification asks for.
func decode64(text string) ([]byte, error) {
	if strings.ContainsAny(text, "-_") {
		return base64.URLEncoding.DecodeString(text)
	}
	return base64.StdEncoding.DecodeString(text)
}
